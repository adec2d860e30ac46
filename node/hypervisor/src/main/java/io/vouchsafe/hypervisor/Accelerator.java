package io.vouchsafe.hypervisor;

/// What executes the guest's instructions.
public enum Accelerator {
  /// The host kernel's virtualisation. Use it only after [KvmSelfTest] found it fast.
  KVM,
  /// QEMU's own emulation: works everywhere, some ten times slower.
  TCG
}
