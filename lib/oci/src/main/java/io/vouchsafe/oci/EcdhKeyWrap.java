package io.vouchsafe.oci;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.encoding.SecretBytes;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.interfaces.ECKey;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECFieldFp;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPoint;
import java.security.spec.ECPublicKeySpec;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.KeyAgreement;
import javax.crypto.spec.SecretKeySpec;

/// ECDH-ES+A256KW of RFC 7518 §4.6 on the NIST curves.
final class EcdhKeyWrap {
  private static final String ALGORITHM = "ECDH-ES+A256KW";
  private static final int KEK_BITS = 256;

  private EcdhKeyWrap() {}

  private enum Curve {
    P256("P-256", "secp256r1", 256),
    P384("P-384", "secp384r1", 384),
    P521("P-521", "secp521r1", 521);

    private final String jwk;
    private final String java;
    private final int bits;

    Curve(String jwk, String java, int bits) {
      this.jwk = jwk;
      this.java = java;
      this.bits = bits;
    }

    private int length() {
      return (bits + 7) / 8;
    }

    private ECParameterSpec parameters() throws GeneralSecurityException {
      AlgorithmParameters parameters = AlgorithmParameters.getInstance("EC");
      parameters.init(new ECGenParameterSpec(java));
      return parameters.getParameterSpec(ECParameterSpec.class);
    }

    private static Curve of(ECKey key) throws GeneralSecurityException {
      for (Curve curve : values()) {
        ECParameterSpec expected = curve.parameters();
        ECParameterSpec found = key.getParams();
        if (expected.getCurve().equals(found.getCurve())
            && expected.getGenerator().equals(found.getGenerator())) {
          return curve;
        }
      }
      throw new GeneralSecurityException("another curve");
    }
  }

  static Jwe.WrappedFor wrap(SecretBytes cek, ECPublicKey key, SecureRandom random)
      throws GeneralSecurityException {
    Curve curve = Curve.of(key);
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(new ECGenParameterSpec(curve.java), random);
    KeyPair ephemeral = generator.generateKeyPair();
    Cipher cipher = Cipher.getInstance("AESWrap");
    cipher.init(Cipher.WRAP_MODE, kek(ephemeral.getPrivate(), key, Bytes.EMPTY, Bytes.EMPTY));
    byte[] wrapped = cek.lend(secret -> cipher.wrap(new SecretKeySpec(secret, "AES")));
    Json.Obj header =
        Json.object()
            .put("alg", ALGORITHM)
            .put("epk", jwk(curve, (ECPublicKey) ephemeral.getPublic()))
            .build();
    return new Jwe.WrappedFor(header, Bytes.of(wrapped));
  }

  static SecretBytes unwrap(Json.Obj header, Bytes encryptedKey, ECPrivateKey key)
      throws FormatException, GeneralSecurityException {
    Curve curve = Curve.of(key);
    PublicKey ephemeral = ephemeral(curve, header.object("epk"));
    Bytes apu = party(header, "apu");
    Bytes apv = party(header, "apv");
    Cipher cipher = Cipher.getInstance("AESWrap");
    cipher.init(Cipher.UNWRAP_MODE, kek(key, ephemeral, apu, apv));
    byte[] cek = cipher.unwrap(encryptedKey.toByteArray(), "AES", Cipher.SECRET_KEY).getEncoded();
    return SecretBytes.take(cek);
  }

  private static Bytes party(Json.Obj header, String name) throws FormatException {
    return Bytes.fromBase64Url(header.optionalString(name).orElse(""));
  }

  private static Json jwk(Curve curve, ECPublicKey key) {
    return Json.object()
        .put("kty", "EC")
        .put("crv", curve.jwk)
        .put("x", coordinate(curve, key.getW().getAffineX()))
        .put("y", coordinate(curve, key.getW().getAffineY()))
        .build();
  }

  private static String coordinate(Curve curve, BigInteger value) {
    byte[] raw = value.toByteArray();
    byte[] fixed = new byte[curve.length()];
    int length = Math.min(raw.length, fixed.length);
    System.arraycopy(raw, raw.length - length, fixed, fixed.length - length, length);
    return Bytes.of(fixed).base64Url();
  }

  private static PublicKey ephemeral(Curve curve, Json.Obj jwk)
      throws FormatException, GeneralSecurityException {
    if (!jwk.string("kty").equals("EC") || !jwk.string("crv").equals(curve.jwk)) {
      throw new GeneralSecurityException("epk is on another curve");
    }
    BigInteger x = coordinate(curve, jwk.string("x"));
    BigInteger y = coordinate(curve, jwk.string("y"));
    ECParameterSpec parameters = curve.parameters();
    requireOnCurve(parameters, x, y);
    return KeyFactory.getInstance("EC")
        .generatePublic(new ECPublicKeySpec(new ECPoint(x, y), parameters));
  }

  private static BigInteger coordinate(Curve curve, String text)
      throws FormatException, GeneralSecurityException {
    Bytes raw = Bytes.fromBase64Url(text);
    if (raw.size() != curve.length()) {
      throw new GeneralSecurityException("epk coordinate of another length");
    }
    return new BigInteger(1, raw.toByteArray());
  }

  /// The provider checks this too; an invalid point leaks the private key, so do not rely on it.
  private static void requireOnCurve(ECParameterSpec parameters, BigInteger x, BigInteger y)
      throws GeneralSecurityException {
    BigInteger p = ((ECFieldFp) parameters.getCurve().getField()).getP();
    BigInteger a = parameters.getCurve().getA();
    BigInteger b = parameters.getCurve().getB();
    BigInteger right = x.multiply(x).add(a).multiply(x).add(b).mod(p);
    if (x.compareTo(p) >= 0 || y.compareTo(p) >= 0 || !y.multiply(y).mod(p).equals(right)) {
      throw new GeneralSecurityException("epk is not on its curve");
    }
  }

  /// Concat KDF with SHA-256 (RFC 7518 §4.6.2): one round gives the 256 bits wanted.
  private static SecretKeySpec kek(PrivateKey mine, PublicKey theirs, Bytes apu, Bytes apv)
      throws GeneralSecurityException {
    KeyAgreement agreement = KeyAgreement.getInstance("ECDH");
    agreement.init(mine);
    agreement.doPhase(theirs, true);
    byte[] shared = agreement.generateSecret();
    MessageDigest digest = MessageDigest.getInstance("SHA-256");
    digest.update(u32(1));
    digest.update(shared);
    sized(digest, Bytes.utf8(ALGORITHM));
    sized(digest, apu);
    sized(digest, apv);
    digest.update(u32(KEK_BITS));
    Arrays.fill(shared, (byte) 0);
    byte[] kek = digest.digest();
    SecretKeySpec key = new SecretKeySpec(kek, "AES");
    Arrays.fill(kek, (byte) 0);
    return key;
  }

  private static void sized(MessageDigest digest, Bytes value) {
    digest.update(u32(value.size()));
    value.update(digest);
  }

  private static byte[] u32(int value) {
    return ByteBuffer.allocate(4).putInt(value).array();
  }
}
