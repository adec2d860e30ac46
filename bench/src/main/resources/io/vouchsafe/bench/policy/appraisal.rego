package policy

default executables := 33
default hardware := 97
default configuration := 36

# What was booted is what the build predicted.
executables := 3 if {
	input.tpm.pcrs.pcr04 in query_reference_value("tpm_pcr04")
	input.tpm.pcrs.pcr09 in query_reference_value("tpm_pcr09")
	input.init_data in query_reference_value("init_data")
}

hardware := 2 if {
	input.tpm.ak_public in query_reference_value("trusted_aks")
	input.tpm.firmware.major == query_reference_value("firmware_major")
	input.tpm.firmware.minor >= query_reference_value("firmware_minor")
}

configuration := 2 if {
	input.tpm.secure_boot == true
	every option in forbidden { not option in split(input.tpm.command_line, " ") }
}

forbidden := {"debug", "console=ttyS0", "init=/bin/sh", "rdinit=/bin/sh"}

trust_claims := {
	"executables": executables, "hardware": hardware,
	"configuration": configuration, "storage-opaque": 0,
}
