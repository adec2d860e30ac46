package io.vouchsafe.oci;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.encoding.JsonLimits;
import io.vouchsafe.encoding.SecretBytes;
import io.vouchsafe.verdict.Code;
import io.vouchsafe.verdict.RefusedException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPrivateKey;
import java.security.interfaces.RSAPublicKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/// The JWE that image tools use (specs: guest components §7.3): flattened JSON for one recipient,
/// general JSON for several; content A256GCM; keys RSA-OAEP (SHA-1, as the tools have it) and
/// ECDH-ES+A256KW.
public final class Jwe {
  private static final JsonLimits LIMITS = new JsonLimits(1 << 20, 16, 4_096, 32);
  private static final int MAX_RECIPIENTS = 64;
  private static final int CEK_LENGTH = 32;
  private static final int IV_LENGTH = 12;
  private static final int TAG_LENGTH = 16;
  private static final int MIN_RSA_BITS = 2048;
  private static final String RSA_OAEP = "RSA-OAEP";
  private static final String ECDH = "ECDH-ES+A256KW";

  private Jwe() {}

  /// Opens JWE objects with any of `keys`.
  public static LayerKeys opener(List<PrivateKey> keys) {
    List<PrivateKey> copy = List.copyOf(keys);
    return wrapped ->
        wrapped instanceof WrappedKey.Jwe jwe ? open(jwe.content(), copy) : Optional.empty();
  }

  /// Opens one object.
  ///
  /// @return empty if it is malformed or none of the keys opens it
  static Optional<SecretBytes> open(Bytes text, List<PrivateKey> keys) {
    try {
      Json.Obj jwe = Json.parseObject(text, LIMITS);
      String protectedText = jwe.optionalString("protected").orElse("");
      Json.Obj header = header(protectedText);
      if (header.get("crit").isPresent() || header.get("zip").isPresent()) {
        return Optional.empty();
      }
      for (Json.Obj recipient : recipients(jwe)) {
        Optional<SecretBytes> opened = openFor(recipient, header, protectedText, jwe, keys);
        if (opened.isPresent()) {
          return opened;
        }
      }
      return Optional.empty();
    } catch (FormatException _) {
      return Optional.empty();
    }
  }

  private static Json.Obj header(String protectedText) throws FormatException {
    return protectedText.isEmpty()
        ? Json.object().build()
        : Json.parseObject(Bytes.fromBase64Url(protectedText), LIMITS);
  }

  private static List<Json.Obj> recipients(Json.Obj jwe) throws FormatException {
    if (jwe.get("recipients").isEmpty()) {
      return List.of(jwe);
    }
    List<Json> items = jwe.array("recipients");
    if (items.size() > MAX_RECIPIENTS) {
      throw FormatException.oversized(0, "at most 64 recipients", "" + items.size());
    }
    List<Json.Obj> recipients = new ArrayList<>();
    for (Json item : items) {
      recipients.add(item.asObject("recipient"));
    }
    return recipients;
  }

  private static Optional<SecretBytes> openFor(
      Json.Obj recipient,
      Json.Obj header,
      String protectedText,
      Json.Obj jwe,
      List<PrivateKey> keys)
      throws FormatException {
    Json.Obj merged = header;
    if (recipient.present("header").isPresent()) {
      for (var member : recipient.object("header").members().entrySet()) {
        if (header.get(member.getKey()).isPresent()) {
          throw FormatException.malformed(0, "each header member once", member.getKey());
        }
        merged = merged.with(member.getKey(), member.getValue());
      }
    }
    if (!merged.string("enc").equals("A256GCM")) {
      return Optional.empty();
    }
    Bytes encryptedKey = Bytes.fromBase64Url(recipient.string("encrypted_key"));
    for (PrivateKey key : keys) {
      try (SecretBytes cek = unwrap(merged, encryptedKey, key)) {
        return Optional.of(decrypt(jwe, protectedText, cek));
      } catch (GeneralSecurityException _) {
        continue; // Not for this key: the next one may fit.
      }
    }
    return Optional.empty();
  }

  private static SecretBytes unwrap(Json.Obj header, Bytes encryptedKey, PrivateKey key)
      throws FormatException, GeneralSecurityException {
    String algorithm = header.string("alg");
    if (algorithm.equals(RSA_OAEP) && key instanceof RSAPrivateKey) {
      Cipher cipher = oaep();
      cipher.init(Cipher.DECRYPT_MODE, key);
      return SecretBytes.take(cipher.doFinal(encryptedKey.toByteArray()));
    }
    if (algorithm.equals(ECDH) && key instanceof ECPrivateKey ec) {
      return EcdhKeyWrap.unwrap(header, encryptedKey, ec);
    }
    throw new GeneralSecurityException("another kind of key");
  }

  private static Cipher oaep() throws GeneralSecurityException {
    return Cipher.getInstance("RSA/ECB/OAEPWithSHA-1AndMGF1Padding");
  }

  private static SecretBytes decrypt(Json.Obj jwe, String protectedText, SecretBytes cek)
      throws FormatException, GeneralSecurityException {
    Bytes iv = Bytes.fromBase64Url(jwe.string("iv"));
    Bytes tag = Bytes.fromBase64Url(jwe.string("tag"));
    if (cek.size() != CEK_LENGTH || iv.size() != IV_LENGTH || tag.size() != TAG_LENGTH) {
      throw FormatException.malformed(0, "key, iv and tag of A256GCM", "other lengths");
    }
    Cipher cipher = gcm(Cipher.DECRYPT_MODE, cek, iv);
    String aad = protectedText + jwe.optionalString("aad").map(value -> "." + value).orElse("");
    cipher.updateAAD(aad.getBytes(StandardCharsets.US_ASCII));
    Bytes ciphertext = Bytes.fromBase64Url(jwe.string("ciphertext"));
    return SecretBytes.take(cipher.doFinal(ciphertext.concat(tag).toByteArray()));
  }

  private static Cipher gcm(int mode, SecretBytes cek, Bytes iv) throws GeneralSecurityException {
    Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
    SecretKeySpec key = cek.lend(secret -> new SecretKeySpec(secret, "AES"));
    cipher.init(mode, key, new GCMParameterSpec(8 * TAG_LENGTH, iv.toByteArray()));
    return cipher;
  }

  /// Seals `plain` for each of `keys`.
  ///
  /// @throws RefusedException if a key is too weak or of an unsupported kind
  static Bytes seal(SecretBytes plain, List<PublicKey> keys, SecureRandom random)
      throws RefusedException {
    byte[] cekBytes = new byte[CEK_LENGTH];
    random.nextBytes(cekBytes);
    byte[] ivBytes = new byte[IV_LENGTH];
    random.nextBytes(ivBytes);
    try (SecretBytes cek = SecretBytes.take(cekBytes)) {
      List<WrappedFor> wrapped = new ArrayList<>();
      for (PublicKey key : keys) {
        wrapped.add(wrap(cek, key, random));
      }
      boolean single = wrapped.size() == 1;
      Json.Obj header = Json.object().put("enc", "A256GCM").build();
      if (single) {
        for (var member : wrapped.getFirst().header.members().entrySet()) {
          header = header.with(member.getKey(), member.getValue());
        }
      }
      String protectedText = header.utf8().base64Url();
      Cipher cipher = gcm(Cipher.ENCRYPT_MODE, cek, Bytes.of(ivBytes));
      cipher.updateAAD(protectedText.getBytes(StandardCharsets.US_ASCII));
      byte[] sealed = plain.lend(cipher::doFinal);
      return encode(protectedText, wrapped, Bytes.of(ivBytes), Bytes.of(sealed));
    } catch (GeneralSecurityException e) {
      throw new RefusedException(
          ImageCheck.LAYER_ENCRYPTION,
          Code.UNSUPPORTED_ALGORITHM,
          "an RSA key, or an EC key on P-256, P-384 or P-521",
          "a key that cannot be used: " + e.getMessage());
    }
  }

  private static Bytes encode(
      String protectedText, List<WrappedFor> wrapped, Bytes iv, Bytes sealed) {
    Json.ObjBuilder jwe = Json.object().put("protected", protectedText);
    if (wrapped.size() == 1) {
      jwe.put("encrypted_key", wrapped.getFirst().encryptedKey.base64Url());
    } else {
      List<Json> recipients = new ArrayList<>();
      for (WrappedFor one : wrapped) {
        recipients.add(
            Json.object()
                .put("header", one.header)
                .put("encrypted_key", one.encryptedKey.base64Url())
                .build());
      }
      jwe.put("recipients", Json.array(recipients));
    }
    int tagAt = sealed.size() - TAG_LENGTH;
    jwe.put("iv", iv.base64Url())
        .put("ciphertext", sealed.slice(0, tagAt).base64Url())
        .put("tag", sealed.slice(tagAt, sealed.size()).base64Url());
    return jwe.build().utf8();
  }

  /// A content key wrapped for one recipient.
  ///
  /// @param header its own header members
  /// @param encryptedKey the wrapped key
  record WrappedFor(Json.Obj header, Bytes encryptedKey) {}

  private static WrappedFor wrap(SecretBytes cek, PublicKey key, SecureRandom random)
      throws GeneralSecurityException, RefusedException {
    if (key instanceof RSAPublicKey rsa) {
      if (rsa.getModulus().bitLength() < MIN_RSA_BITS) {
        throw unsupported("RSA of " + rsa.getModulus().bitLength() + " bits");
      }
      Cipher cipher = oaep();
      cipher.init(Cipher.ENCRYPT_MODE, rsa, random);
      Bytes encrypted = cek.lend(secret -> Bytes.of(cipher.doFinal(secret)));
      return new WrappedFor(Json.object().put("alg", RSA_OAEP).build(), encrypted);
    }
    if (key instanceof ECPublicKey ec) {
      return EcdhKeyWrap.wrap(cek, ec, random);
    }
    throw unsupported(key.getAlgorithm());
  }

  private static RefusedException unsupported(String found) {
    return new RefusedException(
        ImageCheck.LAYER_ENCRYPTION,
        Code.UNSUPPORTED_ALGORITHM,
        "RSA of at least " + MIN_RSA_BITS + " bits, or EC on P-256, P-384 or P-521",
        found);
  }
}
