# What the agent of a pod's machine may be asked: rules first, then the pod's data.
package agent_policy

import rego.v1

# --- requests that are always allowed -------------------------------------------------------------

default DestroySandboxRequest := true

default GetOOMEventRequest := true

default GuestDetailsRequest := true

default OnlineCPUMemRequest := true

default RemoveStaleVirtiofsShareMountsRequest := true

default SignalProcessRequest := true

default StartContainerRequest := true

default StatsContainerRequest := true

default TtyWinResizeRequest := true

default WaitProcessRequest := true

# --- requests that are never allowed --------------------------------------------------------------

default AddSwapRequest := false

default AddSwapPathRequest := false

default GetIPTablesRequest := false

default SetIPTablesRequest := false

default GetMetricsRequest := false

default ListInterfacesRequest := false

default ListRoutesRequest := false

default MemAgentCompactConfig := false

default MemAgentMemcgConfig := false

default MemHotplugByProbeRequest := false

default PauseContainerRequest := false

default ResumeContainerRequest := false

default ReseedRandomDevRequest := false

default ResizeVolumeRequest := false

default SetGuestDateTimeRequest := false

default SetPolicyRequest := false

default UpdateContainerRequest := false

default VolumeStatsRequest := false

# --- requests that the settings allow or not ------------------------------------------------------

default CloseStdinRequest := false

default ReadStreamRequest := false

default WriteStreamRequest := false

default GetDiagnosticDataRequest := false

default UpdateEphemeralMountsRequest := false

default CreateSandboxRequest := false

default CreateContainerRequest := false

default RemoveContainerRequest := false

default ExecProcessRequest := false

default CopyFileRequest := false

default UpdateInterfaceRequest := false

default UpdateRoutesRequest := false

default AddARPNeighborsRequest := false

CloseStdinRequest if {
	policy_data.request_defaults.CloseStdinRequest == true
}

ReadStreamRequest if {
	policy_data.request_defaults.ReadStreamRequest == true
}

WriteStreamRequest if {
	policy_data.request_defaults.WriteStreamRequest == true
}

GetDiagnosticDataRequest if {
	policy_data.request_defaults.GetDiagnosticDataRequest == true
}

UpdateEphemeralMountsRequest if {
	policy_data.request_defaults.UpdateEphemeralMountsRequest == true
}

# --- the sandbox ----------------------------------------------------------------------------------

CreateSandboxRequest if {
	input.guest_hook_path == ""
	count(input.kernel_modules) == 0
	input.sandbox_pidns == false
	every storage in input.storages {
		some expected in policy_data.sandbox.storages
		sandbox_storage_allowed(expected, storage)
	}
}

sandbox_storage_allowed(expected, storage) if {
	expected.driver == storage.driver
	expected.driver_options == storage.driver_options
	expected.fs_group == storage.fs_group
	expected.fstype == storage.fstype
	expected.mount_point == storage.mount_point
	expected.options == storage.options
	expected.source == storage.source
}

# --- containers -----------------------------------------------------------------------------------

RemoveContainerRequest := {"ops": ops, "allowed": true} if {
	path := state_path(input.container_id)
	ops := [operation | state_has(input.container_id); operation := {"op": "remove", "path": path}]
}

CreateContainerRequest := {"ops": ops, "allowed": true} if {
	nothing_unusual
	input.OCI.Process.User.Username == ""

	some index, container in policy_data.containers
	container.sandbox_pidns == input.sandbox_pidns

	namespace := input_namespace
	namespace_allowed(container.OCI, namespace)
	namespace_ops := remember_once("namespace", namespace)

	sandbox_name := input_sandbox_name
	sandbox_name_allowed(container.OCI, sandbox_name)
	sandbox_ops := remember_once("sandbox_name", sandbox_name)

	container.OCI.Version == input.OCI.Version
	container.OCI.Root.Readonly == input.OCI.Root.Readonly
	annotations_allowed(container, input.OCI.Annotations)
	container_type_allowed(container.OCI, sandbox_name)

	bundle := bundle_id
	sandbox := input.OCI.Annotations["io.kubernetes.cri.sandbox-id"]
	regex.match(`^[a-z0-9]{64}$`, sandbox)

	mounts_allowed(container, bundle, sandbox)
	storages_allowed(container, bundle, sandbox)
	devices_allowed(container)
	linux_allowed(container.OCI, input.OCI)
	network_ops := remember_network
	process_allowed(container.OCI.Process, input.OCI.Process, sandbox_name, namespace)

	container_ops := [{"op": "add", "path": state_path(input.container_id), "value": index}]
	ops := array.concat(
		array.concat(namespace_ops, sandbox_ops),
		array.concat(network_ops, container_ops),
	)
}

nothing_unusual if {
	count(object.get(input, "shared_mounts", [])) == 0
	is_null(input.string_user)
	no_hooks
	is_null(input.OCI.Solaris)
	is_null(input.OCI.Windows)
	linux := input.OCI.Linux
	count(linux.UIDMappings) == 0
	count(linux.GIDMappings) == 0
	linux.MountLabel == ""
	input.OCI.Process.SelinuxLabel == ""
	input.OCI.Process.ApparmorProfile == ""
	count(object.get(linux.Resources, "Devices", [])) == 0
	linux.RootfsPropagation == ""
	is_null(linux.IntelRdt)
	is_null(object.get(linux.Resources, "BlockIO", null))
	is_null(object.get(linux.Resources, "Network", null))
	is_null(object.get(linux.Resources, "Pids", null))
	is_null(linux.Seccomp)
}

no_hooks if {
	is_null(input.OCI.Hooks)
}

no_hooks if {
	hooks := input.OCI.Hooks
	not is_null(hooks)
	every kind in ["Prestart", "CreateRuntime", "CreateContainer", "StartContainer", "Poststart", "Poststop"] {
		count(object.get(hooks, kind, [])) == 0
	}
}

# What was seen first must repeat.

input_namespace := input.OCI.Annotations["io.kubernetes.cri.sandbox-namespace"]

input_sandbox_name := input.OCI.Annotations["io.kubernetes.cri.sandbox-name"]

namespace_allowed(oci, namespace) if {
	oci.Annotations["io.kubernetes.cri.sandbox-namespace"] == namespace
}

namespace_allowed(oci, _) if {
	not oci.Annotations["io.kubernetes.cri.sandbox-namespace"]
}

sandbox_name_allowed(oci, name) if {
	pattern := oci.Annotations["io.kubernetes.cri.sandbox-name"]
	regex.match(concat("", ["^", pattern, "$"]), name)
}

state_path(key) := concat("/", ["/pstate", key])

state_has(key) if {
	data.pstate[key]
}

remember_once(key, value) := [] if {
	data.pstate[key] == value
}

remember_once(key, value) := [{"op": "add", "path": state_path(key), "value": value}] if {
	not state_has(key)
}

remember_network := [] if {
	data.pstate.network_namespace == network_path
}

remember_network := [{"op": "add", "path": state_path("network_namespace"), "value": network_path}] if {
	not state_has("network_namespace")
}

network_path := path if {
	some namespace in input.OCI.Linux.Namespaces
	namespace.Type == "network"
	path := namespace.Path
}

# --- annotations ----------------------------------------------------------------------------------

known_annotations := {
	"io.katacontainers.pkg.oci.bundle_path",
	"io.katacontainers.pkg.oci.container_type",
	"io.kubernetes.cri.container-name",
	"io.kubernetes.cri.container-type",
	"io.kubernetes.cri.image-name",
	"io.kubernetes.cri.sandbox-id",
	"io.kubernetes.cri.sandbox-log-directory",
	"io.kubernetes.cri.sandbox-memory",
	"io.kubernetes.cri.sandbox-cpu-period",
	"io.kubernetes.cri.sandbox-cpu-quota",
	"io.kubernetes.cri.sandbox-cpu-shares",
	"io.kubernetes.cri.sandbox-name",
	"io.kubernetes.cri.sandbox-namespace",
	"io.kubernetes.cri.sandbox-uid",
	"nerdctl/network-namespace",
}

annotations_allowed(container, annotations) if {
	every key, value in annotations {
		annotation_allowed(container, key, value)
	}
}

annotation_allowed(container, key, value) if {
	key in known_annotations
	annotation_value_allowed(container.OCI, key, value)
}

annotation_allowed(container, key, _) if {
	some pattern in container.runtime_anno_patterns
	regex.match(pattern, key)
}

annotation_value_allowed(oci, key, value) if {
	oci.Annotations[key] == value
}

annotation_value_allowed(_, key, value) if {
	key == "io.kubernetes.cri.sandbox-id"
	regex.match(`^[a-z0-9]{64}$`, value)
}

annotation_value_allowed(_, key, value) if {
	key == "io.kubernetes.cri.sandbox-uid"
	regex.match(`^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$`, value)
}

annotation_value_allowed(oci, key, value) if {
	key == "io.kubernetes.cri.sandbox-name"
	sandbox_name_allowed(oci, value)
}

annotation_value_allowed(oci, key, value) if {
	key == "io.kubernetes.cri.sandbox-namespace"
	namespace_allowed(oci, value)
}

annotation_value_allowed(_, key, value) if {
	key == "io.katacontainers.pkg.oci.bundle_path"
	endswith(value, bundle_id)
}

annotation_value_allowed(oci, key, value) if {
	key == "io.kubernetes.cri.sandbox-log-directory"
	pattern := replace(oci.Annotations[key], "$(sandbox-name)", input_sandbox_name)
	regex.match(replace(pattern, "$(sandbox-namespace)", input_namespace), value)
}

annotation_value_allowed(_, key, value) if {
	startswith(key, "io.kubernetes.cri.sandbox-cpu-")
	regex.match(`^-?[0-9]+$`, value)
}

annotation_value_allowed(_, key, value) if {
	key == "io.kubernetes.cri.sandbox-memory"
	regex.match(`^[0-9]+$`, value)
}

annotation_value_allowed(_, key, value) if {
	key == "nerdctl/network-namespace"
	regex.match(`^/var/run/netns/cni-[a-zA-Z0-9-]+$`, value)
}

container_type_allowed(oci, _) if {
	oci.Annotations["io.kubernetes.cri.container-type"] == "sandbox"
	input.OCI.Annotations["io.kubernetes.cri.container-type"] == "sandbox"
	input.OCI.Annotations["io.katacontainers.pkg.oci.container_type"] == "pod_sandbox"
	not input.OCI.Annotations["io.kubernetes.cri.container-name"]
}

container_type_allowed(oci, _) if {
	oci.Annotations["io.kubernetes.cri.container-type"] == "container"
	input.OCI.Annotations["io.kubernetes.cri.container-type"] == "container"
	input.OCI.Annotations["io.katacontainers.pkg.oci.container_type"] == "pod_container"
	name := oci.Annotations["io.kubernetes.cri.container-name"]
	input.OCI.Annotations["io.kubernetes.cri.container-name"] == name
}

bundle_id := id if {
	pattern := replace(policy_data.common.root_path, "$(bundle-id)", "([a-z0-9]{64})")
	found := regex.find_all_string_submatch_n(concat("", ["^", pattern, "$"]), input.OCI.Root.Path, 1)
	id := found[0][1]
}

# --- process --------------------------------------------------------------------------------------

process_allowed(expected, process, sandbox_name, namespace) if {
	expected.Cwd == process.Cwd
	expected.NoNewPrivileges == process.NoNewPrivileges
	expected.Terminal == process.Terminal
	user_allowed(expected.User, process.User)
	arguments_allowed(expected.Args, process.Args, sandbox_name)
	environment_allowed(expected.Env, process.Env, sandbox_name, namespace)
	capabilities_allowed(expected.Capabilities, process.Capabilities)
}

user_allowed(expected, user) if {
	expected.UID == user.UID
	expected.GID == user.GID
	{gid | some gid in expected.AdditionalGids} == {gid | some gid in user.AdditionalGids}
}

arguments_allowed(expected, arguments, sandbox_name) if {
	count(expected) == count(arguments)
	every index, argument in arguments {
		argument_allowed(expected[index], argument, sandbox_name)
	}
}

argument_allowed(expected, argument, sandbox_name) if {
	replace(replace(expected, "$$", "$"), "$(sandbox-name)", sandbox_name) == argument
}

argument_allowed(expected, _, _) if {
	contains(expected, "$(node-name)")
}

environment_allowed(expected, environment, sandbox_name, namespace) if {
	every variable in environment {
		variable_allowed(expected, variable, sandbox_name, namespace)
	}
}

variable_allowed(expected, variable, _, _) if {
	variable in expected
}

variable_allowed(expected, variable, sandbox_name, namespace) if {
	some one in expected
	contains(one, "$(")
	parts := split(variable, "=")
	wanted := split(one, "=")
	parts[0] == wanted[0]
	value := concat("=", array.slice(parts, 1, count(parts)))
	field_allowed(concat("=", array.slice(wanted, 1, count(wanted))), value, sandbox_name, namespace)
}

variable_allowed(_, variable, _, _) if {
	some pattern in service_variables
	regex.match(pattern, variable)
}

variable_allowed(_, variable, sandbox_name, _) if {
	variable == concat("=", ["HOSTNAME", sandbox_name])
}

variable_allowed(_, variable, _, _) if {
	variable == "TERM=xterm"
}

service_name := policy_data.common.svc_name_downward_env

service_variables := [
	concat("", ["^", service_name, "_SERVICE_HOST=", policy_data.common.ipv4_a, "$"]),
	concat("", ["^", service_name, "_SERVICE_PORT(_[A-Z0-9_]+)?=", policy_data.common.ip_p, "$"]),
	concat("", ["^", service_name, "_PORT=(tcp|udp)://", policy_data.common.ipv4_a, ":", policy_data.common.ip_p, "$"]),
	concat("", ["^", service_name, "_PORT_[0-9]+_(TCP|UDP)=(tcp|udp)://", policy_data.common.ipv4_a, ":", policy_data.common.ip_p, "$"]),
	concat("", ["^", service_name, "_PORT_[0-9]+_(TCP|UDP)_PROTO=(tcp|udp)$"]),
	concat("", ["^", service_name, "_PORT_[0-9]+_(TCP|UDP)_PORT=", policy_data.common.ip_p, "$"]),
	concat("", ["^", service_name, "_PORT_[0-9]+_(TCP|UDP)_ADDR=", policy_data.common.ipv4_a, "$"]),
]

field_allowed("$(sandbox-name)", value, sandbox_name, _) if {
	value == sandbox_name
}

field_allowed("$(sandbox-namespace)", value, _, namespace) if {
	value == namespace
}

field_allowed("$(host-name)", value, sandbox_name, _) if {
	value == sandbox_name
}

field_allowed("$(pod-ip)", value, _, _) if {
	regex.match(concat("", ["^", policy_data.common.ipv4_a, "$"]), value)
}

field_allowed("$(host-ip)", value, _, _) if {
	regex.match(concat("", ["^", policy_data.common.ipv4_a, "$"]), value)
}

field_allowed("$(node-name)", value, _, _) if {
	regex.match(concat("", ["^", policy_data.common.dns_label, `(\.`, policy_data.common.dns_label, ")*$"]), value)
}

field_allowed("$(pod-uid)", value, _, _) if {
	regex.match(`^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$`, value)
}

field_allowed("$(resource-field)", value, _, _) if {
	regex.match(`^[0-9]+$`, value)
}

capabilities_allowed(expected, capabilities) if {
	every kind in ["Ambient", "Bounding", "Effective", "Inheritable", "Permitted"] {
		capability_names(expanded(expected[kind])) == capability_names(capabilities[kind])
	}
}

expanded(["$(default_caps)"]) := policy_data.common.default_caps

expanded(["$(privileged_caps)"]) := policy_data.common.privileged_caps

expanded(list) := list if {
	list != ["$(default_caps)"]
	list != ["$(privileged_caps)"]
}

capability_names(list) := {trim_prefix(name, "CAP_") | some name in list}

# --- Linux ----------------------------------------------------------------------------------------

linux_allowed(expected, oci) if {
	namespaces_allowed(expected.Linux.Namespaces, oci.Linux.Namespaces)
	masked_allowed(expected.Linux.MaskedPaths, oci.Linux.MaskedPaths)
	readonly_allowed(expected.Linux.ReadonlyPaths, expected.Linux.MaskedPaths, oci.Linux)
	linux_devices_allowed(expected.Linux.Devices, oci.Linux.Devices)
	sysctl_allowed(expected.Linux.Sysctl, oci.Linux.Sysctl)
}

free_namespaces := {"network", "cgroup"}

namespaces_allowed(expected, namespaces) if {
	wanted := {[one.Type, one.Path] | some one in expected; not one.Type in free_namespaces}
	given := {[one.Type, one.Path] | some one in namespaces; not one.Type in free_namespaces}
	wanted == given
}

masked_allowed(expected, paths) if {
	every path in expected {
		path in paths
	}
}

readonly_allowed(expected, masked, linux) if {
	every path in expected {
		readonly_path_allowed(path, masked, linux)
	}
}

readonly_path_allowed(path, _, linux) if {
	path in linux.ReadonlyPaths
}

readonly_path_allowed(path, masked, linux) if {
	path in masked
	path in linux.MaskedPaths
}

linux_devices_allowed(expected, devices) if {
	every device in devices {
		some one in expected
		one.Path == device.Path
		one.Type == device.Type
	}
}

sysctl_allowed(expected, sysctl) if {
	every key, value in sysctl {
		expected[key] == value
	}
}

devices_allowed(container) if {
	count(container.devices) == count(input.devices)
	every device in input.devices {
		some expected in container.devices
		expected.container_path == device.container_path
		expected.type == device.type
		regex.match(policy_data.devices.vm_path, device.vm_path)
	}
}

# --- mounts ---------------------------------------------------------------------------------------

mounts_allowed(container, bundle, sandbox) if {
	matches := [found |
		some mount in input.OCI.Mounts
		found := [index |
			some index, expected in container.OCI.Mounts
			mount_allowed(expected, mount, bundle, sandbox)
		]
	]
	every found in matches {
		count(found) > 0
	}
	count({found[0] | some found in matches}) == count(input.OCI.Mounts)
}

mount_allowed(expected, mount, bundle, sandbox) if {
	expected.destination == mount.destination
	expected.type_ == mount.type_
	expected.options == mount.options
	mount_source_allowed(expected.source, mount, bundle, sandbox)
}

mount_source_allowed(expected, mount, _, _) if {
	expected == mount.source
}

mount_source_allowed(expected, mount, bundle, sandbox) if {
	startswith(expected, "$(sfprefix)")
	regex.match(source_pattern(expected, bundle, sandbox), mount.source)
}

mount_source_allowed("$(block-emptydir)", mount, _, _) if {
	some storage in input.storages
	storage.driver in {"blk", "scsi"}
	storage.mount_point == mount.source
}

source_pattern(template, bundle, sandbox) := pattern if {
	a := replace(template, "$(sfprefix)", policy_data.common.sfprefix)
	b := replace(a, "$(cpath)", policy_data.common.cpath)
	c := replace(b, "$(bundle-id)", bundle)
	pattern := replace(c, "$(sandbox-id)", sandbox)
}

# --- storages -------------------------------------------------------------------------------------

storages_allowed(container, bundle, sandbox) if {
	counted := [storage | some storage in input.storages; storage.driver != "image_guest_pull"]
	count(counted) == count(container.storages)
	every storage in input.storages {
		storage_allowed(container, storage, bundle, sandbox)
	}
}

storage_allowed(container, storage, bundle, sandbox) if {
	some expected in container.storages
	expected.driver == storage.driver
	expected.driver_options == storage.driver_options
	expected.fs_group == storage.fs_group
	expected.fstype == storage.fstype
	expected.options == storage.options
	storage_source_allowed(expected, storage, bundle, sandbox)
	storage_place_allowed(expected, storage, bundle, sandbox)
}

storage_allowed(_, storage, bundle, _) if {
	storage.driver == "image_guest_pull"
	storage.fstype == "overlay"
	storage.fs_group == null
	count(storage.options) == 0
	storage.mount_point == replace(policy_data.common.root_path, "$(bundle-id)", bundle)
}

storage_source_allowed(expected, storage, _, _) if {
	expected.source == storage.source
}

storage_source_allowed(_, storage, _, _) if {
	storage.driver == "blk"
	regex.match(`^[0-9a-f]{2}(/[0-9a-f]{2})?$`, storage.source)
}

storage_source_allowed(_, storage, _, _) if {
	storage.driver == "scsi"
	regex.match(`^[0-9]+:[0-9]+$`, storage.source)
}

storage_source_allowed(expected, storage, bundle, sandbox) if {
	startswith(expected.source, "^")
	regex.match(source_pattern(expected.source, bundle, sandbox), storage.source)
}

storage_place_allowed(expected, storage, _, _) if {
	expected.mount_point == storage.mount_point
}

storage_place_allowed(expected, storage, _, _) if {
	expected.mount_point == "$(spath)/$(b64-source)"
	storage.mount_point == concat("/", [policy_data.common.spath, base64url.encode(storage.source)])
}

storage_place_allowed(expected, storage, bundle, sandbox) if {
	startswith(expected.mount_point, "^")
	regex.match(source_pattern(expected.mount_point, bundle, sandbox), storage.mount_point)
}

# --- commands in containers -----------------------------------------------------------------------

ExecProcessRequest if {
	exec_usual
	exec_command in policy_data.request_defaults.ExecProcessRequest.allowed_commands
}

ExecProcessRequest if {
	exec_usual
	some command in exec_container.exec_commands
	command == input.process.Args
	exec_as_container
}

ExecProcessRequest if {
	exec_usual
	some pattern in policy_data.request_defaults.ExecProcessRequest.regex
	regex.match(pattern, exec_command)
	exec_as_container
}

exec_command := concat(" ", input.process.Args)

exec_container := policy_data.containers[data.pstate[input.container_id]]

exec_usual if {
	is_null(input.string_user)
	input.process.SelinuxLabel == ""
	input.process.ApparmorProfile == ""
}

exec_as_container if {
	expected := exec_container.OCI.Process
	expected.Cwd == input.process.Cwd
	user_allowed(expected.User, input.process.User)
	environment_allowed(expected.Env, input.process.Env, data.pstate.sandbox_name, data.pstate.namespace)
	every kind in ["Ambient", "Bounding", "Effective", "Inheritable", "Permitted"] {
		extra := capability_names(input.process.Capabilities[kind]) - capability_names(policy_data.common.default_caps)
		count(extra) == 0
	}
}

# --- files ----------------------------------------------------------------------------------------

CopyFileRequest if {
	pattern := replace(policy_data.common.sfprefix, "$(bundle-id)", "[a-z0-9]{64}")
	regex.match(replace(pattern, "$(cpath)", policy_data.common.cpath), input.path)
	not ".." in split(input.path, "/")
	copy_kind_allowed
}

copy_kind_allowed if {
	input.symlink_src == ""
}

copy_kind_allowed if {
	count(split(input.path, "/")) > 7
	not startswith(input.symlink_src, "/")
	not ".." in split(input.symlink_src, "/")
}

# --- network --------------------------------------------------------------------------------------

UpdateInterfaceRequest if {
	bits.and(input.interface.raw_flags, bits.negate(128)) == 0
	input.interface.name != "lo"
	input.interface.hwAddr != "00:00:00:00:00:00"
}

UpdateRoutesRequest if {
	every route in input.routes.Routes {
		route.device != "lo"
		not loopback(route.source)
	}
}

loopback(address) if {
	startswith(address, "127.")
}

loopback(address) if {
	address == "::1"
}

AddARPNeighborsRequest if {
	every neighbor in input.neighbors.ARPNeighbors {
		neighbor.device != "lo"
		object.get(neighbor.toIPAddress, "mask", "") == ""
		not loopback(neighbor.toIPAddress.address)
		neighbor.state in {2, 128}
		bits.and(neighbor.flags, bits.negate(136)) == 0
	}
}
