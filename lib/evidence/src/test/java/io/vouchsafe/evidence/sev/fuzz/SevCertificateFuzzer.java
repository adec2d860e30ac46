package io.vouchsafe.evidence.sev.fuzz;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.evidence.sev.SevCaCertificate;
import io.vouchsafe.evidence.sev.SevCertificate;
import io.vouchsafe.evidence.sev.SevCertificateFile;
import io.vouchsafe.evidence.sev.SevMeasure;
import io.vouchsafe.evidence.sev.SevPlatform;
import io.vouchsafe.evidence.sev.SevRoots;
import io.vouchsafe.verdict.Checklist;
import io.vouchsafe.verdict.RefusedException;

/// Certificates of SEV, alone and as a chain of themselves, and launch measures.
public final class SevCertificateFuzzer {
  private SevCertificateFuzzer() {}

  public static void fuzzerTestOneInput(byte[] data) {
    Bytes raw = Bytes.of(data);
    try {
      SevCaCertificate authority = SevCaCertificate.parse(raw);
      SevPlatform.verifyAuthorities(
          authority, authority, SevRoots.none().named(authority), new Checklist());
    } catch (FormatException | RefusedException _) {
      // Documented.
    }
    try {
      SevCertificate.parse(raw);
      SevPlatform.verify(
          new SevPlatform.Certificates(raw, raw, raw, raw, raw, raw),
          SevRoots.amd(),
          new Checklist());
    } catch (FormatException | RefusedException _) {
      // Documented.
    }
    try {
      SevCertificateFile.parse(raw);
    } catch (FormatException _) {
      // Documented.
    }
    SevCertificateFile.isShaped(raw);
    try {
      SevMeasure.parse(raw);
    } catch (FormatException _) {
      // Documented.
    }
  }
}
