package io.vouchsafe.tpm;

import io.vouchsafe.encoding.ByteReader;
import io.vouchsafe.encoding.ByteWriter;
import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.verdict.Code;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.RSAKeyGenParameterSpec;
import java.security.spec.X509EncodedKeySpec;

/// TPMT_PUBLIC: the public area of a TPM object. Immutable; the bytes as they were received are
/// kept, because the Name is a digest over them.
public final class TpmtPublic {
  public static final int FIXED_TPM = 1 << 1;
  public static final int ST_CLEAR = 1 << 2;
  public static final int FIXED_PARENT = 1 << 4;
  public static final int SENSITIVE_DATA_ORIGIN = 1 << 5;
  public static final int USER_WITH_AUTH = 1 << 6;
  public static final int ADMIN_WITH_POLICY = 1 << 7;
  public static final int NO_DA = 1 << 10;
  public static final int ENCRYPTED_DUPLICATION = 1 << 11;
  public static final int RESTRICTED = 1 << 16;
  public static final int DECRYPT = 1 << 17;
  public static final int SIGN = 1 << 18;

  /// What an attestation key must have: it cannot leave its TPM, was made there, and signs only
  /// what the TPM itself made.
  public static final int AK_REQUIRED =
      FIXED_TPM | FIXED_PARENT | SENSITIVE_DATA_ORIGIN | RESTRICTED | SIGN;

  private static final int MAX_SIZE = 1024;
  private static final int MAX_AUTH_POLICY = 64;
  private static final int MAX_RSA_MODULUS = 512;
  private static final int MAX_COORDINATE = 66;

  /// What depends on the type of the object.
  public sealed interface Key permits Rsa, Ecc, KeyedHash {}

  /// An RSA key.
  ///
  /// @param symmetric cipher of a parent or endorsement key
  /// @param scheme TPM_ALG_ID, [TpmAlg#NULL] if it is chosen at use
  /// @param schemeHash TPM_ALG_ID, 0 without a scheme
  /// @param bits length of the modulus
  /// @param exponent public exponent; 0 on the wire is 65537 here
  /// @param modulus big endian, without sign byte
  public record Rsa(
      Symmetric symmetric, int scheme, int schemeHash, int bits, long exponent, Bytes modulus)
      implements Key {}

  /// An elliptic curve key.
  ///
  /// @param symmetric cipher of a parent or endorsement key
  /// @param scheme TPM_ALG_ID, [TpmAlg#NULL] if it is chosen at use
  /// @param schemeHash TPM_ALG_ID, 0 without a scheme
  /// @param curve TPM_ECC_CURVE
  /// @param x coordinate as received, perhaps shorter than the field
  /// @param y coordinate as received
  public record Ecc(Symmetric symmetric, int scheme, int schemeHash, int curve, Bytes x, Bytes y)
      implements Key {}

  /// Sealed data or an HMAC key.
  ///
  /// @param scheme TPM_ALG_ID
  /// @param unique digest that identifies it
  public record KeyedHash(int scheme, Bytes unique) implements Key {}

  /// TPMT_SYM_DEF_OBJECT.
  ///
  /// @param alg TPM_ALG_ID, [TpmAlg#NULL] for none
  /// @param bits key length, 0 for none
  /// @param mode TPM_ALG_ID, 0 for none
  public record Symmetric(int alg, int bits, int mode) {}

  private final Bytes raw;
  private final int type;
  private final int nameAlg;
  private final int attributes;
  private final Bytes authPolicy;
  private final Key key;

  private TpmtPublic(Bytes raw, int type, int nameAlg, int attributes, Bytes authPolicy, Key key) {
    this.raw = raw;
    this.type = type;
    this.nameAlg = nameAlg;
    this.attributes = attributes;
    this.authPolicy = authPolicy;
    this.key = key;
  }

  /// Parses a TPMT_PUBLIC without size prefix.
  ///
  /// @throws FormatException if it is malformed, longer than expected, or of a type or scheme that
  ///   is not handled
  public static TpmtPublic parse(Bytes raw) throws FormatException {
    if (raw.size() > MAX_SIZE) {
      throw FormatException.oversized(
          0, "a TPMT_PUBLIC of at most " + MAX_SIZE + " bytes", Integer.toString(raw.size()));
    }
    ByteReader in = ByteReader.bigEndian(raw);
    int type = in.u16("type");
    int nameAlg = in.u16("nameAlg");
    HashAlg.of(nameAlg, 2);
    int attributes = (int) in.u32("objectAttributes");
    Bytes authPolicy = in.sized16("authPolicy", MAX_AUTH_POLICY);
    Key key =
        switch (type) {
          case TpmAlg.RSA -> readRsa(in);
          case TpmAlg.ECC -> readEcc(in);
          case TpmAlg.KEYEDHASH -> readKeyedHash(in);
          default -> throw unsupported(0, "an RSA, ECC or KEYEDHASH object", type);
        };
    in.end();
    return new TpmtPublic(raw, type, nameAlg, attributes, authPolicy, key);
  }

  /// Parses a TPM2B_PUBLIC: a 16-bit size, then the TPMT_PUBLIC.
  ///
  /// @throws FormatException as [#parse(Bytes)]
  public static TpmtPublic parseSized(Bytes raw) throws FormatException {
    ByteReader in = ByteReader.bigEndian(raw);
    Bytes area = in.sized16("public area", MAX_SIZE);
    in.end();
    return parse(area);
  }

  /// The public area of an endorsement key of which only the key itself is known, for example from
  /// its certificate: that of template L-1 (RSA-2048) or L-2 (ECC P-256) of the EK credential
  /// profile.
  ///
  /// @throws FormatException with [Code#UNSUPPORTED_ALGORITHM] if it is a key of another kind: its
  ///   public area has to come from the TPM
  public static TpmtPublic endorsementKey(PublicKey key) throws FormatException {
    if (key instanceof RSAPublicKey rsa
        && rsa.getModulus().bitLength() == 2048
        && rsa.getPublicExponent().equals(RSAKeyGenParameterSpec.F4)) {
      return parse(Templates.ekRsa2048(Spki.unsigned(rsa.getModulus(), 256)));
    }
    if (key instanceof ECPublicKey ec
        && ec.getParams().getCurve().getField().getFieldSize() == 256) {
      Bytes x = Spki.unsigned(ec.getW().getAffineX(), 32);
      return parse(Templates.ekP256(x, Spki.unsigned(ec.getW().getAffineY(), 32)));
    }
    throw new FormatException(
        Code.UNSUPPORTED_ALGORITHM,
        FormatException.NO_OFFSET,
        "an endorsement key of RSA-2048 or ECC P-256",
        key.getAlgorithm() + " of another size");
  }

  private static FormatException unsupported(long at, String expected, int found) {
    return new FormatException(
        Code.UNSUPPORTED_ALGORITHM, at, expected, "TPM_ALG 0x" + Integer.toHexString(found));
  }

  private static Rsa readRsa(ByteReader in) throws FormatException {
    Symmetric symmetric = readSymmetric(in);
    int scheme = in.u16("scheme");
    int hash =
        switch (scheme) {
          case TpmAlg.NULL, TpmAlg.RSAES -> 0;
          case TpmAlg.RSASSA, TpmAlg.RSAPSS, TpmAlg.OAEP -> in.u16("scheme hash");
          default -> throw unsupported(in.offset() - 2, "an RSA scheme", scheme);
        };
    int at = in.offset();
    int bits = in.u16("keyBits");
    long exponent = in.u32("exponent");
    Bytes modulus = in.sized16("modulus", MAX_RSA_MODULUS);
    if (modulus.size() * 8 != bits || exponent != 0 && (exponent < 3 || exponent % 2 == 0)) {
      throw FormatException.malformed(
          at,
          "a modulus of keyBits bits and an odd exponent",
          bits + " bits, " + modulus.size() + " bytes, exponent " + exponent);
    }
    return new Rsa(symmetric, scheme, hash, bits, exponent == 0 ? 65_537 : exponent, modulus);
  }

  private static Ecc readEcc(ByteReader in) throws FormatException {
    Symmetric symmetric = readSymmetric(in);
    int scheme = in.u16("scheme");
    int hash =
        switch (scheme) {
          case TpmAlg.NULL -> 0;
          case TpmAlg.ECDSA, TpmAlg.ECDH -> in.u16("scheme hash");
          default -> throw unsupported(in.offset() - 2, "the scheme ECDSA or ECDH", scheme);
        };
    int at = in.offset();
    int curve = in.u16("curve");
    int kdf = in.u16("kdf");
    if (kdf != TpmAlg.NULL) {
      throw unsupported(in.offset() - 2, "no key derivation", kdf);
    }
    Bytes x = in.sized16("x", MAX_COORDINATE);
    Bytes y = in.sized16("y", MAX_COORDINATE);
    int field = Spki.fieldBytes(curve, at);
    if (x.size() > field || y.size() > field) {
      throw FormatException.malformed(
          at, "coordinates of at most " + field + " bytes", x.size() + " and " + y.size());
    }
    return new Ecc(symmetric, scheme, hash, curve, x, y);
  }

  private static KeyedHash readKeyedHash(ByteReader in) throws FormatException {
    int scheme = in.u16("scheme");
    switch (scheme) {
      case TpmAlg.NULL -> {}
      case TpmAlg.HMAC -> in.u16("scheme hash");
      default -> throw unsupported(in.offset() - 2, "the scheme HMAC or none", scheme);
    }
    return new KeyedHash(scheme, in.sized16("unique", MAX_AUTH_POLICY));
  }

  private static Symmetric readSymmetric(ByteReader in) throws FormatException {
    int alg = in.u16("symmetric");
    return switch (alg) {
      case TpmAlg.NULL -> new Symmetric(alg, 0, 0);
      case TpmAlg.AES -> new Symmetric(alg, in.u16("symmetric keyBits"), in.u16("symmetric mode"));
      default -> throw unsupported(in.offset() - 2, "AES or none", alg);
    };
  }

  /// The bytes as received: what the Name is over.
  public Bytes raw() {
    return raw;
  }

  /// TPM2B_PUBLIC: the same with its size in front.
  public Bytes sized() {
    return ByteWriter.bigEndian().sized16(raw).toBytes();
  }

  public int type() {
    return type;
  }

  /// The hash of the Name.
  public HashAlg nameAlg() {
    try {
      return HashAlg.of(nameAlg, 2);
    } catch (FormatException e) {
      throw new IllegalStateException("checked when parsed", e);
    }
  }

  /// TPMA_OBJECT.
  public int attributes() {
    return attributes;
  }

  public Bytes authPolicy() {
    return authPolicy;
  }

  public Key key() {
    return key;
  }

  /// The Name: nameAlg, then the digest of the public area. Whoever knows it knows the key and its
  /// attributes.
  public Bytes name() {
    return ByteWriter.bigEndian().u16(nameAlg).bytes(nameAlg().digest(raw)).toBytes();
  }

  /// The qualified Name as a primary key of a hierarchy: what a TPM writes as the signer of an
  /// attestation (TPM 2.0 part 1, 26.5).
  ///
  /// @param hierarchy handle, for example [TpmCommands#ENDORSEMENT]
  public Bytes qualifiedName(int hierarchy) {
    Bytes above = ByteWriter.bigEndian().u32(hierarchy).toBytes();
    return ByteWriter.bigEndian()
        .u16(nameAlg)
        .bytes(nameAlg().digest(above.concat(name())))
        .toBytes();
  }

  /// Whether it can be an endorsement key: it cannot leave its TPM, was made there, and only opens
  /// what was wrapped for it.
  public boolean isEndorsementKey() {
    int required = FIXED_TPM | FIXED_PARENT | SENSITIVE_DATA_ORIGIN | RESTRICTED | DECRYPT;
    return (attributes & (required | SIGN)) == required;
  }

  /// Whether it signs only what the TPM itself made and cannot leave the TPM that made it.
  public boolean isAttestationKey() {
    return (attributes & (AK_REQUIRED | DECRYPT)) == AK_REQUIRED;
  }

  /// The key as SubjectPublicKeyInfo (RFC 5280) in DER.
  ///
  /// @throws FormatException with [Code#UNSUPPORTED_ALGORITHM] if it is no asymmetric key
  public Bytes spki() throws FormatException {
    return switch (key) {
      case Rsa rsa -> Spki.rsa(rsa.modulus(), rsa.exponent());
      case Ecc ecc -> Spki.ec(ecc.curve(), ecc.x(), ecc.y());
      case KeyedHash _ -> throw unsupported(0, "an asymmetric key", type);
    };
  }

  /// The key for the JDK's cryptography, made by the preferred provider.
  ///
  /// @throws FormatException if it is no asymmetric key or not a valid one
  public PublicKey publicKey() throws FormatException {
    return publicKey(spki(), type == TpmAlg.RSA ? "RSA" : "EC");
  }

  static PublicKey publicKey(Bytes spki, String algorithm) throws FormatException {
    try {
      return KeyFactory.getInstance(algorithm)
          .generatePublic(new X509EncodedKeySpec(spki.toByteArray()));
    } catch (GeneralSecurityException e) {
      throw FormatException.malformed(0, "a valid public key", String.valueOf(e.getMessage()));
    }
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof TpmtPublic area && raw.equals(area.raw);
  }

  @Override
  public int hashCode() {
    return raw.hashCode();
  }

  /// The public area in hexadecimal.
  @Override
  public String toString() {
    return raw.hex();
  }
}
