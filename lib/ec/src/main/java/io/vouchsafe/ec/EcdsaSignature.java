package io.vouchsafe.ec;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.DerReader;
import io.vouchsafe.encoding.FormatException;
import java.math.BigInteger;
import java.util.Arrays;

/// An ECDSA signature: two numbers. Whether they are in range is a property, see [#inRange]; a
/// signature that is not never verifies.
public final class EcdsaSignature {
  private final Curve curve;
  private final boolean inRange;
  private final long[] r;
  private final long[] s;
  private final byte[] encodedR;
  private final byte[] encodedS;

  private EcdsaSignature(Curve curve, byte[] r, byte[] s) {
    this.curve = curve;
    Domain domain = curve.domain();
    this.r = new long[domain.order.limbs];
    this.s = new long[domain.order.limbs];
    inRange = read(this.r, r) & read(this.s, s);
    encodedR = r;
    encodedS = s;
  }

  /// Reads a big-endian number of any length; false if it is 0 or not below the order.
  private boolean read(long[] z, byte[] number) {
    int start = 0;
    while (start < number.length && number[start] == 0) {
      start++;
    }
    int length = number.length - start;
    if (length == 0 || length > curve.size()) {
      return false;
    }
    Limbs.fromBigEndian(z, Modulus.WIDTH, number, start, length);
    return curve.domain().order.exceeds(z);
  }

  /// `r || s`, each big-endian and exactly [Curve#size] bytes: IEEE P1363, DCAP quotes, JOSE, COSE.
  ///
  /// @throws FormatException if the length is another
  public static EcdsaSignature ofBigEndian(Curve curve, Bytes concatenated) throws FormatException {
    int size = curve.size();
    if (concatenated.size() != 2 * size) {
      throw FormatException.malformed(
          0, 2 * size + " bytes of signature", concatenated.size() + " bytes");
    }
    byte[] all = concatenated.toByteArray();
    return new EcdsaSignature(
        curve, Arrays.copyOf(all, size), Arrays.copyOfRange(all, size, 2 * size));
  }

  /// Two little-endian numbers, zero-padded at the end to any length: SEV-SNP reports have 72 bytes
  /// each (SEV-SNP ABI, table "ECDSA P-384 with SHA-384").
  ///
  /// @throws FormatException if one is shorter than [Curve#size] or what is beyond is not zero
  public static EcdsaSignature ofLittleEndian(Curve curve, Bytes r, Bytes s)
      throws FormatException {
    return new EcdsaSignature(curve, reversed(curve, "r", r), reversed(curve, "s", s));
  }

  private static byte[] reversed(Curve curve, String name, Bytes number) throws FormatException {
    int size = curve.size();
    if (number.size() < size) {
      throw FormatException.malformed(
          0, "at least " + size + " bytes of " + name, number.size() + " bytes");
    }
    for (int i = size; i < number.size(); i++) {
      if (number.at(i) != 0) {
        throw FormatException.malformed(i, "zeros after " + name, "byte " + number.at(i));
      }
    }
    byte[] out = new byte[size];
    for (int i = 0; i < size; i++) {
      out[i] = (byte) number.at(size - 1 - i);
    }
    return out;
  }

  /// `SEQUENCE { r INTEGER, s INTEGER }` in DER, and nothing else: minimal lengths, minimal
  /// integers, nothing after either end. Certificates, TPM keys of X.509, cosign.
  ///
  /// @throws FormatException if the encoding is not DER or a number is negative
  public static EcdsaSignature ofDer(Curve curve, Bytes der) throws FormatException {
    DerReader sequence = DerReader.of(der).onlySequence();
    BigInteger r = sequence.integer("r");
    BigInteger s = sequence.integer("s");
    sequence.end();
    if (r.signum() < 0 || s.signum() < 0) {
      throw FormatException.unexpected("numbers that are not negative", "a negative number");
    }
    return new EcdsaSignature(curve, r.toByteArray(), s.toByteArray());
  }

  public Curve curve() {
    return curve;
  }

  /// Whether `r` and `s` are both in 1 to n - 1, n being the order of the curve.
  public boolean inRange() {
    return inRange;
  }

  /// `r || s`, each big-endian and [Curve#size] bytes, of a signature that is in range.
  byte[] bigEndian() {
    int size = curve.size();
    byte[] all = new byte[2 * size];
    copyTail(encodedR, all, size);
    copyTail(encodedS, all, 2 * size);
    return all;
  }

  private static void copyTail(byte[] number, byte[] all, int end) {
    int length = Math.min(number.length, all.length / 2);
    System.arraycopy(number, number.length - length, all, end - length, length);
  }

  /// In canonical limbs, not to be changed.
  long[] r() {
    return r;
  }

  /// In canonical limbs, not to be changed.
  long[] s() {
    return s;
  }
}
