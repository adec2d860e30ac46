package io.vouchsafe.encoding;

/// Bounds of a JSON document.
///
/// @param maxBytes length of the text in bytes
/// @param maxDepth nesting of arrays and objects
/// @param maxNodes values in all, containers and member names included
/// @param maxNumberLength characters of one number
public record JsonLimits(int maxBytes, int maxDepth, int maxNodes, int maxNumberLength) {

  /// For messages of a protocol: 2 MiB (what the reference broker takes), 64 levels.
  public static final JsonLimits MESSAGE = new JsonLimits(2 << 20, 64, 400_000, 64);

  /// For documents that an operator hands over: 64 MiB, 128 levels.
  public static final JsonLimits DOCUMENT = new JsonLimits(64 << 20, 128, 8_000_000, 1_000);

  public JsonLimits {
    if (maxBytes < 1 || maxDepth < 1 || maxNodes < 1 || maxNumberLength < 1) {
      throw new IllegalArgumentException("bounds must be positive");
    }
  }
}
