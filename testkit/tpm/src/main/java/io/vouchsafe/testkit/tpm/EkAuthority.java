package io.vouchsafe.testkit.tpm;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.DerTag;
import io.vouchsafe.encoding.DerWriter;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/// A certificate authority for endorsement keys: a self-signed P-256 root that signs the
/// certificates itself. Each instance has its own key.
public final class EkAuthority {
  /// Start of the validity of every certificate.
  public static final Instant FROM = Instant.parse("2025-01-01T00:00:00Z");

  /// End of the validity of every certificate that says nothing else.
  public static final Instant TO = Instant.parse("2045-01-01T00:00:00Z");

  private static final String ECDSA_SHA256 = "1.2.840.10045.4.3.2";
  private static final String NAME = "Vouchsafe test EK root";

  private final KeyPair key;
  private final Bytes root;
  private final AtomicLong serial = new AtomicLong(2);

  private EkAuthority(KeyPair key, Bytes root) {
    this.key = key;
    this.root = root;
  }

  /// What a certificate says; the defaults are those of a proper one.
  ///
  /// @param to end of validity
  /// @param ekUsage whether it is for endorsement keys
  /// @param tpmName whether it names a TPM
  /// @param keyUsage whether it may be used to wrap keys
  /// @param authority whether it is a certificate authority
  public record Profile(
      Instant to, boolean ekUsage, boolean tpmName, boolean keyUsage, boolean authority) {
    /// A proper certificate.
    public static final Profile PROPER = new Profile(TO, true, true, true, false);
  }

  /// A new authority with a new key.
  public static EkAuthority create() {
    KeyPair key = ecKey();
    return new EkAuthority(
        key, sign(key.getPrivate(), tbs(1, key.getPublic(), NAME, TO, caExtensions())));
  }

  /// The root certificate in DER: what an operator names.
  public Bytes root() {
    return root;
  }

  /// A proper certificate for an endorsement key.
  public Bytes issue(PublicKey ek) {
    return issue(ek, Profile.PROPER);
  }

  /// A certificate with the given content.
  public Bytes issue(PublicKey ek, Profile profile) {
    // A certificate without any name would not even parse.
    String subject = profile.tpmName() ? "" : "nameless TPM";
    Bytes tbs = tbs(serial.getAndIncrement(), ek, subject, profile.to(), ekExtensions(ek, profile));
    return sign(key.getPrivate(), tbs);
  }

  static KeyPair ecKey() {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp256r1"));
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("the JDK lacks P-256", e);
    }
  }

  private static Bytes tbs(
      long serial, PublicKey key, String subject, Instant to, List<Bytes> extensions) {
    return DerWriter.sequence(
        DerWriter.explicit(0, DerWriter.integer(2)),
        DerWriter.integer(serial),
        DerWriter.sequence(DerWriter.oid(ECDSA_SHA256)),
        name(NAME),
        DerWriter.sequence(DerWriter.time(FROM), DerWriter.time(to)),
        name(subject),
        Bytes.of(key.getEncoded()),
        DerWriter.explicit(3, DerWriter.sequence(extensions.toArray(Bytes[]::new))));
  }

  private static Bytes name(String commonName) {
    return commonName.isEmpty()
        ? DerWriter.sequence()
        : DerWriter.sequence(attribute("2.5.4.3", commonName));
  }

  private static Bytes attribute(String type, String value) {
    return DerWriter.setOf(DerWriter.sequence(DerWriter.oid(type), DerWriter.utf8(value)));
  }

  private static Bytes extension(String oid, boolean critical, Bytes value) {
    return critical
        ? DerWriter.sequence(DerWriter.oid(oid), DerWriter.bool(true), DerWriter.octetString(value))
        : DerWriter.sequence(DerWriter.oid(oid), DerWriter.octetString(value));
  }

  private static List<Bytes> caExtensions() {
    return List.of(
        extension("2.5.29.19", true, DerWriter.sequence(DerWriter.bool(true))),
        extension("2.5.29.15", true, bits(0x06, 1)));
  }

  private static List<Bytes> ekExtensions(PublicKey key, Profile profile) {
    List<Bytes> extensions = new ArrayList<>();
    extensions.add(
        extension(
            "2.5.29.19",
            true,
            profile.authority() ? DerWriter.sequence(DerWriter.bool(true)) : DerWriter.sequence()));
    if (profile.keyUsage()) {
      boolean rsa = key instanceof RSAPublicKey;
      extensions.add(extension("2.5.29.15", true, rsa ? bits(0x20, 5) : bits(0x08, 3)));
    }
    if (profile.ekUsage()) {
      extensions.add(
          extension("2.5.29.37", false, DerWriter.sequence(DerWriter.oid("2.23.133.8.1"))));
    }
    if (profile.tpmName()) {
      Bytes name =
          DerWriter.sequence(
              attribute("2.23.133.2.1", "id:00001014"),
              attribute("2.23.133.2.2", "vouchsafe-test"),
              attribute("2.23.133.2.3", "id:00010000"));
      extensions.add(extension("2.5.29.17", true, DerWriter.sequence(DerWriter.explicit(4, name))));
    }
    return extensions;
  }

  /// A BIT STRING of one byte.
  private static Bytes bits(int value, int unused) {
    return DerWriter.element(DerTag.BIT_STRING, Bytes.of((byte) unused, (byte) value));
  }

  private static Bytes sign(PrivateKey key, Bytes tbs) {
    try {
      Signature signer = Signature.getInstance("SHA256withECDSA");
      signer.initSign(key);
      signer.update(tbs.toByteArray());
      return DerWriter.sequence(
          tbs,
          DerWriter.sequence(DerWriter.oid(ECDSA_SHA256)),
          DerWriter.bitString(Bytes.of(signer.sign())));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("the JDK lacks ECDSA", e);
    }
  }
}
