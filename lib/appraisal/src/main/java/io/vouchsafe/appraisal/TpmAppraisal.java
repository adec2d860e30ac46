package io.vouchsafe.appraisal;

import static io.vouchsafe.appraisal.TrustVector.Claim.CONFIGURATION;
import static io.vouchsafe.appraisal.TrustVector.Claim.EXECUTABLES;
import static io.vouchsafe.appraisal.TrustVector.Claim.HARDWARE;
import static io.vouchsafe.appraisal.TrustVector.Claim.INSTANCE_IDENTITY;

import io.vouchsafe.encoding.Json;
import io.vouchsafe.verdict.Code;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/// The built-in appraisal of TPM evidence. Trustee's looks at PCR 11 and takes any key that the
/// policy lists; this one takes only keys that the verifier could place, and compares the whole
/// boot: firmware and settings (PCR 0 to 3, 5 to 7), kernel, command line and initrd (from a log
/// that replays to the quote), then PCR 4 and 9 as a whole.
///
/// PCR 8 carries the init-data and differs per guest: the release policy looks at it.
final class TpmAppraisal {
  // AR4SI values: 2 affirms, 97 contraindicates.
  private static final int RECOGNISED = 2;
  private static final int NOT_RECOGNISED = 97;

  /// Registers that stand for what runs, and for how it is set up.
  private static final Map<TpmAppraisalCheck, String> PCRS =
      Map.of(
          TpmAppraisalCheck.FIRMWARE, "pcr00",
          TpmAppraisalCheck.FIRMWARE_SETTINGS, "pcr01",
          TpmAppraisalCheck.OPTION_ROMS, "pcr02",
          TpmAppraisalCheck.OPTION_ROM_SETTINGS, "pcr03",
          TpmAppraisalCheck.BOOT_APPLICATIONS, "pcr04",
          TpmAppraisalCheck.BOOT_SETTINGS, "pcr05",
          TpmAppraisalCheck.PLATFORM_EVENTS, "pcr06",
          TpmAppraisalCheck.SECURE_BOOT, "pcr07",
          TpmAppraisalCheck.BOOT_FILES, "pcr09");

  private final EvidenceClaims evidence;
  private final ReferenceValues values;
  private final Instant at;
  private final Findings findings;

  private TpmAppraisal(EvidenceClaims evidence, ReferenceValues values, Instant at) {
    this.evidence = evidence;
    this.values = values;
    this.at = at;
    this.findings = new Findings(values, at);
  }

  static Appraisal appraise(EvidenceClaims evidence, ReferenceValues values, Instant at) {
    return new TpmAppraisal(evidence, values, at).run();
  }

  private Appraisal run() {
    boolean known = identity();
    boolean firmware = pcr(TpmAppraisalCheck.FIRMWARE);
    firmware &= pcr(TpmAppraisalCheck.OPTION_ROMS);
    boolean settings = pcr(TpmAppraisalCheck.FIRMWARE_SETTINGS);
    settings &= pcr(TpmAppraisalCheck.OPTION_ROM_SETTINGS);
    settings &= pcr(TpmAppraisalCheck.BOOT_SETTINGS);
    settings &= optionalPcr(TpmAppraisalCheck.PLATFORM_EVENTS);
    settings &= pcr(TpmAppraisalCheck.SECURE_BOOT);
    boolean boot = event(TpmAppraisalCheck.KERNEL, "kernel", Code.KERNEL_UNEXPECTED);
    boolean line =
        event(TpmAppraisalCheck.COMMAND_LINE, "command_line", Code.COMMAND_LINE_UNEXPECTED);
    boot &= event(TpmAppraisalCheck.INITRD, "initrd", Code.INITRD_UNEXPECTED);
    boot &= wholePcr(TpmAppraisalCheck.BOOT_APPLICATIONS);
    // PCR 9 holds command line and initrd: without a log it stands for both.
    boolean files = wholePcr(TpmAppraisalCheck.BOOT_FILES);
    TrustVector vector =
        TrustVector.UNSTATED
            .with(INSTANCE_IDENTITY, known ? RECOGNISED : NOT_RECOGNISED)
            .with(
                CONFIGURATION,
                settings && line && files
                    ? Ar4si.APPROVED_CONFIGURATION
                    : NoRuleAppraisal.UNKNOWN_CONFIGURATION)
            .with(
                EXECUTABLES,
                firmware && boot && files
                    ? Ar4si.APPROVED_BOOT
                    : NoRuleAppraisal.UNRECOGNISED_EXECUTABLES)
            .with(HARDWARE, known ? Ar4si.GENUINE_HARDWARE : NoRuleAppraisal.UNRECOGNISED_HARDWARE);
    return new Appraisal(vector, findings.list());
  }

  private boolean identity() {
    return findings.require(
        TpmAppraisalCheck.IDENTITY,
        !evidence.anchor().equals(EvidenceClaims.INSECURE_SAMPLE),
        Code.AK_NOT_TRUSTED,
        "an enrolled or listed attestation key",
        evidence
            .text("ek_digest")
            .map(digest -> "enrolled with endorsement key " + digest)
            .orElse("attestation key on the tenant's list"));
  }

  private boolean pcr(TpmAppraisalCheck check) {
    String name = pcrName(check);
    return findings.reference(check, "tpm_" + name, evidence.claim(name), Code.FIRMWARE_UNEXPECTED);
  }

  private boolean wholePcr(TpmAppraisalCheck check) {
    String name = pcrName(check);
    return findings.reference(
        check, "tpm_" + name, evidence.claim(name), Code.BOOT_STATE_UNEXPECTED);
  }

  /// PCR 6 means nothing on most platforms: compared only where somebody registered a value.
  private boolean optionalPcr(TpmAppraisalCheck check) {
    String name = pcrName(check);
    if (!values.knows("tpm_" + name, at)) {
      findings.notChecked(check, evidence.text(name).orElse("none"));
      return true;
    }
    return pcr(check);
  }

  private static String pcrName(TpmAppraisalCheck check) {
    return Objects.requireNonNull(PCRS.get(check), check.id());
  }

  /// An event digest of the replayed log. Without a log the register as a whole decides.
  private boolean event(TpmAppraisalCheck check, String name, Code mismatch) {
    Optional<Json> boot = evidence.claim("boot");
    if (boot.isEmpty() || !(boot.get() instanceof Json.Obj facts)) {
      findings.notChecked(check, "no event log");
      return true;
    }
    return findings.reference(check, "tpm_" + name, facts.present(name), mismatch);
  }
}
