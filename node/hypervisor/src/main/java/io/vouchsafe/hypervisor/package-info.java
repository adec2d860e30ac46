/// Virtual machines on the untrusted host: what to start ([io.vouchsafe.hypervisor.VmSpec]), how to
/// say it to QEMU ([io.vouchsafe.hypervisor.QemuCommandLine], pure), and the life of what runs
/// ([io.vouchsafe.hypervisor.VirtualMachine], with its TPM [io.vouchsafe.hypervisor.Swtpm]).
///
/// ```java
/// VmFolder.sweep(home.resolve("vms"));
/// try (VmFolder folder = VmFolder.create(home.resolve("vms"), "demo");
///     Swtpm tpm = Swtpm.start(tools, ca, folder);
///     VirtualMachine vm = VirtualMachine.start(tools, folder, spec, line -> {})) {
///   VmExit exit = vm.exit().get();
/// }
/// ```
///
/// Nothing here is trusted: a guest that attests proves what it is against this side.
@NullMarked
package io.vouchsafe.hypervisor;

import org.jspecify.annotations.NullMarked;
