package io.vouchsafe.evidence.azure;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.DerReader;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.evidence.RootKeys;
import io.vouchsafe.evidence.internal.Certificate;
import io.vouchsafe.evidence.internal.CertificateChain;
import io.vouchsafe.verdict.Checklist;
import io.vouchsafe.verdict.Code;
import io.vouchsafe.verdict.RefusedException;
import java.security.PublicKey;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/// The certificate of a virtual TPM's attestation key (specs/evidence-x86 §7.5). It is a second
/// word for the key, Azure's; the first is that of the hardware report.
public final class AkCertificate {
  private static final int MAX_INDEX = 16 << 10;
  private static final String DOMAIN = ".confidentialvm.azure.windows.net";

  /// Microsoft's use for such keys, and the TCG's for attestation keys.
  private static final Set<String> USES = Set.of("1.3.6.1.4.1.311.10.3.12", "2.23.133.8.3");

  private static final CertificateChain.Steps STEPS =
      new CertificateChain.Steps(
          AzureCheck.AK_CERTIFICATE, AzureCheck.AK_CHAIN, AzureCheck.AK_VALIDITY);

  private AkCertificate() {}

  /// Takes the certificate out of NV index 0x01C101D0, which is filled up with zeros.
  ///
  /// @return DER
  /// @throws FormatException if no element stands there, or something else than zeros follows it
  public static Bytes ofIndex(Bytes content) throws FormatException {
    if (content.size() > MAX_INDEX) {
      throw FormatException.oversized(
          0, "an index of at most " + MAX_INDEX + " bytes", content.size() + " bytes");
    }
    int end = content.size();
    while (end > 0 && content.at(end - 1) == 0) {
      end--;
    }
    // The last bytes of the signature may be zeros too, so the length decides where it ends.
    Bytes certificate = DerReader.of(content).element("certificate");
    if (end > certificate.size()) {
      throw FormatException.malformed(certificate.size(), "zeros", "other bytes");
    }
    return certificate;
  }

  /// @param known chains under the same roots
  static void verify(
      List<Bytes> chain,
      PublicKey key,
      RootKeys roots,
      CertificateChain.Known known,
      Instant at,
      Checklist checks)
      throws RefusedException {
    CertificateChain verified = CertificateChain.verify(chain, roots, at, STEPS, known, checks);
    Certificate leaf = verified.leaf();
    String expected = "a certificate for an attestation key of *" + DOMAIN;
    try {
      List<String> names = leaf.commonNames();
      boolean fits =
          names.size() == 1
              && names.getFirst().toLowerCase(Locale.ROOT).endsWith(DOMAIN)
              && leaf.extendedUses().containsAll(USES)
              && leaf.allows(Certificate.Usage.DIGITAL_SIGNATURE)
              && !leaf.isAuthority(0);
      checks.require(AzureCheck.AK_PROFILE, fits, Code.CHAIN_INVALID, expected, "one for " + names);
    } catch (FormatException e) {
      throw checks.refuse(AzureCheck.AK_PROFILE, Code.CHAIN_INVALID, e.expected(), e.found());
    }
    boolean same = verified.key().equals(key);
    checks.require(
        AzureCheck.AK_CERTIFIED,
        same,
        Code.BINDING_MISMATCH,
        "the key that the hardware report binds",
        same ? "the same key" : "another key");
  }
}
