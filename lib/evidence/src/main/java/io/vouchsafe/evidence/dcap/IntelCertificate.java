package io.vouchsafe.evidence.dcap;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.DerReader;
import io.vouchsafe.encoding.DerTag;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Pem;
import java.math.BigInteger;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// A certificate of Intel's hierarchy (specs/evidence-x86 §4.5): what it is for stands in its
/// subject. Nothing of it is verified but its form. Read here instead of by the JDK, which takes
/// most of the time of a verification for it.
///
/// @param role what its name says it is for
/// @param signed what the signature is over
/// @param signature in DER
/// @param serial serial number
/// @param issuer name in DER
/// @param notBefore start of validity
/// @param notAfter end of validity, inclusive
/// @param subject name in DER
/// @param key whose it is
/// @param sgxExtension content of the extension that only PCK certificates have
record IntelCertificate(
    Role role,
    Bytes signed,
    Bytes signature,
    BigInteger serial,
    Bytes issuer,
    Instant notBefore,
    Instant notAfter,
    Bytes subject,
    P256Key key,
    Optional<Bytes> sgxExtension) {
  /// The AlgorithmIdentifier of ECDSA with SHA-256, which has no parameters.
  static final Bytes ECDSA_SHA256 = known("300a06082a8648ce3d040302");

  private static final int MAX_CERTIFICATE = 8192;
  private static final int MAX_CHAIN = 8;
  private static final String COMMON_NAME = "2.5.4.3";
  private static final String SGX_EXTENSION = "1.2.840.113741.1.13.1";
  private static final BigInteger VERSION_3 = BigInteger.TWO;

  private static Bytes known(String hex) {
    try {
      return Bytes.fromHex(hex);
    } catch (FormatException e) {
      throw new IllegalStateException(e);
    }
  }

  /// What a certificate of the hierarchy is for.
  enum Role {
    ROOT("Intel SGX Root CA"),
    PLATFORM_CA("Intel SGX PCK Platform CA"),
    PROCESSOR_CA("Intel SGX PCK Processor CA"),
    PCK("Intel SGX PCK Certificate"),
    TCB_SIGNING("Intel SGX TCB Signing");

    private final String commonName;

    Role(String commonName) {
      this.commonName = commonName;
    }

    private static Role of(String commonName) throws FormatException {
      for (Role role : values()) {
        if (role.commonName.equals(commonName)) {
          return role;
        }
      }
      throw FormatException.unexpected("a subject of Intel's hierarchy", "CN=" + commonName);
    }

    String commonName() {
      return commonName;
    }

    boolean isAuthority() {
      return switch (this) {
        case ROOT, PLATFORM_CA, PROCESSOR_CA -> true;
        case PCK, TCB_SIGNING -> false;
      };
    }
  }

  /// The certificates of a chain: PEM, or DER one after the other. Zero bytes at the end are those
  /// of a C string.
  static List<IntelCertificate> chain(Bytes text) throws FormatException {
    List<Bytes> ders = new ArrayList<>();
    if (!text.isEmpty() && text.at(0) == 0x30) {
      DerReader all = DerReader.of(text);
      int end = withoutZeros(text).size();
      // A certificate may end in zeros itself.
      while (all.hasMore() && all.offset() < end && ders.size() <= MAX_CHAIN) {
        ders.add(all.element("certificate"));
      }
    } else {
      ders.addAll(Pem.parse(withoutZeros(text), "CERTIFICATE"));
    }
    if (ders.size() > MAX_CHAIN) {
      throw FormatException.oversized(
          FormatException.NO_OFFSET, "at most " + MAX_CHAIN + " certificates", "more");
    }
    List<IntelCertificate> certificates = new ArrayList<>(ders.size());
    for (Bytes der : ders) {
      certificates.add(parse(der));
    }
    return List.copyOf(certificates);
  }

  private static Bytes withoutZeros(Bytes text) {
    int end = text.size();
    while (end > 0 && text.at(end - 1) == 0) {
      end--;
    }
    return text.slice(0, end);
  }

  static IntelCertificate parse(Bytes der) throws FormatException {
    if (der.size() > MAX_CERTIFICATE) {
      throw FormatException.oversized(
          0, "a certificate of at most " + MAX_CERTIFICATE + " bytes", der.size() + " bytes");
    }
    DerReader outer = DerReader.of(der).onlySequence();
    Bytes signed = outer.element("signed content");
    Bytes algorithm = outer.element("signature algorithm");
    Bytes signature = outer.bitString("signature");
    outer.end();
    DerReader in = DerReader.of(signed).onlySequence();
    DerReader version = in.constructed(DerTag.constructed(0), "version");
    boolean shaped = version.integer("version").equals(VERSION_3);
    version.end();
    BigInteger serial = in.integer("serial number");
    shaped &= in.element("signature algorithm").equals(algorithm);
    if (!shaped || !algorithm.equals(ECDSA_SHA256)) {
      throw FormatException.unexpected(
          "a certificate of version 3, signed with ECDSA and SHA-256", "another one");
    }
    Bytes issuer = in.element("issuer");
    DerReader validity = in.sequence("validity");
    Instant notBefore = validity.time("notBefore");
    Instant notAfter = validity.time("notAfter");
    validity.end();
    Bytes subject = in.element("subject");
    P256Key key = P256Key.parse(in.element("key"));
    Extensions extensions = Extensions.read(in);
    in.end();
    Role role = Role.of(commonName(subject));
    extensions.require(role);
    return new IntelCertificate(
        role,
        signed,
        signature,
        serial,
        issuer,
        notBefore,
        notAfter,
        subject,
        key,
        extensions.sgx());
  }

  /// The common name of a distinguished name in DER.
  static String commonName(Bytes subject) throws FormatException {
    DerReader names = DerReader.of(subject).onlySequence();
    List<String> found = new ArrayList<>();
    while (names.hasMore()) {
      DerReader set = names.set("relative name");
      while (set.hasMore()) {
        DerReader attribute = set.sequence("attribute");
        if (attribute.oid("attribute type").equals(COMMON_NAME)) {
          found.add(attribute.text("common name"));
        }
      }
    }
    if (found.size() != 1) {
      throw FormatException.unexpected("one common name", found.size() + "");
    }
    return found.getFirst();
  }

  /// What the extensions say that matters.
  ///
  /// @param authority whether the basic constraints make it one
  /// @param usage bits of the key usage, empty if it says none
  private record Extensions(boolean authority, Optional<Long> usage, Optional<Bytes> sgx) {
    private static final String BASIC_CONSTRAINTS = "2.5.29.19";
    private static final String KEY_USAGE = "2.5.29.15";
    private static final int MAX = 32;
    private static final int KEY_CERT_SIGN = 5;

    static Extensions read(DerReader body) throws FormatException {
      DerReader wrapper = body.constructed(DerTag.constructed(3), "extensions");
      DerReader list = wrapper.sequence("extensions");
      wrapper.end();
      boolean authority = false;
      Optional<Long> usage = Optional.empty();
      Optional<Bytes> sgx = Optional.empty();
      Set<String> seen = new HashSet<>();
      while (list.hasMore()) {
        DerReader extension = list.sequence("extension");
        String oid = extension.oid("extension");
        boolean critical = extension.nextIs(DerTag.BOOLEAN) && extension.bool("critical");
        Bytes value = extension.octetString("extension value");
        extension.end();
        if (!seen.add(oid) || seen.size() > MAX) {
          throw FormatException.unexpected("each extension once, " + MAX + " at most", oid);
        }
        switch (oid) {
          case BASIC_CONSTRAINTS -> authority = isAuthority(value);
          case KEY_USAGE -> usage = Optional.of(usage(value));
          case SGX_EXTENSION -> sgx = Optional.of(value);
          default -> {
            if (critical) {
              throw FormatException.unexpected("no critical extension that is unknown here", oid);
            }
          }
        }
      }
      return new Extensions(authority, usage, sgx);
    }

    private static boolean isAuthority(Bytes value) throws FormatException {
      DerReader constraints = DerReader.of(value).onlySequence();
      boolean authority = constraints.nextIs(DerTag.BOOLEAN) && constraints.bool("cA");
      if (constraints.hasMore()) {
        constraints.integer("path length");
      }
      constraints.end();
      return authority;
    }

    private static long usage(Bytes value) throws FormatException {
      DerReader in = DerReader.of(value);
      long flags = in.flags("key usage");
      in.end();
      return flags;
    }

    void require(Role role) throws FormatException {
      boolean certSign = usage.isPresent() && (usage.get() >> KEY_CERT_SIGN & 1) == 1;
      String wrong = "";
      if (role.isAuthority() != authority) {
        wrong = authority ? "a CA" : "no CA";
      } else if (usage.isEmpty() || role.isAuthority() != certSign) {
        wrong = "another key usage";
      }
      if (!wrong.isEmpty()) {
        throw FormatException.unexpected(
            "a certificate as \"" + role.commonName + "\" has it", wrong);
      }
    }
  }

  /// Its SubjectPublicKeyInfo in DER.
  Bytes spki() {
    return key.spki();
  }

  /// Whether `issuer` is the key that signed it.
  boolean isSignedBy(P256Key issuer) {
    return issuer.signedDer(signed, signature);
  }

  /// What the SGX extension says.
  ///
  /// @throws FormatException if there is none or it is malformed
  PckExtension extension() throws FormatException {
    if (sgxExtension.isEmpty()) {
      throw FormatException.unexpected("the SGX extension " + SGX_EXTENSION, "none");
    }
    return PckExtension.parse(sgxExtension.get());
  }
}
