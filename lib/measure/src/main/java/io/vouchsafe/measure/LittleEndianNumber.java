package io.vouchsafe.measure;

import io.vouchsafe.encoding.Bytes;
import java.math.BigInteger;

/// Large unsigned numbers, least significant byte first, as processors and their firmware keep keys
/// and signatures.
public final class LittleEndianNumber {
  private LittleEndianNumber() {}

  /// The number that the bytes are.
  public static BigInteger read(Bytes bytes) {
    return new BigInteger(1, reversed(bytes.toByteArray()));
  }

  /// A number as `size` bytes.
  ///
  /// @throws IllegalArgumentException if it is negative or does not fit
  public static Bytes encode(BigInteger value, int size) {
    if (value.signum() < 0 || value.bitLength() > 8 * size) {
      throw new IllegalArgumentException("no number of %d bytes".formatted(size));
    }
    // The sign may take one byte more at the front, which is the last one after turning round.
    return Bytes.of(reversed(value.toByteArray())).fit(size);
  }

  /// The same bytes, most significant first.
  public static byte[] bigEndian(Bytes bytes) {
    return reversed(bytes.toByteArray());
  }

  private static byte[] reversed(byte[] bytes) {
    byte[] turned = new byte[bytes.length];
    for (int i = 0; i < bytes.length; i++) {
      turned[i] = bytes[bytes.length - 1 - i];
    }
    return turned;
  }
}
