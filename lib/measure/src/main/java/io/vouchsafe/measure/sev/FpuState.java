package io.vouchsafe.measure.sev;

/// Whether the hypervisor puts the state of the floating-point unit into the save areas of an
/// SEV-ES guest. For SEV-SNP it always does.
public enum FpuState {
  /// SSE and x87 control registers are as after a reset.
  AFTER_RESET,
  /// They are left zero, as captures of launches of 2022 have it.
  ZERO
}
