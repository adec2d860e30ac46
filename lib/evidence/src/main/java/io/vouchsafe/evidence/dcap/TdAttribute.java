package io.vouchsafe.evidence.dcap;

/// The bits of TDATTRIBUTES that have a meaning (specs/evidence-x86 §4.3). Others are a matter of
/// policy, not of parsing: new modules set new bits.
public enum TdAttribute {
  DEBUG(1L),
  /// Three bits for profiling from outside: such a guest is as open as one with debug.
  PROFILING(0x70L),
  ICSSD(1L << 16),
  SERVTD_EXT(1L << 17),
  LASS(1L << 27),
  SEPT_VE_DISABLE(1L << 28),
  MIGRATABLE(1L << 29),
  /// Protection keys of the supervisor.
  PKS(1L << 30),
  /// Key locker.
  KL(1L << 31),
  TPA(1L << 62),
  PERFMON(1L << 63);

  private final long mask;

  TdAttribute(long mask) {
    this.mask = mask;
  }

  long mask() {
    return mask;
  }

  /// The bits of `attributes` that are none of these.
  static long unknown(long attributes) {
    long rest = attributes;
    for (TdAttribute attribute : values()) {
      rest &= ~attribute.mask;
    }
    return rest;
  }
}
