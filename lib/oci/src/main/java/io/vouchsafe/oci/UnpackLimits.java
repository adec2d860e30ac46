package io.vouchsafe.oci;

/// Bounds of unpacking; one image counts as a whole.
///
/// @param maxBytes of all tars
/// @param maxEntries of all tars
public record UnpackLimits(long maxBytes, int maxEntries) {
  /// 64 GiB, one million entries.
  public static final UnpackLimits DEFAULT = new UnpackLimits(64L << 30, 1_000_000);

  public UnpackLimits {
    if (maxBytes < 1 || maxEntries < 1) {
      throw new IllegalArgumentException("bounds must be positive");
    }
  }
}
