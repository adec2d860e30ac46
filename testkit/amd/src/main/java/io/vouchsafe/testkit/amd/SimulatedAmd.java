package io.vouchsafe.testkit.amd;

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
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.time.Instant;
import java.util.List;

/// The authorities of one product line: a root (ARK) with the intermediates for chips (ASK) and for
/// providers (ASVK). RSA keys are shorter than AMD's, whose making takes seconds. Each instance has
/// its own keys.
public final class SimulatedAmd {
  /// Start of the validity of every certificate and list.
  public static final Instant FROM = Instant.parse("2025-01-01T00:00:00Z");

  /// End of the validity of every certificate and list.
  public static final Instant TO = Instant.parse("2032-01-01T00:00:00Z");

  /// Serial number of the intermediate for chips.
  public static final long ASK_SERIAL = 0x10001;

  /// Serial number of the intermediate for providers.
  public static final long ASVK_SERIAL = 0x10002;

  private static final long ARK_SERIAL = 0x10000;
  private static final int SALT = 48;
  private static final int SIZE = 48;
  private static final int FIELD = 72;
  private static final String SHA384 = "2.16.840.1.101.3.4.2.2";
  private static final Bytes PSS = pss();

  private final String line;
  private final KeyPair ark;
  private final KeyPair ask;
  private final KeyPair asvk;
  private final List<Bytes> authorities;

  private SimulatedAmd(String line, KeyPair ark, KeyPair ask, KeyPair asvk) {
    this.line = line;
    this.ark = ark;
    this.ask = ask;
    this.asvk = asvk;
    this.authorities =
        List.of(
            authority("SEV-" + line, ASK_SERIAL, ask.getPublic()),
            authority("SEV-VLEK-" + line, ASVK_SERIAL, asvk.getPublic()),
            authority("ARK-" + line, ARK_SERIAL, ark.getPublic()));
  }

  /// Authorities of a product line, `Milan` for example, with RSA keys of 2048 bits.
  public static SimulatedAmd of(String line) {
    return of(line, 2048);
  }

  /// As [#of(String)], with RSA keys of another length.
  public static SimulatedAmd of(String line, int bits) {
    return new SimulatedAmd(line, rsa(bits), rsa(bits), rsa(bits));
  }

  /// The same keys under the names of another line.
  public SimulatedAmd as(String otherLine) {
    return new SimulatedAmd(otherLine, ark, ask, asvk);
  }

  /// Certificate of the root.
  public Bytes root() {
    return authorities.getLast();
  }

  /// Certificates of the intermediate for chips, the one for providers, and the root.
  public List<Bytes> authorities() {
    return authorities;
  }

  private Bytes authority(String subject, long serial, PublicKey key) {
    List<Bytes> extensions =
        List.of(
            extension("2.5.29.19", DerWriter.sequence(DerWriter.bool(true))),
            // Bit 5, keyCertSign.
            extension(
                "2.5.29.15", DerWriter.element(DerTag.BIT_STRING, Bytes.of((byte) 2, (byte) 4))));
    return certificate("ARK-" + line, subject, serial, key, extensions, ark.getPrivate());
  }

  /// A chip's key with its certificate.
  public SimulatedKey chip(VekExtensions extensions) {
    KeyPair key = p384();
    Bytes certificate =
        certificate(
            "SEV-" + line, "SEV-VCEK", 0, key.getPublic(), extensions.all(), ask.getPrivate());
    return new SimulatedKey(key.getPrivate(), certificate);
  }

  /// A provider's key with its certificate.
  public SimulatedKey provider(VekExtensions extensions) {
    KeyPair key = p384();
    Bytes certificate =
        certificate(
            "SEV-VLEK-" + line,
            "SEV-VLEK",
            1,
            key.getPublic(),
            extensions.all(),
            asvk.getPrivate());
    return new SimulatedKey(key.getPrivate(), certificate);
  }

  /// A revocation list of the root.
  public Bytes revocationList(Instant from, Instant until, long... serials) {
    Bytes[] entries = new Bytes[serials.length];
    for (int i = 0; i < serials.length; i++) {
      entries[i] = DerWriter.sequence(DerWriter.integer(serials[i]), DerWriter.time(from));
    }
    Bytes head =
        DerWriter.integer(1)
            .concat(PSS)
            .concat(name("ARK-" + line))
            .concat(DerWriter.time(from))
            .concat(DerWriter.time(until));
    Bytes list = entries.length == 0 ? Bytes.EMPTY : DerWriter.sequence(entries);
    return signed(DerWriter.sequence(head, list), ark.getPrivate());
  }

  private static Bytes certificate(
      String issuer,
      String subject,
      long serial,
      PublicKey key,
      List<Bytes> extensions,
      PrivateKey signer) {
    Bytes tbs =
        DerWriter.sequence(
            DerWriter.explicit(0, DerWriter.integer(2)),
            DerWriter.integer(serial),
            PSS,
            name(issuer),
            DerWriter.sequence(DerWriter.time(FROM), DerWriter.time(TO)),
            name(subject),
            Bytes.of(key.getEncoded()),
            DerWriter.explicit(3, DerWriter.sequence(extensions.toArray(Bytes[]::new))));
    return signed(tbs, signer);
  }

  private static Bytes signed(Bytes content, PrivateKey key) {
    try {
      Signature signature = Signature.getInstance("RSASSA-PSS");
      signature.setParameter(
          new PSSParameterSpec("SHA-384", "MGF1", MGF1ParameterSpec.SHA384, SALT, 1));
      signature.initSign(key);
      signature.update(content.toByteArray());
      return DerWriter.sequence(content, PSS, DerWriter.bitString(Bytes.of(signature.sign())));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("the JDK lacks RSASSA-PSS", e);
    }
  }

  private static Bytes pss() {
    Bytes hash = DerWriter.sequence(DerWriter.oid(SHA384), DerWriter.nothing());
    return DerWriter.sequence(
        DerWriter.oid("1.2.840.113549.1.1.10"),
        DerWriter.sequence(
            DerWriter.explicit(0, hash),
            DerWriter.explicit(1, DerWriter.sequence(DerWriter.oid("1.2.840.113549.1.1.8"), hash)),
            DerWriter.explicit(2, DerWriter.integer(SALT))));
  }

  private static Bytes name(String common) {
    return DerWriter.sequence(
        attribute("2.5.4.10", "Advanced Micro Devices"), attribute("2.5.4.3", common));
  }

  private static Bytes attribute(String type, String value) {
    return DerWriter.setOf(DerWriter.sequence(DerWriter.oid(type), DerWriter.utf8(value)));
  }

  private static Bytes extension(String oid, Bytes value) {
    return DerWriter.sequence(
        DerWriter.oid(oid), DerWriter.bool(true), DerWriter.octetString(value));
  }

  static KeyPair rsa(int bits) {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
      generator.initialize(bits);
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("the JDK lacks RSA", e);
    }
  }

  static KeyPair p384() {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp384r1"));
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("the JDK lacks P-384", e);
    }
  }

  /// r and s of a signature with SHA-384, 72 bytes each, least significant first.
  static Bytes fields(PrivateKey key, Bytes message) {
    byte[] raw;
    try {
      Signature signature = Signature.getInstance("SHA384withECDSAinP1363Format");
      signature.initSign(key);
      signature.update(message.toByteArray());
      raw = signature.sign();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("the JDK lacks ECDSA", e);
    }
    return reversed(Bytes.of(raw, 0, SIZE))
        .fit(FIELD)
        .concat(reversed(Bytes.of(raw, SIZE, SIZE)).fit(FIELD));
  }

  static Bytes reversed(Bytes value) {
    byte[] result = new byte[value.size()];
    for (int i = 0; i < result.length; i++) {
      result[i] = (byte) value.at(result.length - 1 - i);
    }
    return Bytes.of(result);
  }

  /// A key that signs reports.
  ///
  /// @param key the private key
  /// @param certificate its certificate, DER
  public record SimulatedKey(PrivateKey key, Bytes certificate) {
    /// `report` with a signature by this key.
    public Bytes sign(SimulatedReport report) {
      Bytes content = report.signed();
      return content.concat(fields(key, content)).fit(SimulatedReport.SIZE);
    }
  }
}
