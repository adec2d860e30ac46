package io.vouchsafe.appraisal;

import io.vouchsafe.encoding.Json;
import io.vouchsafe.verdict.Code;
import java.util.List;
import java.util.Optional;

/// What a guest behind a paravisor booted, from the registers of its virtual TPM. The firmware is
/// part of the paravisor, which the launch measurement covers; registers 0 to 3 add nothing.
final class VtpmRegisters {
  private final EvidenceClaims evidence;
  private final String prefix;
  private final Findings findings;

  /// @param prefix of the names of reference values: `<prefix>pcr04`
  VtpmRegisters(EvidenceClaims evidence, String prefix, Findings findings) {
    this.evidence = evidence;
    this.prefix = prefix;
    this.findings = findings;
  }

  /// Boot applications, boot files and the parts of a unified kernel image.
  boolean executables() {
    boolean same = compare(VtpmAppraisalCheck.BOOT_APPLICATIONS, "pcr04");
    same &= touched(VtpmAppraisalCheck.BOOT_FILES, "pcr09");
    same &= touched(VtpmAppraisalCheck.KERNEL_IMAGE, "pcr11");
    same &= touched(VtpmAppraisalCheck.SYSTEM_EXTENSIONS, "pcr13");
    return same;
  }

  /// Secure boot and what a boot loader lets others add.
  boolean configuration() {
    boolean same = compare(VtpmAppraisalCheck.SECURE_BOOT, "pcr07");
    same &= touched(VtpmAppraisalCheck.KERNEL_CONFIGURATION, "pcr12");
    same &= touched(VtpmAppraisalCheck.MACHINE_OWNER_KEYS, "pcr14");
    return same;
  }

  private boolean compare(VtpmAppraisalCheck check, String pcr) {
    return findings.reference(check, prefix + pcr, claim(pcr), Code.BOOT_STATE_UNEXPECTED);
  }

  private boolean touched(VtpmAppraisalCheck check, String pcr) {
    return findings.register(check, prefix + pcr, claim(pcr), Code.BOOT_STATE_UNEXPECTED);
  }

  private Optional<Json> claim(String pcr) {
    return evidence.claim(List.of("tpm", pcr));
  }
}
