package io.vouchsafe.evidence.dcap;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.DerReader;
import io.vouchsafe.encoding.DerTag;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Pem;
import java.io.ByteArrayInputStream;
import java.security.PublicKey;
import java.security.cert.CertificateEncodingException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/// A certificate of Intel's hierarchy (specs/evidence-x86 §4.5): what it is for stands in its
/// subject. Nothing of it is verified but its form.
///
/// @param certificate the certificate
/// @param role what its name says it is for
record IntelCertificate(X509Certificate certificate, Role role) {
  private static final int MAX_CERTIFICATE = 8192;
  private static final int MAX_CHAIN = 8;
  private static final String COMMON_NAME = "2.5.4.3";
  private static final String SGX_EXTENSION = "1.2.840.113741.1.13.1";
  private static final String ECDSA_SHA256 = "1.2.840.10045.4.3.2";
  private static final int KEY_CERT_SIGN = 5;

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
    // Exactly one element: the factory would not mind what follows.
    DerReader.of(der).onlySequence();
    X509Certificate certificate;
    try {
      certificate =
          (X509Certificate)
              CertificateFactory.getInstance("X.509")
                  .generateCertificate(new ByteArrayInputStream(der.toByteArray()));
    } catch (CertificateException e) {
      throw FormatException.unexpected("an X.509 certificate", String.valueOf(e.getMessage()));
    }
    Bytes subject = Bytes.of(certificate.getSubjectX500Principal().getEncoded());
    IntelCertificate parsed = new IntelCertificate(certificate, Role.of(commonName(subject)));
    parsed.checkProfile();
    return parsed;
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

  private void checkProfile() throws FormatException {
    List<String> wrong = new ArrayList<>();
    if (certificate.getVersion() != 3) {
      wrong.add("version " + certificate.getVersion());
    }
    if (!P256Signatures.isKey(key())) {
      wrong.add("a key of another curve");
    }
    if (!certificate.getSigAlgOID().equals(ECDSA_SHA256)) {
      wrong.add("signature algorithm " + certificate.getSigAlgOID());
    }
    if (role.isAuthority() != certificate.getBasicConstraints() >= 0) {
      wrong.add(role.isAuthority() ? "no CA" : "a CA");
    }
    boolean[] usage = certificate.getKeyUsage();
    if (usage == null || role.isAuthority() != usage[KEY_CERT_SIGN]) {
      wrong.add("another key usage");
    }
    Set<String> critical = certificate.getCriticalExtensionOIDs();
    if (certificate.hasUnsupportedCriticalExtension()
        && !(critical != null && critical.contains(SGX_EXTENSION))) {
      wrong.add("an unknown critical extension");
    }
    if (!wrong.isEmpty()) {
      throw FormatException.unexpected(
          "a certificate as \"" + role.commonName + "\" has it", String.join(", ", wrong));
    }
  }

  PublicKey key() {
    return certificate.getPublicKey();
  }

  /// Its SubjectPublicKeyInfo in DER.
  Bytes spki() {
    return Bytes.of(key().getEncoded());
  }

  Bytes subject() {
    return Bytes.of(certificate.getSubjectX500Principal().getEncoded());
  }

  Bytes issuer() {
    return Bytes.of(certificate.getIssuerX500Principal().getEncoded());
  }

  Instant notBefore() {
    return certificate.getNotBefore().toInstant();
  }

  Instant notAfter() {
    return certificate.getNotAfter().toInstant();
  }

  /// Whether `issuer` is the key that signed it.
  boolean isSignedBy(PublicKey issuer) {
    try {
      return P256Signatures.verifiesDer(
          issuer, Bytes.of(certificate.getTBSCertificate()), Bytes.of(certificate.getSignature()));
    } catch (CertificateEncodingException _) {
      return false;
    }
  }

  /// What the SGX extension says.
  ///
  /// @throws FormatException if there is none or it is malformed
  PckExtension extension() throws FormatException {
    byte[] value = certificate.getExtensionValue(SGX_EXTENSION);
    if (value == null) {
      throw FormatException.unexpected("the SGX extension " + SGX_EXTENSION, "none");
    }
    DerReader outer = DerReader.of(Bytes.of(value));
    Bytes content = outer.content(DerTag.OCTET_STRING, "SGX extension");
    outer.end();
    return PckExtension.parse(content);
  }
}
