package io.vouchsafe.encoding;

/// Bounds of a CBOR item.
///
/// @param maxBytes length of the encoded item
/// @param maxDepth nesting of arrays, maps and tags
/// @param maxNodes items in all: containers, keys, tags and chunks of strings included
public record CborLimits(int maxBytes, int maxDepth, int maxNodes) {

  /// For evidence and tokens: 1 MiB, 32 levels.
  public static final CborLimits MESSAGE = new CborLimits(1 << 20, 32, 100_000);

  /// For documents that an operator hands over, such as reference values: 16 MiB, 64 levels.
  public static final CborLimits DOCUMENT = new CborLimits(16 << 20, 64, 2_000_000);

  public CborLimits {
    if (maxBytes < 1 || maxDepth < 1 || maxNodes < 1) {
      throw new IllegalArgumentException("bounds must be positive");
    }
  }
}
