package io.vouchsafe.trust.server;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.evidence.Verifier;
import io.vouchsafe.evidence.azure.AzurePolicy;
import io.vouchsafe.evidence.azure.AzureSnpVerifier;
import io.vouchsafe.evidence.azure.AzureTdxVerifier;
import io.vouchsafe.evidence.dcap.DcapPolicy;
import io.vouchsafe.evidence.dcap.DcapRoots;
import io.vouchsafe.evidence.dcap.DcapVerifier;
import io.vouchsafe.evidence.dcap.TeeKind;
import io.vouchsafe.evidence.snp.SnpEndorsementSource;
import io.vouchsafe.evidence.snp.SnpEndorsements;
import io.vouchsafe.evidence.snp.SnpPolicy;
import io.vouchsafe.evidence.snp.SnpTrust;
import io.vouchsafe.evidence.snp.SnpVerifier;
import java.nio.file.Path;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;

/// Makes the verifiers of evidence that a processor signed. One set serves all tenants and
/// requests: they remember the endorsements that they verified.
final class ProcessorVerifiers {
  private static final int GUEST_VMPL = 0;

  private final SnpTrust amd;
  private final DcapRoots intel;
  private final SnpEndorsementSource endorsements;
  private final EvidenceOptions options;

  private ProcessorVerifiers(
      SnpTrust amd, DcapRoots intel, SnpEndorsementSource endorsements, EvidenceOptions options) {
    this.amd = amd;
    this.intel = intel;
    this.endorsements = endorsements;
    this.options = options;
  }

  /// The verifiers that `options` ask for.
  ///
  /// @throws TrustServerException if a root that the operator names cannot be read
  static List<Verifier> of(EvidenceOptions options) throws TrustServerException {
    SnpTrust amd = SnpTrust.amd();
    List<Bytes> authorities = new ArrayList<>();
    for (Path file : options.amdRoots()) {
      boolean found = false;
      for (X509Certificate certificate : KeyFile.readCertificates(file)) {
        Bytes der = der(certificate, file);
        authorities.add(der);
        if (certificate.getIssuerX500Principal().equals(certificate.getSubjectX500Principal())) {
          amd = named(amd, der, file);
          found = true;
        }
      }
      if (!found) {
        throw new TrustServerException("there is no root (ARK) in " + file);
      }
    }
    DcapRoots intel = DcapRoots.intel();
    for (Path file : options.intelRoots()) {
      for (X509Certificate certificate : KeyFile.readCertificates(file)) {
        intel = named(intel, der(certificate, file), file);
      }
    }
    SnpEndorsements own = new SnpEndorsements(List.of(), authorities, List.of());
    SnpEndorsementSource given = options.endorsements();
    // What came from elsewhere stands first; the operator's file completes it.
    SnpEndorsementSource source = report -> given.of(report).and(own);
    return new ProcessorVerifiers(amd, intel, source, options).all();
  }

  private List<Verifier> all() {
    return List.of(
        new SnpVerifier(amd, SnpPolicy.STRICT.withVmpl(GUEST_VMPL), endorsements),
        dcap(TeeKind.TDX),
        dcap(TeeKind.SGX),
        new AzureSnpVerifier(amd, SnpPolicy.STRICT, AzurePolicy.STRICT, endorsements),
        new AzureTdxVerifier(intel, DcapPolicy.STRICT, AzurePolicy.STRICT, options.collateral()));
  }

  private DcapVerifier dcap(TeeKind tee) {
    return new DcapVerifier(tee, intel, DcapPolicy.STRICT, options.collateral());
  }

  private static Bytes der(X509Certificate certificate, Path file) throws TrustServerException {
    try {
      return Bytes.of(certificate.getEncoded());
    } catch (CertificateEncodingException e) {
      throw new TrustServerException("the certificates in " + file + " cannot be read", e);
    }
  }

  private static SnpTrust named(SnpTrust trust, Bytes root, Path file) throws TrustServerException {
    try {
      return trust.withRoot(root);
    } catch (FormatException e) {
      throw new TrustServerException("the root in " + file + " cannot be used", e);
    }
  }

  private static DcapRoots named(DcapRoots roots, Bytes root, Path file)
      throws TrustServerException {
    try {
      return roots.named(root);
    } catch (FormatException e) {
      throw new TrustServerException("the root in " + file + " cannot be used", e);
    }
  }
}
