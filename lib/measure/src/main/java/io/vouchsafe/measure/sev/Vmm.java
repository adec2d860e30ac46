package io.vouchsafe.measure.sev;

/// What starts the guest: it decides which registers its processors start with.
public enum Vmm {
  /// QEMU with KVM.
  QEMU,
  /// Amazon EC2. The processor signature is not measured, the CPUID page comes last.
  EC2,
  /// Google Compute Engine. The firmware's own memory is not measured as zero.
  GCE
}
