package io.vouchsafe.evidence.sev;

import io.vouchsafe.ec.Curve;
import io.vouchsafe.encoding.ByteReader;
import io.vouchsafe.encoding.ByteWriter;
import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.verdict.Code;
import java.util.ArrayList;
import java.util.List;

/// A certificate of a platform, 2084 bytes (specs/evidence-x86 §3.1): decoded, and nothing of it
/// verified.
///
/// @param raw the bytes as they came
/// @param apiMajor of the firmware that made it
/// @param apiMinor of the firmware that made it
/// @param usage what the key is for
/// @param algorithm of the key
/// @param curve of the key
/// @param x of the key, least significant byte first, as long as the curve's numbers
/// @param y as `x`
/// @param signatures one or two, in any order
public record SevCertificate(
    Bytes raw,
    int apiMajor,
    int apiMinor,
    SevUsage usage,
    Algorithm algorithm,
    Curve curve,
    Bytes x,
    Bytes y,
    List<Signature> signatures) {

  /// Length in bytes.
  public static final int SIZE = 2084;

  private static final int SIGNED = 1044;
  private static final int SIGNATURE_SIZE = 512;
  private static final int SLOTS = 2;
  private static final int FIELD = 72;
  private static final int KEY_SIZE = 1028;
  private static final int P256 = 1;
  private static final int P384 = 2;

  /// How a key signs, or that it exchanges keys.
  public enum Algorithm {
    RSA_SHA256(0x001, "SHA-256"),
    ECDSA_SHA256(0x002, "SHA-256"),
    ECDH_SHA256(0x003, "SHA-256"),
    RSA_SHA384(0x101, "SHA-384"),
    ECDSA_SHA384(0x102, "SHA-384"),
    ECDH_SHA384(0x103, "SHA-384");

    private final int value;
    private final String hash;

    Algorithm(int value, String hash) {
      this.value = value;
      this.hash = hash;
    }

    String hash() {
      return hash;
    }

    boolean isRsa() {
      return this == RSA_SHA256 || this == RSA_SHA384;
    }

    boolean isEcdsa() {
      return this == ECDSA_SHA256 || this == ECDSA_SHA384;
    }

    boolean isExchange() {
      return this == ECDH_SHA256 || this == ECDH_SHA384;
    }

    private static Algorithm read(ByteReader in) throws FormatException {
      int at = in.offset();
      long value = in.u32("algorithm");
      for (Algorithm algorithm : values()) {
        if (algorithm.value == value) {
          return algorithm;
        }
      }
      throw new FormatException(
          Code.UNSUPPORTED_ALGORITHM, at, "a known algorithm", "0x" + Long.toHexString(value));
    }
  }

  /// A signature over the first 1044 bytes.
  ///
  /// @param signer usage of the key that made it
  /// @param algorithm how
  /// @param value 512 bytes, as they came
  public record Signature(SevUsage signer, Algorithm algorithm, Bytes value) {
    private static final int R_END = FIELD;
    private static final int S_END = 2 * FIELD;

    Bytes r() {
      return value.slice(0, R_END);
    }

    Bytes s() {
      return value.slice(R_END, S_END);
    }
  }

  public SevCertificate {
    signatures = List.copyOf(signatures);
  }

  /// Decodes a certificate, which must fill `raw`.
  ///
  /// @throws FormatException if it is malformed or of another version, algorithm or curve
  public static SevCertificate parse(Bytes raw) throws FormatException {
    ByteReader in = ByteReader.littleEndian(raw);
    if (raw.size() != SIZE) {
      throw FormatException.malformed(0, SIZE + " bytes", raw.size() + " bytes");
    }
    long version = in.u32("version");
    if (version != 1) {
      throw new FormatException(
          Code.UNSUPPORTED_VERSION, 0, "an SEV certificate of version 1", version + "");
    }
    int major = in.u8("API major");
    int minor = in.u8("API minor");
    in.zeros("reserved bytes", 2);
    int at = in.offset();
    SevUsage usage = SevUsage.read(in);
    if (usage.isAuthority() || usage == SevUsage.INVALID) {
      throw FormatException.malformed(at, "the usage of a platform's key", usage + "");
    }
    Algorithm algorithm = Algorithm.read(in);
    if (algorithm.isRsa()) {
      throw new FormatException(
          Code.UNSUPPORTED_ALGORITHM, at + 4, "an elliptic curve key", algorithm + "");
    }
    ByteReader key = in.sub("public key", KEY_SIZE);
    Curve curve = curve(key);
    Bytes x = coordinate(key, curve);
    Bytes y = coordinate(key, curve);
    key.zeros("public key", key.remaining());
    List<Signature> signatures = new ArrayList<>(SLOTS);
    for (int i = 0; i < SLOTS; i++) {
      signature(in, signatures);
    }
    in.end();
    return new SevCertificate(raw, major, minor, usage, algorithm, curve, x, y, signatures);
  }

  private static Curve curve(ByteReader in) throws FormatException {
    int at = in.offset();
    long curve = in.u32("curve");
    if (curve == P256) {
      return Curve.P256;
    } else if (curve == P384) {
      return Curve.P384;
    }
    throw new FormatException(
        Code.UNSUPPORTED_ALGORITHM, at, "curve 1 (P-256) or 2 (P-384)", curve + "");
  }

  private static Bytes coordinate(ByteReader in, Curve curve) throws FormatException {
    Bytes value = in.bytes("coordinate", curve.size());
    in.zeros("coordinate", FIELD - curve.size());
    return value;
  }

  private static void signature(ByteReader in, List<Signature> signatures) throws FormatException {
    SevUsage signer = SevUsage.read(in);
    if (signer == SevUsage.INVALID) {
      // An empty slot; its algorithm and bytes say nothing, and nobody reads them.
      in.skip("algorithm", 4);
      in.skip("signature", SIGNATURE_SIZE);
      return;
    }
    Algorithm algorithm = Algorithm.read(in);
    int at = in.offset();
    if (algorithm.isExchange()) {
      throw FormatException.malformed(at - 4, "an algorithm that signs", algorithm + "");
    }
    signatures.add(new Signature(signer, algorithm, in.bytes("signature", SIGNATURE_SIZE)));
  }

  /// What signatures are over.
  Bytes signed() {
    return raw.slice(0, SIGNED);
  }

  /// An unsigned certificate for a key exchange on P-384: how the owner sends the own key.
  ///
  /// @param x most significant byte first
  /// @param y most significant byte first
  static Bytes ofExchangeKey(Bytes x, Bytes y) {
    ByteWriter out =
        ByteWriter.littleEndian()
            .u32(1)
            .u32(0)
            .u32(SevUsage.PDH.value())
            .u32(Algorithm.ECDH_SHA256.value)
            .u32(P384)
            .bytes(SevNumbers.reversed(x).fit(FIELD))
            .bytes(SevNumbers.reversed(y).fit(FIELD));
    Bytes signed = out.toBytes().fit(SIGNED);
    Bytes empty = ByteWriter.littleEndian().u32(SevUsage.INVALID.value()).toBytes();
    int slot = 2 * Integer.BYTES + SIGNATURE_SIZE;
    return signed.concat(empty.fit(slot)).concat(empty.fit(slot));
  }
}
