package io.vouchsafe.protocol;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.encoding.JsonLimits;
import io.vouchsafe.encoding.SecretBytes;
import io.vouchsafe.verdict.Code;
import io.vouchsafe.verdict.RefusedException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.RSAPrivateKey;
import java.security.spec.MGF1ParameterSpec;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.OAEPParameterSpec;
import javax.crypto.spec.PSource;
import javax.crypto.spec.SecretKeySpec;

/// A sealed reply: JWE in flattened JSON serialisation (RFC 7516 §7.2.2), content encryption
/// A256GCM, without `aad`.
///
/// The text of the protected header is exact to the byte: compact JSON, `alg`, `enc`, then the rest
/// by name. Guests in the field authenticate their own re-serialisation of it, not what they got.
///
/// @param protectedHeader base64url, as it was sent: its ASCII is the additional data
/// @param encryptedKey the content key, encrypted to the recipient
/// @param iv 12 bytes
/// @param ciphertext of the same length as the plaintext
/// @param tag 16 bytes
public record Jwe(
    String protectedHeader, Bytes encryptedKey, Bytes iv, Bytes ciphertext, Bytes tag) {
  private static final int KEY_SIZE = 32;
  private static final int IV_SIZE = 12;
  private static final int TAG_SIZE = 16;
  private static final int MAX_HEADER = 16 << 10;
  private static final int MAX_ENCRYPTED_KEY = 1024;
  private static final JsonLimits LIMITS = new JsonLimits(64 << 20, 8, 256, 32);
  private static final JsonLimits HEADER_LIMITS = new JsonLimits(MAX_HEADER, 8, 256, 32);

  /// Members that would change what is authenticated or who can read it.
  private static final List<String> REFUSED_MEMBERS =
      List.of("aad", "header", "unprotected", "recipients");

  private static final List<String> REFUSED_PARAMETERS = List.of("crit", "zip", "apu", "apv");
  private static final OAEPParameterSpec OAEP_256 =
      new OAEPParameterSpec(
          "SHA-256", "MGF1", MGF1ParameterSpec.SHA256, PSource.PSpecified.DEFAULT);

  public Jwe {
    Objects.requireNonNull(protectedHeader, "protectedHeader");
    Objects.requireNonNull(encryptedKey, "encryptedKey");
    Objects.requireNonNull(ciphertext, "ciphertext");
    if (iv.size() != IV_SIZE || tag.size() != TAG_SIZE) {
      throw new IllegalArgumentException("A256GCM takes 12 bytes of IV and 16 bytes of tag");
    }
  }

  /// Seals `plaintext` to `key`.
  public static Jwe seal(Jwk key, SecretBytes plaintext, SecureRandom random) {
    byte[] contentKey = new byte[KEY_SIZE];
    byte[] iv = new byte[IV_SIZE];
    random.nextBytes(contentKey);
    random.nextBytes(iv);
    try {
      return switch (key) {
        case Jwk.Ec ec -> seal(ec, ephemeral(ec.curve(), random), contentKey, iv, plaintext);
        case Jwk.Rsa rsa -> seal(rsa, contentKey, iv, plaintext, random);
      };
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("sealing to a valid key failed", e);
    } finally {
      Arrays.fill(contentKey, (byte) 0);
    }
  }

  private static KeyPair ephemeral(Curve curve, SecureRandom random)
      throws GeneralSecurityException {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(curve.generator(), random);
    return generator.generateKeyPair();
  }

  /// Seals with everything given that is otherwise random.
  static Jwe seal(
      Jwk.Ec recipient, KeyPair ephemeral, byte[] contentKey, byte[] iv, SecretBytes plaintext)
      throws GeneralSecurityException {
    Jwk.Ec sent;
    try {
      sent = (Jwk.Ec) Jwk.of(ephemeral.getPublic());
    } catch (FormatException e) {
      throw new IllegalStateException("made on a known curve", e);
    }
    String header =
        "{\"alg\":\"%s\",\"enc\":\"A256GCM\",\"epk\":{\"crv\":\"%s\",\"kty\":\"EC\",\"x\":\"%s\",\"y\":\"%s\"}}"
            .formatted(
                Jwk.Ec.ALGORITHM,
                sent.curve().wireName(),
                sent.x().base64Url(),
                sent.y().base64Url());
    byte[] kek =
        EcdhEs.keyEncryptionKey(ephemeral.getPrivate(), recipient.toPublicKey(), Jwk.Ec.ALGORITHM);
    try {
      Cipher wrap = Cipher.getInstance("AESWrap");
      wrap.init(Cipher.WRAP_MODE, new SecretKeySpec(kek, "AES"));
      byte[] wrapped = wrap.wrap(new SecretKeySpec(contentKey, "AES"));
      return encrypt(header, Bytes.of(wrapped), contentKey, iv, plaintext);
    } finally {
      Arrays.fill(kek, (byte) 0);
    }
  }

  static Jwe seal(
      Jwk.Rsa recipient, byte[] contentKey, byte[] iv, SecretBytes plaintext, SecureRandom random)
      throws GeneralSecurityException {
    Cipher cipher =
        switch (recipient.scheme()) {
          case OAEP_256 -> {
            Cipher oaep = Cipher.getInstance("RSA/ECB/OAEPPadding");
            oaep.init(Cipher.ENCRYPT_MODE, recipient.toPublicKey(), OAEP_256, random);
            yield oaep;
          }
          case PKCS1_V15 -> {
            Cipher pkcs1 = Cipher.getInstance("RSA/ECB/PKCS1Padding");
            pkcs1.init(Cipher.ENCRYPT_MODE, recipient.toPublicKey(), random);
            yield pkcs1;
          }
        };
    String header = "{\"alg\":\"%s\",\"enc\":\"A256GCM\"}".formatted(recipient.algorithm());
    return encrypt(header, Bytes.of(cipher.doFinal(contentKey)), contentKey, iv, plaintext);
  }

  private static Jwe encrypt(
      String header, Bytes encryptedKey, byte[] contentKey, byte[] iv, SecretBytes plaintext)
      throws GeneralSecurityException {
    String encoded = Bytes.utf8(header).base64Url();
    Cipher gcm = Cipher.getInstance("AES/GCM/NoPadding");
    gcm.init(
        Cipher.ENCRYPT_MODE,
        new SecretKeySpec(contentKey, "AES"),
        new GCMParameterSpec(TAG_SIZE * Byte.SIZE, iv));
    gcm.updateAAD(encoded.getBytes(StandardCharsets.US_ASCII));
    byte[] sealed = plaintext.<byte[], GeneralSecurityException>lend(gcm::doFinal);
    int length = sealed.length - TAG_SIZE;
    return new Jwe(
        encoded,
        encryptedKey,
        Bytes.of(iv),
        Bytes.of(sealed, 0, length),
        Bytes.of(sealed, length, TAG_SIZE));
  }

  /// Parses the JSON of a sealed reply. Nothing is checked yet but the form.
  ///
  /// @throws FormatException if a member is missing, not base64url, of a wrong length, or one that
  ///   this form must not have
  public static Jwe parse(Bytes text) throws FormatException {
    Json.Obj object = Json.parseObject(text, LIMITS);
    for (String member : REFUSED_MEMBERS) {
      if (object.get(member).isPresent()) {
        throw FormatException.malformed(0, "no member \"" + member + "\"", "one");
      }
    }
    Bytes encryptedKey = Bytes.fromBase64Url(object.string("encrypted_key"));
    if (encryptedKey.size() > MAX_ENCRYPTED_KEY) {
      throw FormatException.oversized(
          0, "an encrypted key of at most 1024 bytes", encryptedKey.size() + " bytes");
    }
    Bytes iv = sized(object, "iv", IV_SIZE);
    Bytes tag = sized(object, "tag", TAG_SIZE);
    return new Jwe(
        object.string("protected"),
        encryptedKey,
        iv,
        Bytes.fromBase64Url(object.string("ciphertext")),
        tag);
  }

  private static Bytes sized(Json.Obj object, String member, int size) throws FormatException {
    Bytes value = Bytes.fromBase64Url(object.string(member));
    if (value.size() != size) {
      throw FormatException.malformed(
          0, size + " bytes as \"" + member + "\"", value.size() + " bytes");
    }
    return value;
  }

  /// The JSON form.
  public Json.Obj toJson() {
    return Json.object()
        .put("protected", protectedHeader)
        .put("encrypted_key", encryptedKey.base64Url())
        .put("iv", iv.base64Url())
        .put("ciphertext", ciphertext.base64Url())
        .put("tag", tag.base64Url())
        .build();
  }

  /// Opens the reply.
  ///
  /// @throws FormatException if the protected header does not parse
  /// @throws RefusedException with [Code#UNSUPPORTED_ALGORITHM] if it is sealed in a way that does
  ///   not go with `key`, with [Code#SEAL_INVALID] if it does not open
  public SecretBytes open(PrivateKey key) throws FormatException, RefusedException {
    Json.Obj header = Json.parseObject(Bytes.fromBase64Url(protectedHeader), HEADER_LIMITS);
    checkHeader(header);
    byte[] contentKey = new byte[0];
    try {
      contentKey =
          switch (key) {
            case ECPrivateKey ec -> unwrap(header, ec);
            case RSAPrivateKey rsa -> decrypt(header, rsa);
            default -> throw algorithm("an EC or RSA key", key.getAlgorithm());
          };
      if (contentKey.length != KEY_SIZE) {
        throw sealInvalid();
      }
      Cipher gcm = Cipher.getInstance("AES/GCM/NoPadding");
      gcm.init(
          Cipher.DECRYPT_MODE,
          new SecretKeySpec(contentKey, "AES"),
          new GCMParameterSpec(TAG_SIZE * Byte.SIZE, iv.toByteArray()));
      gcm.updateAAD(protectedHeader.getBytes(StandardCharsets.US_ASCII));
      return SecretBytes.take(gcm.doFinal(ciphertext.concat(tag).toByteArray()));
    } catch (GeneralSecurityException _) {
      // One answer for every cause: which step failed is nobody's business.
      throw sealInvalid();
    } finally {
      Arrays.fill(contentKey, (byte) 0);
    }
  }

  private static void checkHeader(Json.Obj header) throws FormatException, RefusedException {
    String encryption = header.string("enc");
    if (!encryption.equals("A256GCM")) {
      throw algorithm("content encryption A256GCM", encryption);
    }
    for (String parameter : REFUSED_PARAMETERS) {
      if (header.get(parameter).isPresent()) {
        throw algorithm("no header parameter \"" + parameter + "\"", "one");
      }
    }
  }

  private byte[] unwrap(Json.Obj header, ECPrivateKey key)
      throws FormatException, RefusedException, GeneralSecurityException {
    String algorithm = header.string("alg");
    if (!algorithm.equals(Jwk.Ec.ALGORITHM)) {
      throw algorithm("algorithm " + Jwk.Ec.ALGORITHM, algorithm);
    }
    Json.Obj sent = header.object("epk");
    // Upstream servers leave `kty` out or in; `alg` is never there but says the same.
    Jwk ephemeral =
        Jwk.parse(sent.with("kty", Json.of("EC")).with("alg", Json.of(Jwk.Ec.ALGORITHM)));
    Curve mine = Curve.of(key.getParams()).orElse(null);
    if (mine == null || !(ephemeral instanceof Jwk.Ec ec) || ec.curve() != mine) {
      throw algorithm("an ephemeral key on the curve of the key", sent.string("crv"));
    }
    byte[] kek = EcdhEs.keyEncryptionKey(key, ec.toPublicKey(), algorithm);
    try {
      Cipher unwrap = Cipher.getInstance("AESWrap");
      unwrap.init(Cipher.UNWRAP_MODE, new SecretKeySpec(kek, "AES"));
      Key contentKey = unwrap.unwrap(encryptedKey.toByteArray(), "AES", Cipher.SECRET_KEY);
      return contentKey.getEncoded();
    } finally {
      Arrays.fill(kek, (byte) 0);
    }
  }

  private byte[] decrypt(Json.Obj header, RSAPrivateKey key)
      throws FormatException, RefusedException, GeneralSecurityException {
    String algorithm = header.string("alg");
    if (!algorithm.equals(Jwk.RsaScheme.OAEP_256.wireName())) {
      throw algorithm("algorithm RSA-OAEP-256", algorithm);
    }
    Cipher cipher = Cipher.getInstance("RSA/ECB/OAEPPadding");
    cipher.init(Cipher.DECRYPT_MODE, key, OAEP_256);
    return cipher.doFinal(encryptedKey.toByteArray());
  }

  private static RefusedException algorithm(String expected, String found) {
    return new RefusedException(JweCheck.ALGORITHM, Code.UNSUPPORTED_ALGORITHM, expected, found);
  }

  private static RefusedException sealInvalid() {
    return new RefusedException(
        JweCheck.OPEN, Code.SEAL_INVALID, "a reply sealed to this key", "one that does not open");
  }
}
