# Every class of processor evidence, as the default policy of the reference broker appraises it.
package policy

import rego.v1

default executables := 33

default hardware := 97

default configuration := 36

default file_system := 0

default instance_identity := 0

default runtime_opaque := 0

default storage_opaque := 0

default sourced_data := 0

trust_claims := {
	"executables": executables,
	"hardware": hardware,
	"configuration": configuration,
	"file-system": file_system,
	"instance-identity": instance_identity,
	"runtime-opaque": runtime_opaque,
	"storage-opaque": storage_opaque,
	"sourced-data": sourced_data,
}

verdict := {"trust_claims": trust_claims, "extensions": extensions}

# sample

executables := 3 if {
	input.sample
	input.sample.launch_digest in query_reference_value("launch_digest")
}

hardware := 2 if {
	input.sample
	input.sample.svn in query_reference_value("svn")
	input.sample.platform_version.major == query_reference_value("major_version")
	input.sample.platform_version.minor >= query_reference_value("minimum_minor_version")
}

configuration := 2 if {
	input.sample
	input.sample.debug == false
}

# snp

executables := 3 if {
	input.snp
	input.snp.measurement in query_reference_value("snp_launch_measurement")
}

hardware := 2 if {
	input.snp
	input.snp.reported_tcb_bootloader in query_reference_value("snp_bootloader")
	input.snp.reported_tcb_microcode in query_reference_value("snp_microcode")
	input.snp.reported_tcb_snp in query_reference_value("snp_snp_svn")
	input.snp.reported_tcb_tee in query_reference_value("snp_tee_svn")
}

configuration := 2 if {
	snp_guarded
	input.snp.platform_smt_enabled == query_reference_value("snp_smt_enabled")
	input.snp.platform_tsme_enabled == query_reference_value("snp_tsme_enabled")
	input.snp.policy_abi_major == query_reference_value("snp_guest_abi_major")
	input.snp.policy_abi_minor == query_reference_value("snp_guest_abi_minor")
	input.snp.policy_single_socket == query_reference_value("snp_single_socket")
	input.snp.policy_smt_allowed == query_reference_value("snp_smt_allowed")
} else := 3 if {
	snp_guarded
}

snp_guarded if {
	input.snp
	input.snp.policy_debug_allowed == false
	input.snp.policy_migrate_ma == false
}

# tdx

executables := 3 if {
	tdx_registers
	tdx_kernel
	tdx_kernel_parameters
} else := 4 if {
	tdx_registers
}

hardware := 2 if {
	tdx_quote(input.tdx.quote)
	input.tdx.tcb_status == "UpToDate"
	input.tdx.collateral_expiration_status == "0"
}

configuration := 2 if {
	input.tdx
	input.tdx.td_attributes.debug == false
	input.tdx.quote.body.xfam in query_reference_value("xfam")
}

tdx_registers if {
	input.tdx
	input.tdx.quote.body.rtmr_1 in query_reference_value("rtmr_1")
	input.tdx.quote.body.rtmr_2 in query_reference_value("rtmr_2")
}

tdx_quote(quote) if {
	quote.header.tee_type == "81000000"
	quote.header.vendor_id == "939a7233f79c4ca9940a0db3957f0607"
	quote.body.mr_td in query_reference_value("mr_td")
}

tdx_kernel if {
	some event in input.tdx.uefi_event_logs
	event.type_name == "EV_EFI_BOOT_SERVICES_APPLICATION"
	"File(kernel)" in event.details.device_paths
	some digest in event.digests
	digest.digest in query_reference_value("tdvfkernel")
}

tdx_kernel_parameters if {
	some event in input.tdx.uefi_event_logs
	event.type_name == "EV_EVENT_TAG"
	event.details.string == "LOADED_IMAGE::LoadOptions"
	some digest in event.digests
	digest.digest in query_reference_value("tdvfkernelparams")
}

# az-snp-vtpm

executables := 3 if {
	azure := input["az-snp-vtpm"]
	azure.measurement in query_reference_value("measurement")
	azure.tpm.pcr11 in query_reference_value("snp_pcr11")
}

hardware := 2 if {
	azure := input["az-snp-vtpm"]
	azure.reported_tcb_bootloader in query_reference_value("tcb_bootloader")
	azure.reported_tcb_microcode in query_reference_value("tcb_microcode")
	azure.reported_tcb_snp in query_reference_value("tcb_snp")
	azure.reported_tcb_tee in query_reference_value("tcb_tee")
}

configuration := 2 if {
	azure := input["az-snp-vtpm"]
	azure.platform_smt_enabled in query_reference_value("smt_enabled")
	azure.platform_tsme_enabled in query_reference_value("tsme_enabled")
	azure.policy_abi_major in query_reference_value("abi_major")
	azure.policy_abi_minor in query_reference_value("abi_minor")
	azure.policy_single_socket in query_reference_value("single_socket")
	azure.policy_smt_allowed in query_reference_value("smt_allowed")
}

# az-tdx-vtpm

executables := 3 if {
	azure := input["az-tdx-vtpm"]
	azure.tpm.pcr11 in query_reference_value("tdx_pcr11")
}

hardware := 2 if {
	azure := input["az-tdx-vtpm"]
	tdx_quote(azure.quote)
	azure.tcb_status == "UpToDate"
}

configuration := 2 if {
	azure := input["az-tdx-vtpm"]
	azure.quote.body.xfam in query_reference_value("xfam")
}

# tpm

executables := 3 if {
	input.tpm
	input.tpm.pcr11 in query_reference_value("tpm_pcr11")
	input.tpm.ak_public in query_reference_value("trusted_aks")
}

hardware := 2 if {
	input.tpm
}

configuration := 0 if {
	input.tpm
}

# se: its verifier checked everything

executables := 3 if {
	input.se
}

hardware := 2 if {
	input.se
}

configuration := 2 if {
	input.se
}

# Who runs in it, as far as the agent's policy says.

containers := input.init_data_claims.agent_policy_claims.containers

images := [image | image := containers[_].OCI.Annotations["io.kubernetes.cri.image-name"]]

users := [user | user := containers[_].OCI.Process.User.UID]

images_if_any := {"container_images": images} if {
	count(images) > 0
} else := {}

users_if_any := {"container_uids": users} if {
	count(users) > 0
} else := {}

extensions := [{
	"name": "ear.trustee.identifiers",
	"key": -18,
	"value": {"validated": object.union_n([images_if_any, users_if_any])},
}]
