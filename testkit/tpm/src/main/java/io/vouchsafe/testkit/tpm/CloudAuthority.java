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
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// An RSA authority as clouds have them for virtual TPMs and firmware: a root, or an intermediate
/// of one. Each root has its own key. Immutable.
public final class CloudAuthority {
  /// Start of the validity of what says nothing else.
  public static final Instant FROM = Instant.parse("2025-01-01T00:00:00Z");

  /// End of the validity of what says nothing else.
  public static final Instant TO = Instant.parse("2045-01-01T00:00:00Z");

  private static final String SHA256 = "2.16.840.1.101.3.4.2.1";
  private static final String SHA384 = "2.16.840.1.101.3.4.2.2";
  private static final int DIGITAL_SIGNATURE = 0x80;
  private static final int KEY_CERT_SIGN = 0x04;

  private final String name;
  private final KeyPair key;
  private final Bytes certificate;

  private CloudAuthority(String name, KeyPair key, Bytes certificate) {
    this.name = name;
    this.key = key;
    this.certificate = certificate;
  }

  /// How something is signed.
  public enum Scheme {
    PKCS1_SHA256("SHA256withRSA", "1.2.840.113549.1.1.11"),
    PKCS1_SHA384("SHA384withRSA", "1.2.840.113549.1.1.12"),
    PKCS1_SHA512("SHA512withRSA", "1.2.840.113549.1.1.13"),
    PSS_SHA256("RSASSA-PSS", SHA256),
    PSS_SHA384("RSASSA-PSS", SHA384);

    private final String jcaName;
    private final String oid;

    Scheme(String jcaName, String oid) {
      this.jcaName = jcaName;
      this.oid = oid;
    }

    private boolean isPss() {
      return this == PSS_SHA256 || this == PSS_SHA384;
    }

    private int salt() {
      return this == PSS_SHA384 ? 48 : 32;
    }

    private Bytes identifier() {
      if (!isPss()) {
        return DerWriter.sequence(DerWriter.oid(oid), DerWriter.nothing());
      }
      Bytes hash = DerWriter.sequence(DerWriter.oid(oid), DerWriter.nothing());
      return DerWriter.sequence(
          DerWriter.oid("1.2.840.113549.1.1.10"),
          DerWriter.sequence(
              DerWriter.explicit(0, hash),
              DerWriter.explicit(
                  1, DerWriter.sequence(DerWriter.oid("1.2.840.113549.1.1.8"), hash)),
              DerWriter.explicit(2, DerWriter.integer(salt()))));
    }
  }

  /// What a certificate says.
  ///
  /// @param subject common name; empty for none
  /// @param from start of its validity
  /// @param to end of its validity
  /// @param authority whether it is for an authority
  /// @param usage bits of the key usage
  /// @param uses extended uses, as object identifiers
  /// @param others further extensions by object identifier
  /// @param scheme how it is signed
  public record Profile(
      String subject,
      Instant from,
      Instant to,
      boolean authority,
      int usage,
      List<String> uses,
      Map<String, Bytes> others,
      Scheme scheme) {
    public Profile {
      uses = List.copyOf(uses);
      others = new LinkedHashMap<>(others);
    }

    /// Of a key that signs, itself signed with PKCS#1 and SHA-256.
    public static Profile leaf(String subject) {
      return new Profile(
          subject, FROM, TO, false, DIGITAL_SIGNATURE, List.of(), Map.of(), Scheme.PKCS1_SHA256);
    }

    /// Of an authority, signed with PKCS#1 and SHA-256.
    public static Profile authority(String subject) {
      return new Profile(
          subject, FROM, TO, true, KEY_CERT_SIGN, List.of(), Map.of(), Scheme.PKCS1_SHA256);
    }

    /// This, valid at another time.
    public Profile valid(Instant since, Instant until) {
      return new Profile(subject, since, until, authority, usage, uses, others, scheme);
    }

    /// This, with other key usage.
    public Profile withUsage(int bits) {
      return new Profile(subject, from, to, authority, bits, uses, others, scheme);
    }

    /// This, with extended uses.
    public Profile withUses(String... oids) {
      return new Profile(subject, from, to, authority, usage, List.of(oids), others, scheme);
    }

    /// This, with a further extension.
    public Profile with(String oid, Bytes value) {
      Map<String, Bytes> all = new LinkedHashMap<>(others);
      all.put(oid, value);
      return new Profile(subject, from, to, authority, usage, uses, all, scheme);
    }

    /// This, signed otherwise.
    public Profile by(Scheme other) {
      return new Profile(subject, from, to, authority, usage, uses, others, other);
    }
  }

  /// A root with a new key of 2048 bits, signed by itself.
  public static CloudAuthority root(String name, Scheme scheme) {
    KeyPair key = rsa(2048);
    Bytes certificate =
        certificate(name, key.getPrivate(), key.getPublic(), Profile.authority(name).by(scheme));
    return new CloudAuthority(name, key, certificate);
  }

  /// A new key.
  public static KeyPair rsa(int bits) {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
      generator.initialize(bits);
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("the JDK lacks RSA", e);
    }
  }

  /// An authority below this one, with a new key.
  public CloudAuthority intermediate(Profile profile) {
    return intermediate(profile, 2048);
  }

  /// As [#intermediate(Profile)], with a key of another length.
  public CloudAuthority intermediate(Profile profile, int bits) {
    KeyPair below = rsa(bits);
    return new CloudAuthority(profile.subject(), below, issue(below.getPublic(), profile));
  }

  /// Its own certificate, DER.
  public Bytes certificate() {
    return certificate;
  }

  /// A certificate for a key, DER.
  public Bytes issue(PublicKey subjectKey, Profile profile) {
    return certificate(name, key.getPrivate(), subjectKey, profile);
  }

  /// A signature.
  public static Bytes sign(PrivateKey key, Scheme scheme, Bytes content) {
    try {
      Signature signer = Signature.getInstance(scheme.jcaName);
      if (scheme.isPss()) {
        boolean longer = scheme == Scheme.PSS_SHA384;
        signer.setParameter(
            new PSSParameterSpec(
                longer ? "SHA-384" : "SHA-256",
                "MGF1",
                longer ? MGF1ParameterSpec.SHA384 : MGF1ParameterSpec.SHA256,
                scheme.salt(),
                1));
      }
      signer.initSign(key);
      signer.update(content.toByteArray());
      return Bytes.of(signer.sign());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("the JDK lacks " + scheme.jcaName, e);
    }
  }

  private static Bytes certificate(
      String issuer, PrivateKey signer, PublicKey key, Profile profile) {
    Bytes algorithm = profile.scheme().identifier();
    Bytes content =
        DerWriter.sequence(
            DerWriter.explicit(0, DerWriter.integer(2)),
            DerWriter.integer(7),
            algorithm,
            name(issuer),
            DerWriter.sequence(DerWriter.time(profile.from()), DerWriter.time(profile.to())),
            name(profile.subject()),
            Bytes.of(key.getEncoded()),
            DerWriter.explicit(3, DerWriter.sequence(extensions(profile).toArray(Bytes[]::new))));
    return DerWriter.sequence(
        content, algorithm, DerWriter.bitString(sign(signer, profile.scheme(), content)));
  }

  private static List<Bytes> extensions(Profile profile) {
    List<Bytes> extensions = new ArrayList<>();
    Bytes constraints =
        profile.authority() ? DerWriter.sequence(DerWriter.bool(true)) : DerWriter.sequence();
    extensions.add(critical("2.5.29.19", constraints));
    int unused = Integer.numberOfTrailingZeros(profile.usage());
    extensions.add(
        critical(
            "2.5.29.15",
            DerWriter.element(DerTag.BIT_STRING, Bytes.of((byte) unused, (byte) profile.usage()))));
    if (!profile.uses().isEmpty()) {
      extensions.add(
          extension(
              "2.5.29.37",
              DerWriter.sequence(
                  profile.uses().stream().map(DerWriter::oid).toArray(Bytes[]::new))));
    }
    profile.others().forEach((oid, value) -> extensions.add(extension(oid, value)));
    return extensions;
  }

  private static Bytes critical(String oid, Bytes value) {
    return DerWriter.sequence(
        DerWriter.oid(oid), DerWriter.bool(true), DerWriter.octetString(value));
  }

  private static Bytes extension(String oid, Bytes value) {
    return DerWriter.sequence(DerWriter.oid(oid), DerWriter.octetString(value));
  }

  private static Bytes name(String commonName) {
    return commonName.isEmpty()
        ? DerWriter.sequence()
        : DerWriter.sequence(
            DerWriter.setOf(
                DerWriter.sequence(DerWriter.oid("2.5.4.3"), DerWriter.utf8(commonName))));
  }
}
