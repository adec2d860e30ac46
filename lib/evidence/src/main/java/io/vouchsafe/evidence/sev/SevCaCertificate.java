package io.vouchsafe.evidence.sev;

import io.vouchsafe.encoding.ByteReader;
import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.verdict.Code;
import java.math.BigInteger;

/// A certificate of AMD's authorities for SEV, older than X.509 (specs/evidence-x86 §3.1): decoded,
/// and nothing of it verified.
///
/// @param raw the bytes as they came
/// @param keyId 16 bytes that name the key
/// @param certifyingId 16 bytes that name the key that signed
/// @param usage what the key is for
/// @param bits length of the modulus, 2048 or 4096
/// @param exponent of the RSA key
/// @param modulus of the RSA key
/// @param signature most significant byte first
public record SevCaCertificate(
    Bytes raw,
    Bytes keyId,
    Bytes certifyingId,
    SevUsage usage,
    int bits,
    BigInteger exponent,
    BigInteger modulus,
    Bytes signature) {

  /// Length of the longest certificate.
  public static final int MAX_SIZE = 64 + 3 * 512;

  private static final int ID_SIZE = 16;
  private static final int SMALL = 2048;
  private static final int LARGE = 4096;

  /// Decodes a certificate, which must fill `raw`.
  ///
  /// @throws FormatException if it is malformed or of another version, usage or key length
  public static SevCaCertificate parse(Bytes raw) throws FormatException {
    ByteReader in = ByteReader.littleEndian(raw);
    long version = in.u32("version");
    if (version != 1) {
      throw new FormatException(
          Code.UNSUPPORTED_VERSION, 0, "an SEV certificate of version 1", version + "");
    }
    Bytes keyId = in.bytes("key id", ID_SIZE);
    Bytes certifyingId = in.bytes("certifying key id", ID_SIZE);
    int at = in.offset();
    SevUsage usage = SevUsage.read(in);
    if (!usage.isAuthority()) {
      throw FormatException.malformed(at, "the usage of a root or intermediate", usage + "");
    }
    in.zeros("reserved bytes", ID_SIZE);
    int exponentBits = bits(in, "length of the exponent");
    int bits = bits(in, "length of the modulus");
    if (exponentBits != bits) {
      throw FormatException.malformed(
          at, "an exponent as long as the modulus", exponentBits + " and " + bits + " bits");
    }
    BigInteger exponent = number(in, "exponent", bits);
    BigInteger modulus = number(in, "modulus", bits);
    if (modulus.bitLength() != bits || !exponent.testBit(0) || exponent.bitLength() > Long.SIZE) {
      throw FormatException.malformed(at, "an RSA key of " + bits + " bits", "another");
    }
    Bytes signature = SevNumbers.reversed(in.bytes("signature", bits / Byte.SIZE));
    in.end();
    return new SevCaCertificate(
        raw, keyId, certifyingId, usage, bits, exponent, modulus, signature);
  }

  /// As [#parse(Bytes)], for a certificate whose signature lies in a file of its own.
  public static SevCaCertificate parse(Bytes unsigned, Bytes signature) throws FormatException {
    return parse(unsigned.concat(signature));
  }

  private static int bits(ByteReader in, String field) throws FormatException {
    int at = in.offset();
    long bits = in.u32(field);
    if (bits != SMALL && bits != LARGE) {
      throw new FormatException(
          Code.UNSUPPORTED_ALGORITHM, at, "RSA of 2048 or 4096 bits", bits + " bits");
    }
    return (int) bits;
  }

  private static BigInteger number(ByteReader in, String field, int bits) throws FormatException {
    return SevNumbers.number(in.bytes(field, bits / Byte.SIZE));
  }

  /// What the signature is over.
  Bytes signed() {
    return raw.slice(0, raw.size() - signature.size());
  }

  /// The hash of this key's signatures: SHA-384 for the longer keys.
  String hash() {
    return bits == LARGE ? "SHA-384" : "SHA-256";
  }
}
