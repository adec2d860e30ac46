package io.vouchsafe.trust.server;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.evidence.dcap.DcapRoots;
import io.vouchsafe.evidence.snp.SnpTrust;
import java.nio.file.Path;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;

/// The vendors' roots with those that the operator names in files.
///
/// @param amd for SEV-SNP
/// @param intel for SGX and TDX
/// @param authorities every certificate in the files for AMD, roots and intermediates, DER
public record ProcessorRoots(SnpTrust amd, DcapRoots intel, List<Bytes> authorities) {
  public ProcessorRoots {
    authorities = List.copyOf(authorities);
  }

  /// Reads the files.
  ///
  /// @param amd PEM files with at least one root (ARK) each
  /// @param intel PEM files with roots
  /// @throws TrustServerException if one cannot be read or used
  public static ProcessorRoots read(List<Path> amd, List<Path> intel) throws TrustServerException {
    SnpTrust amdRoots = SnpTrust.amd();
    List<Bytes> authorities = new ArrayList<>();
    for (Path file : amd) {
      boolean found = false;
      for (X509Certificate certificate : KeyFile.readCertificates(file)) {
        Bytes der = der(certificate, file);
        authorities.add(der);
        if (certificate.getIssuerX500Principal().equals(certificate.getSubjectX500Principal())) {
          amdRoots = named(amdRoots, der, file);
          found = true;
        }
      }
      if (!found) {
        throw new TrustServerException("there is no root (ARK) in " + file);
      }
    }
    DcapRoots intelRoots = DcapRoots.intel();
    for (Path file : intel) {
      for (X509Certificate certificate : KeyFile.readCertificates(file)) {
        intelRoots = named(intelRoots, der(certificate, file), file);
      }
    }
    return new ProcessorRoots(amdRoots, intelRoots, authorities);
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
