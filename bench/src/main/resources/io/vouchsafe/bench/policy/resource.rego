package policy
default allow := false
allow if { data.plugin == "resource"; data["resource-path"][0] == input.submods.cpu0["ear.veraison.annotated-evidence"].sample.productId; input.submods.cpu0["ear.status"] == "affirming" }
