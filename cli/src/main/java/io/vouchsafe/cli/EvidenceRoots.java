package io.vouchsafe.cli;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.evidence.RootKeys;
import io.vouchsafe.evidence.dcap.DcapRoots;
import io.vouchsafe.evidence.forms.EvidenceForm;
import io.vouchsafe.evidence.forms.X509Names;
import io.vouchsafe.evidence.google.GoogleRoots;
import io.vouchsafe.evidence.sev.SevCaCertificate;
import io.vouchsafe.evidence.sev.SevCertificateFile;
import io.vouchsafe.evidence.sev.SevRoots;
import io.vouchsafe.evidence.sev.SevUsage;
import io.vouchsafe.evidence.snp.SnpTrust;
import java.util.ArrayList;
import java.util.List;

/// The roots that evidence may lead to: those of the vendors, pinned in the program, and those that
/// the operator names. A verdict says to which of the two kinds it leads.
///
/// @param google for firmware and virtual TPMs of Google
/// @param sev for platforms of legacy SEV
/// @param tpm certificates of makers of TPMs, DER: nobody's are pinned
record EvidenceRoots(SnpTrust snp, DcapRoots dcap, Google google, SevRoots sev, List<Bytes> tpm) {

  /// Google's, for launch endorsements and for keys of virtual TPMs.
  record Google(RootKeys firmware, RootKeys virtualTpm) {}

  EvidenceRoots {
    tpm = List.copyOf(tpm);
  }

  static EvidenceRoots pinned() {
    return new EvidenceRoots(
        SnpTrust.amd(),
        DcapRoots.intel(),
        new Google(GoogleRoots.firmware(), GoogleRoots.virtualTpm()),
        SevRoots.amd(),
        List.of());
  }

  /// These, and those in a file.
  ///
  /// @throws FormatException if it holds anything but roots
  EvidenceRoots with(EvidenceForm form) throws FormatException {
    EvidenceRoots all = this;
    if (form instanceof EvidenceForm.Certificates(List<Bytes> certificates)) {
      for (Bytes certificate : certificates) {
        all = all.with(certificate);
      }
    } else if (form instanceof EvidenceForm.SevCertificates(SevCertificateFile file)) {
      for (SevCertificateFile.Entry each : file.certificates()) {
        all = all.with(each);
      }
    } else {
      throw FormatException.unexpected("a certificate", form.what());
    }
    return all;
  }

  private EvidenceRoots with(SevCertificateFile.Entry certificate) throws FormatException {
    if (certificate.usage() != SevUsage.ARK) {
      throw FormatException.unexpected("AMD's root for SEV (ARK)", certificate.usage() + "");
    }
    SevRoots more = sev.named(SevCaCertificate.parse(certificate.raw()));
    return new EvidenceRoots(snp, dcap, google, more, tpm);
  }

  /// These, and one more.
  ///
  /// @param certificate DER
  /// @throws FormatException if it is no certificate of a root
  private EvidenceRoots with(Bytes certificate) throws FormatException {
    String name = X509Names.subject(certificate).orElse("no name");
    if (name.startsWith("ARK-")) {
      return new EvidenceRoots(snp.withRoot(certificate), dcap, google, sev, tpm);
    }
    if (name.equals("Intel SGX Root CA")) {
      return new EvidenceRoots(snp, dcap.named(certificate), google, sev, tpm);
    }
    if (name.equals("GCE-cc-tcb-root")) {
      Google more = new Google(google.firmware().named(certificate), google.virtualTpm());
      return new EvidenceRoots(snp, dcap, more, sev, tpm);
    }
    if (name.equals("EK/AK CA Root") || name.startsWith("tpm_ek_v1_cloud_host_root")) {
      Google more = new Google(google.firmware(), google.virtualTpm().named(certificate));
      return new EvidenceRoots(snp, dcap, more, sev, tpm);
    }
    if (!X509Names.issuer(certificate).orElse("").equals(name)) {
      throw FormatException.unexpected("a root, which names itself as its issuer", name);
    }
    RootKeys.none().named(certificate);
    List<Bytes> more = new ArrayList<>(tpm);
    more.add(certificate);
    return new EvidenceRoots(snp, dcap, google, sev, more);
  }
}
