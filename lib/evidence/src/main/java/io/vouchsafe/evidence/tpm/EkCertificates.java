package io.vouchsafe.evidence.tpm;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.DerReader;
import io.vouchsafe.encoding.DerTag;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.tpm.HashAlg;
import io.vouchsafe.tpm.TpmtPublic;
import io.vouchsafe.verdict.Checklist;
import io.vouchsafe.verdict.Code;
import io.vouchsafe.verdict.RefusedException;
import java.io.ByteArrayInputStream;
import java.security.GeneralSecurityException;
import java.security.InvalidAlgorithmParameterException;
import java.security.PublicKey;
import java.security.cert.CertPath;
import java.security.cert.CertPathValidator;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertPathValidatorException.BasicReason;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.PKIXCertPathValidatorResult;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECKey;
import java.security.interfaces.RSAKey;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Verifies certificates of endorsement keys against the roots that the operator named. There is no
/// universal root of TPM makers, so without a named root nothing verifies. Immutable, thread-safe.
///
/// Revocation is not looked up: makers of TPMs hardly publish any, and a library has no network.
public final class EkCertificates {
  /// Most certificates of a chain.
  public static final int MAX_CHAIN = 8;

  private static final int MAX_CERTIFICATE = 8192;
  private static final int MIN_RSA_BITS = 2048;
  private static final int MIN_EC_BITS = 256;
  private static final String EKU_EK_CERTIFICATE = "2.23.133.8.1";
  private static final String SUBJECT_ALTERNATIVE_NAME = "2.5.29.17";
  private static final int DIRECTORY_NAME = 4;
  private static final int KU_KEY_ENCIPHERMENT = 2;
  private static final int KU_KEY_AGREEMENT = 4;

  /// tpmManufacturer, tpmModel, tpmVersion.
  private static final Set<String> TPM_NAME =
      Set.of("2.23.133.2.1", "2.23.133.2.2", "2.23.133.2.3");

  private final Set<TrustAnchor> roots;
  private final Set<Bytes> rootBytes;

  private EkCertificates(Set<TrustAnchor> roots, Set<Bytes> rootBytes) {
    this.roots = Set.copyOf(roots);
    this.rootBytes = Set.copyOf(rootBytes);
  }

  /// Trusts these roots, each an X.509 certificate in DER.
  ///
  /// @throws FormatException if one is no certificate
  public static EkCertificates of(List<Bytes> roots) throws FormatException {
    Set<TrustAnchor> anchors = new HashSet<>();
    for (Bytes root : roots) {
      anchors.add(new TrustAnchor(certificate(root), null));
    }
    return new EkCertificates(anchors, new HashSet<>(roots));
  }

  /// Verifies a chain whose key was made from template L-1 or L-2, so that its public area follows
  /// from the certificate.
  ///
  /// @param chain DER, the endorsement key's certificate first; the root may be left out
  /// @param at the time that validity is judged by
  public VerifiedEk verify(List<Bytes> chain, Instant at) throws RefusedException {
    return verify(chain, Optional.empty(), at);
  }

  /// Verifies a chain for an endorsement key whose public area came along.
  ///
  /// @param chain DER, the endorsement key's certificate first; the root may be left out
  /// @param area the public area, which must be that of the certified key
  /// @param at the time that validity is judged by
  public VerifiedEk verify(List<Bytes> chain, TpmtPublic area, Instant at) throws RefusedException {
    return verify(chain, Optional.of(area), at);
  }

  private VerifiedEk verify(List<Bytes> chain, Optional<TpmtPublic> sent, Instant at)
      throws RefusedException {
    Checklist checks = new Checklist();
    List<X509Certificate> certificates = parse(chain, checks);
    String root = path(certificates, at, checks);
    X509Certificate leaf = certificates.getFirst();
    profile(leaf, checks);
    TpmtPublic area = key(leaf.getPublicKey(), sent, checks);
    Bytes spki = Bytes.of(leaf.getPublicKey().getEncoded());
    return new VerifiedEk(area, HashAlg.SHA256.digest(spki), root, checks.results());
  }

  private static List<X509Certificate> parse(List<Bytes> chain, Checklist checks)
      throws RefusedException {
    if (chain.size() > MAX_CHAIN) {
      throw checks.refuse(
          EkCheck.FORMAT,
          Code.OVERSIZED,
          "at most " + MAX_CHAIN + " certificates",
          chain.size() + "");
    }
    if (chain.isEmpty()) {
      throw checks.refuse(
          EkCheck.FORMAT, Code.MALFORMED, "the endorsement key's certificate", "no certificate");
    }
    List<X509Certificate> certificates = new ArrayList<>();
    try {
      for (Bytes der : chain) {
        certificates.add(certificate(der));
      }
    } catch (FormatException e) {
      throw checks.refuse(EkCheck.FORMAT, e.code(), e.expected(), e.found());
    }
    checks.pass(EkCheck.FORMAT, "X.509 certificates", certificates.size() + "");
    return certificates;
  }

  private static X509Certificate certificate(Bytes der) throws FormatException {
    if (der.size() > MAX_CERTIFICATE) {
      throw FormatException.oversized(
          0, "a certificate of at most " + MAX_CERTIFICATE + " bytes", der.size() + " bytes");
    }
    // Exactly one element: the factory would take text, and would not mind what follows.
    DerReader.of(der).onlySequence();
    try {
      return (X509Certificate)
          CertificateFactory.getInstance("X.509")
              .generateCertificate(new ByteArrayInputStream(der.toByteArray()));
    } catch (CertificateException e) {
      throw FormatException.unexpected("an X.509 certificate", String.valueOf(e.getMessage()));
    }
  }

  /// Returns the subject of the root.
  private String path(List<X509Certificate> certificates, Instant at, Checklist checks)
      throws RefusedException {
    String expected = "a chain to one of " + roots.size() + " roots that the operator named";
    if (roots.isEmpty()) {
      throw checks.refuse(EkCheck.CHAIN, Code.CHAIN_INVALID, expected, "no root is named");
    }
    List<X509Certificate> path = new ArrayList<>(certificates);
    try {
      if (path.size() > 1 && rootBytes.contains(Bytes.of(path.getLast().getEncoded()))) {
        path.removeLast();
      }
      PKIXParameters parameters = new PKIXParameters(roots);
      parameters.setDate(Date.from(at));
      parameters.setRevocationEnabled(false);
      CertPath certPath = CertificateFactory.getInstance("X.509").generateCertPath(path);
      PKIXCertPathValidatorResult result =
          (PKIXCertPathValidatorResult)
              CertPathValidator.getInstance("PKIX").validate(certPath, parameters);
      String root = result.getTrustAnchor().getTrustedCert().getSubjectX500Principal().getName();
      checks.pass(EkCheck.CHAIN, expected, root);
      return root;
    } catch (CertPathValidatorException e) {
      throw checks.refuse(EkCheck.CHAIN, code(e), expected, String.valueOf(e.getMessage()));
    } catch (CertificateException | InvalidAlgorithmParameterException e) {
      throw checks.refuse(
          EkCheck.CHAIN, Code.CHAIN_INVALID, expected, String.valueOf(e.getMessage()));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("the JDK lacks PKIX", e);
    }
  }

  private static Code code(CertPathValidatorException e) {
    if (e.getReason() == BasicReason.EXPIRED) {
      return Code.CERT_EXPIRED;
    }
    return e.getReason() == BasicReason.NOT_YET_VALID
        ? Code.CERT_NOT_YET_VALID
        : Code.CHAIN_INVALID;
  }

  private static void profile(X509Certificate leaf, Checklist checks) throws RefusedException {
    List<String> missing = new ArrayList<>();
    try {
      List<String> usages = leaf.getExtendedKeyUsage();
      if (usages == null || !usages.contains(EKU_EK_CERTIFICATE)) {
        missing.add("extended key usage " + EKU_EK_CERTIFICATE);
      }
      if (!namesTpm(leaf.getExtensionValue(SUBJECT_ALTERNATIVE_NAME))) {
        missing.add("a subject alternative name with manufacturer, model and version of a TPM");
      }
    } catch (CertificateException | FormatException e) {
      missing.add("readable extensions (" + e.getMessage() + ")");
    }
    if (leaf.getBasicConstraints() >= 0) {
      missing.add("CA false");
    }
    int needed = leaf.getPublicKey() instanceof RSAKey ? KU_KEY_ENCIPHERMENT : KU_KEY_AGREEMENT;
    boolean[] usage = leaf.getKeyUsage();
    if (usage == null || !usage[needed]) {
      missing.add(
          needed == KU_KEY_AGREEMENT ? "key usage keyAgreement" : "key usage keyEncipherment");
    }
    checks.require(
        EkCheck.PROFILE,
        missing.isEmpty(),
        Code.CHAIN_INVALID,
        "a certificate for an endorsement key",
        missing.isEmpty() ? "one" : "one without " + String.join(", ", missing));
  }

  /// Whether the extension holds a directory name with all attributes that name a TPM.
  private static boolean namesTpm(byte[] extension) throws FormatException {
    if (extension == null) {
      return false;
    }
    Bytes wrapped = DerReader.of(Bytes.of(extension)).octetString("extension");
    DerReader names = DerReader.of(wrapped).onlySequence();
    DerTag directory = DerTag.constructed(DIRECTORY_NAME);
    while (names.hasMore()) {
      if (!names.nextIs(directory)) {
        names.element("another general name");
        continue;
      }
      Set<String> found = new HashSet<>();
      DerReader rdns = names.constructed(directory, "directory name").sequence("name");
      while (rdns.hasMore()) {
        DerReader rdn = rdns.set("relative name");
        while (rdn.hasMore()) {
          found.add(rdn.sequence("attribute").oid("attribute type"));
        }
      }
      if (found.containsAll(TPM_NAME)) {
        return true;
      }
    }
    return false;
  }

  private static TpmtPublic key(PublicKey key, Optional<TpmtPublic> sent, Checklist checks)
      throws RefusedException {
    boolean strong =
        switch (key) {
          case RSAKey rsa -> rsa.getModulus().bitLength() >= MIN_RSA_BITS;
          case ECKey ec -> ec.getParams().getCurve().getField().getFieldSize() >= MIN_EC_BITS;
          default -> false;
        };
    if (!strong) {
      throw checks.refuse(
          EkCheck.KEY, Code.WEAK_KEY, "RSA of 2048 or EC of 256 bits at least", "a shorter key");
    }
    try {
      TpmtPublic area = sent.isPresent() ? sent.get() : TpmtPublic.endorsementKey(key);
      boolean same = area.spki().equals(Bytes.of(key.getEncoded()));
      checks.require(
          EkCheck.KEY,
          same && area.isEndorsementKey(),
          Code.KEY_ATTRIBUTES,
          "the certified key, restricted to unwrapping",
          same ? "attributes 0x" + Integer.toHexString(area.attributes()) : "another key");
      return area;
    } catch (FormatException e) {
      throw checks.refuse(EkCheck.KEY, Code.UNSUPPORTED_ALGORITHM, e.expected(), e.found());
    }
  }
}
