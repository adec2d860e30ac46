package io.vouchsafe.appraisal;

import io.vouchsafe.encoding.Json;
import io.vouchsafe.verdict.Code;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// The built-in appraisal of TDX evidence, of guests that ask the module themselves and of those
/// behind Azure's virtual TPM.
final class TdxAppraisal {
  private final EvidenceClaims evidence;
  private final Findings findings;

  private TdxAppraisal(EvidenceClaims evidence, ReferenceValues values, Instant at) {
    this.evidence = evidence;
    this.findings = new Findings(values, at);
  }

  /// Appraises a guest that asks the module itself: firmware in MRTD, its settings in RTMR 0, boot
  /// loader and kernel in 1, what they loaded in 2. RTMR 3 is for the guest's own use.
  static Appraisal appraise(EvidenceClaims evidence, ReferenceValues values, Instant at) {
    TdxAppraisal appraisal = new TdxAppraisal(evidence, values, at);
    int hardware = appraisal.hardware();
    boolean closed = appraisal.debug();
    boolean booted = appraisal.firmware();
    boolean settings = appraisal.compared(TdxAppraisalCheck.RTMR_0, "rtmr_0");
    booted &= appraisal.compared(TdxAppraisalCheck.RTMR_1, "rtmr_1");
    booted &= appraisal.compared(TdxAppraisalCheck.RTMR_2, "rtmr_2");
    booted &= appraisal.touched(TdxAppraisalCheck.RTMR_3, "rtmr_3");
    return appraisal.result(hardware, closed, settings, booted);
  }

  /// Appraises a guest on Azure: MRTD covers the paravisor, which seldom extends the registers; the
  /// virtual TPM has the rest.
  static Appraisal appraiseAzure(EvidenceClaims evidence, ReferenceValues values, Instant at) {
    TdxAppraisal appraisal = new TdxAppraisal(evidence, values, at);
    int hardware = appraisal.hardware();
    boolean closed = appraisal.debug();
    boolean booted = appraisal.firmware();
    boolean settings = appraisal.touched(TdxAppraisalCheck.RTMR_0, "rtmr_0");
    booted &= appraisal.touched(TdxAppraisalCheck.RTMR_1, "rtmr_1");
    booted &= appraisal.touched(TdxAppraisalCheck.RTMR_2, "rtmr_2");
    booted &= appraisal.touched(TdxAppraisalCheck.RTMR_3, "rtmr_3");
    VtpmRegisters registers = new VtpmRegisters(evidence, "tdx_", appraisal.findings);
    booted &= registers.executables();
    settings &= registers.configuration();
    return appraisal.result(hardware, closed, settings, booted);
  }

  private Appraisal result(int hardware, boolean closed, boolean settings, boolean booted) {
    boolean configured = findings.initData(TdxAppraisalCheck.INIT_DATA, evidence) & settings;
    return new Appraisal(Ar4si.processor(hardware, closed, configured, booted), findings.list());
  }

  private int hardware() {
    return DcapPlatform.hardware(TdxAppraisalCheck.TCB_STATUS, evidence, findings);
  }

  private boolean debug() {
    Optional<Json> debug = evidence.claim(List.of("td_attributes", "debug"));
    return findings.require(
        TdxAppraisalCheck.DEBUG,
        debug.equals(Optional.of(Json.FALSE)),
        Code.POLICY_DEBUG,
        "debug false",
        debug.map(Json::plain).orElse("none"));
  }

  private boolean firmware() {
    return compared(TdxAppraisalCheck.MR_TD, "mr_td");
  }

  private boolean compared(TdxAppraisalCheck check, String name) {
    return findings.reference(check, "tdx_" + name, body(name), Code.MEASUREMENT_MISMATCH);
  }

  private boolean touched(TdxAppraisalCheck check, String name) {
    return findings.register(check, "tdx_" + name, body(name), Code.MEASUREMENT_MISMATCH);
  }

  private Optional<Json> body(String name) {
    return evidence.claim(List.of("quote", "body", name));
  }
}
