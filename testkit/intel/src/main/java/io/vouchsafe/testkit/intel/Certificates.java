package io.vouchsafe.testkit.intel;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.DerTag;
import io.vouchsafe.encoding.DerWriter;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import java.time.Instant;
import java.util.List;

/// The P-256 side of X.509: keys, signatures, certificates, lists.
final class Certificates {
  private static final Bytes ECDSA_SHA256 =
      DerWriter.sequence(DerWriter.oid("1.2.840.10045.4.3.2"));

  private Certificates() {}

  static KeyPair key() {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp256r1"));
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("the JDK lacks P-256", e);
    }
  }

  /// r and s, 64 bytes.
  static Bytes sign(PrivateKey key, Bytes message) {
    return sign("SHA256withECDSAinP1363Format", key, message);
  }

  private static Bytes sign(String algorithm, PrivateKey key, Bytes message) {
    try {
      Signature signature = Signature.getInstance(algorithm);
      signature.initSign(key);
      signature.update(message.toByteArray());
      return Bytes.of(signature.sign());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("the JDK lacks ECDSA", e);
    }
  }

  /// X and Y, 64 bytes.
  static Bytes point(PublicKey key) {
    byte[] spki = key.getEncoded();
    return Bytes.of(spki, spki.length - 64, 64);
  }

  static Bytes name(String common) {
    return DerWriter.sequence(
        attribute("2.5.4.3", common),
        attribute("2.5.4.10", "Intel Corporation"),
        attribute("2.5.4.7", "Santa Clara"),
        attribute("2.5.4.8", "CA"),
        attribute("2.5.4.6", "US"));
  }

  private static Bytes attribute(String type, String value) {
    return DerWriter.setOf(DerWriter.sequence(DerWriter.oid(type), DerWriter.utf8(value)));
  }

  private static Bytes extension(String oid, Bytes value) {
    return DerWriter.sequence(
        DerWriter.oid(oid), DerWriter.bool(true), DerWriter.octetString(value));
  }

  /// Extensions of an authority: it may sign certificates and lists.
  static List<Bytes> authority() {
    return List.of(
        extension("2.5.29.19", DerWriter.sequence(DerWriter.bool(true))),
        extension("2.5.29.15", bits(0x06, 1)));
  }

  /// Extensions of a certificate that signs data.
  static List<Bytes> leaf() {
    return List.of(
        extension("2.5.29.19", DerWriter.sequence()), extension("2.5.29.15", bits(0xc0, 6)));
  }

  /// A BIT STRING of one byte.
  private static Bytes bits(int value, int unused) {
    return DerWriter.element(DerTag.BIT_STRING, Bytes.of((byte) unused, (byte) value));
  }

  /// What a certificate is about.
  record Content(
      String issuer,
      String subject,
      long serial,
      Instant from,
      Instant to,
      PublicKey key,
      List<Bytes> extensions) {}

  static Bytes issue(Content content, PrivateKey signer) {
    return signed(
        DerWriter.sequence(
            DerWriter.explicit(0, DerWriter.integer(2)),
            DerWriter.integer(content.serial()),
            ECDSA_SHA256,
            name(content.issuer()),
            DerWriter.sequence(DerWriter.time(content.from()), DerWriter.time(content.to())),
            name(content.subject()),
            Bytes.of(content.key().getEncoded()),
            DerWriter.explicit(3, DerWriter.sequence(content.extensions().toArray(Bytes[]::new)))),
        signer);
  }

  static Bytes list(
      String issuer, long number, Instant from, Instant to, PrivateKey signer, long... serials) {
    Bytes[] entries = new Bytes[serials.length];
    for (int i = 0; i < serials.length; i++) {
      entries[i] = DerWriter.sequence(DerWriter.integer(serials[i]), DerWriter.time(from));
    }
    Bytes head =
        DerWriter.integer(1)
            .concat(ECDSA_SHA256)
            .concat(name(issuer))
            .concat(DerWriter.time(from))
            .concat(DerWriter.time(to));
    Bytes list = entries.length == 0 ? Bytes.EMPTY : DerWriter.sequence(entries);
    Bytes numbered =
        DerWriter.sequence(
            DerWriter.oid("2.5.29.20"), DerWriter.octetString(DerWriter.integer(number)));
    Bytes extensions = DerWriter.explicit(0, DerWriter.sequence(numbered));
    return signed(DerWriter.sequence(head, list, extensions), signer);
  }

  private static Bytes signed(Bytes content, PrivateKey key) {
    return DerWriter.sequence(
        content, ECDSA_SHA256, DerWriter.bitString(sign("SHA256withECDSA", key, content)));
  }
}
