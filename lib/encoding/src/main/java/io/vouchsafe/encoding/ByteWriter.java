package io.vouchsafe.encoding;

import java.io.ByteArrayOutputStream;

/// Builds a byte string of big- or little-endian fields; the counterpart of [ByteReader].
public final class ByteWriter {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final boolean big;

  private ByteWriter(boolean big) {
    this.big = big;
  }

  public static ByteWriter bigEndian() {
    return new ByteWriter(true);
  }

  public static ByteWriter littleEndian() {
    return new ByteWriter(false);
  }

  private ByteWriter number(long value, int width) {
    for (int i = 0; i < width; i++) {
      int shift = 8 * (big ? width - 1 - i : i);
      out.write((int) (value >>> shift));
    }
    return this;
  }

  public ByteWriter u8(int value) {
    return number(value, 1);
  }

  public ByteWriter u16(int value) {
    return number(value, 2);
  }

  public ByteWriter u32(long value) {
    return number(value, 4);
  }

  public ByteWriter u64(long value) {
    return number(value, 8);
  }

  public ByteWriter bytes(Bytes value) {
    out.writeBytes(value.raw());
    return this;
  }

  /// A 16-bit length, then the bytes (a TPM2B).
  ///
  /// @throws IllegalArgumentException if `value` is longer than 65535 bytes
  public ByteWriter sized16(Bytes value) {
    if (value.size() > 0xffff) {
      throw new IllegalArgumentException("too long for a 16-bit length: " + value.size());
    }
    return u16(value.size()).bytes(value);
  }

  /// A 32-bit length, then the bytes.
  public ByteWriter sized32(Bytes value) {
    return u32(value.size()).bytes(value);
  }

  public Bytes toBytes() {
    return Bytes.of(out.toByteArray());
  }
}
