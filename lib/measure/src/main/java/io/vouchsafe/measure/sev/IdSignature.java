package io.vouchsafe.measure.sev;

import io.vouchsafe.encoding.ByteReader;
import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.measure.LittleEndianNumber;
import java.math.BigInteger;
import java.util.Objects;

/// An ECDSA signature of P-384 as AMD's firmware takes it: 512 bytes, r and s of 72 each, least
/// significant first.
///
/// @param r below 2^384
/// @param s below 2^384
public record IdSignature(BigInteger r, BigInteger s) {
  /// Bytes of the binary form.
  public static final int SIZE = 512;

  private static final int HALF = 48;

  public IdSignature {
    Objects.requireNonNull(r, "r");
    Objects.requireNonNull(s, "s");
    for (BigInteger half : new BigInteger[] {r, s}) {
      if (half.signum() < 0 || half.bitLength() > 8 * HALF) {
        throw new IllegalArgumentException("r and s have at most 384 bits");
      }
    }
  }

  /// From r and s of 48 bytes each, most significant first (IEEE P1363).
  ///
  /// @throws FormatException if there are not 96 bytes
  public static IdSignature ofP1363(Bytes signature) throws FormatException {
    if (signature.size() != 2 * HALF) {
      throw FormatException.unexpected("a signature of 96 bytes", signature.size() + " bytes");
    }
    return new IdSignature(
        new BigInteger(1, signature.slice(0, HALF).toByteArray()),
        new BigInteger(1, signature.slice(HALF, 2 * HALF).toByteArray()));
  }

  /// Parses the 512 bytes.
  public static IdSignature parse(Bytes encoded) throws FormatException {
    ByteReader in = ByteReader.littleEndian(encoded);
    BigInteger r = IdKey.number(in, "r");
    BigInteger s = IdKey.number(in, "s");
    in.zeros("rest of the signature", in.remaining());
    if (encoded.size() != SIZE) {
      throw FormatException.unexpected("a signature of 512 bytes", encoded.size() + " bytes");
    }
    if (Math.max(r.bitLength(), s.bitLength()) > 8 * HALF) {
      throw FormatException.unexpected("r and s of at most 384 bits", "more");
    }
    return new IdSignature(r, s);
  }

  /// The 512 bytes.
  public Bytes encode() {
    return LittleEndianNumber.encode(r, IdKey.FIELD)
        .concat(LittleEndianNumber.encode(s, IdKey.FIELD))
        .fit(SIZE);
  }

  /// r and s of 48 bytes each, most significant first.
  public Bytes p1363() {
    return bigEndian(r).concat(bigEndian(s));
  }

  private static Bytes bigEndian(BigInteger value) {
    byte[] number = value.toByteArray();
    int skip = Math.max(0, number.length - HALF);
    return Bytes.zeros(HALF - (number.length - skip))
        .concat(Bytes.of(number, skip, number.length - skip));
  }
}
