package io.vouchsafe.cli;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.evidence.dcap.DcapRoots;
import io.vouchsafe.evidence.forms.X509Names;
import io.vouchsafe.evidence.snp.SnpTrust;

/// The roots that evidence may lead to: those of the vendors, pinned in the program, and those that
/// the operator names. A verdict says to which of the two kinds it leads.
record EvidenceRoots(SnpTrust snp, DcapRoots dcap) {

  static EvidenceRoots pinned() {
    return new EvidenceRoots(SnpTrust.amd(), DcapRoots.intel());
  }

  /// These, and one more.
  ///
  /// @param certificate DER
  /// @throws FormatException if it is no certificate of a root of a known vendor's shape
  EvidenceRoots with(Bytes certificate) throws FormatException {
    String name = X509Names.subject(certificate).orElse("no name");
    if (name.startsWith("ARK-")) {
      return new EvidenceRoots(snp.withRoot(certificate), dcap);
    }
    if (name.equals("Intel SGX Root CA")) {
      return new EvidenceRoots(snp, dcap.named(certificate));
    }
    throw FormatException.unexpected("a root as of AMD (ARK-…) or Intel (Intel SGX Root CA)", name);
  }
}
