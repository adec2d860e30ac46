package io.vouchsafe.tpm;

import io.vouchsafe.encoding.ByteWriter;
import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.verdict.Code;
import java.math.BigInteger;
import java.util.HexFormat;

/// SubjectPublicKeyInfo of TPM keys. Written out instead of going through the JDK's key classes:
/// the guest's start is counted in milliseconds of an emulated CPU.
final class Spki {
  private static final int SEQUENCE = 0x30;
  private static final int INTEGER = 0x02;
  private static final int BIT_STRING = 0x03;

  private Spki() {}

  /// Length of a coordinate on a curve.
  static int fieldBytes(int curve, long at) throws FormatException {
    return switch (curve) {
      case TpmAlg.CURVE_P256 -> 32;
      case TpmAlg.CURVE_P384 -> 48;
      case TpmAlg.CURVE_P521 -> 66;
      default ->
          throw new FormatException(
              Code.UNSUPPORTED_ALGORITHM,
              at,
              "one of the curves P-256, P-384 and P-521",
              "TPM_ECC_CURVE 0x" + Integer.toHexString(curve));
    };
  }

  static Bytes ec(int curve, Bytes x, Bytes y) throws FormatException {
    int field = fieldBytes(curve, 0);
    // SEQUENCE { SEQUENCE { id-ecPublicKey, curve OID }, BIT STRING { 04 || x || y } }
    String header =
        switch (curve) {
          case TpmAlg.CURVE_P256 -> "3059301306072a8648ce3d020106082a8648ce3d03010703420004";
          case TpmAlg.CURVE_P384 -> "3076301006072a8648ce3d020106052b8104002203620004";
          default -> "30819b301006072a8648ce3d020106052b810400230381860004";
        };
    return ByteWriter.bigEndian()
        .bytes(Bytes.of(HexFormat.of().parseHex(header)))
        .bytes(leftPad(x, field))
        .bytes(leftPad(y, field))
        .toBytes();
  }

  static Bytes rsa(Bytes modulus, long exponent) {
    ByteWriter e = ByteWriter.bigEndian();
    int length = (Long.SIZE - Long.numberOfLeadingZeros(exponent)) / 8 + 1;
    for (int i = length - 1; i >= 0; i--) {
      e.u8((int) (exponent >>> 8 * i) & 0xff);
    }
    Bytes key = der(SEQUENCE, der(INTEGER, derInteger(modulus)).concat(der(INTEGER, e.toBytes())));
    // SEQUENCE { rsaEncryption, NULL }
    Bytes algorithm = Bytes.of(HexFormat.of().parseHex("300d06092a864886f70d0101010500"));
    return der(SEQUENCE, algorithm.concat(der(BIT_STRING, Bytes.zeros(1).concat(key))));
  }

  /// Content of a DER INTEGER that is not negative.
  private static Bytes derInteger(Bytes value) {
    int from = 0;
    while (from < value.size() - 1 && value.at(from) == 0) {
      from++;
    }
    Bytes digits = value.slice(from, value.size());
    return digits.isEmpty() || digits.at(0) > 0x7f ? Bytes.zeros(1).concat(digits) : digits;
  }

  private static Bytes der(int tag, Bytes content) {
    ByteWriter out = ByteWriter.bigEndian().u8(tag);
    int size = content.size();
    if (size < 0x80) {
      out.u8(size);
    } else if (size <= 0xff) {
      out.u8(0x81).u8(size);
    } else {
      out.u8(0x82).u16(size);
    }
    return out.bytes(content).toBytes();
  }

  /// A number that is not negative, big endian, `size` bytes long.
  static Bytes unsigned(BigInteger value, int size) {
    byte[] digits = value.toByteArray();
    int from = Math.max(0, digits.length - size);
    return leftPad(Bytes.of(digits, from, digits.length - from), size);
  }

  /// `value` with zeros in front, `size` bytes long.
  static Bytes leftPad(Bytes value, int size) {
    return value.size() >= size ? value : Bytes.zeros(size - value.size()).concat(value);
  }
}
