package io.vouchsafe.appraisal;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.verdict.Code;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// The built-in appraisal of SGX evidence. An enclave is known by its measurement, or by who signed
/// it as which product at which security version.
final class SgxAppraisal {
  private static final String MR_ENCLAVE = "sgx_mr_enclave";
  private static final String MR_SIGNER = "sgx_mr_signer";
  private static final String PRODUCT = "sgx_isv_prod_id";
  private static final String MINIMUM_SVN = "sgx_minimum_isv_svn";
  private static final int FLAG_DEBUG = 1 << 1;

  private final EvidenceClaims evidence;
  private final ReferenceValues values;
  private final Instant at;
  private final Findings findings;

  private SgxAppraisal(EvidenceClaims evidence, ReferenceValues values, Instant at) {
    this.evidence = evidence;
    this.values = values;
    this.at = at;
    this.findings = new Findings(values, at);
  }

  static Appraisal appraise(EvidenceClaims evidence, ReferenceValues values, Instant at) {
    return new SgxAppraisal(evidence, values, at).run();
  }

  private Appraisal run() {
    int hardware = DcapPlatform.hardware(SgxAppraisalCheck.TCB_STATUS, evidence, findings);
    boolean closed = debug();
    boolean known = enclave();
    boolean configured = findings.initData(SgxAppraisalCheck.INIT_DATA, evidence);
    return new Appraisal(Ar4si.processor(hardware, closed, configured, known), findings.list());
  }

  private boolean debug() {
    Optional<Bytes> flags = bytes("attributes.flags");
    boolean off = flags.isPresent() && !flags.get().isEmpty() && !isDebug(flags.get());
    return findings.require(
        SgxAppraisalCheck.DEBUG,
        off,
        Code.POLICY_DEBUG,
        "flags without debug",
        flags.map(Bytes::hex).orElse("none"));
  }

  private static boolean isDebug(Bytes flags) {
    return (flags.at(0) & FLAG_DEBUG) != 0;
  }

  /// By measurement where it matches or the signer's rule is not complete beside it, else by
  /// signer.
  private boolean enclave() {
    Optional<Json> measurement = body("mr_enclave");
    boolean bySigner =
        registered(MR_SIGNER)
            && (!registered(MR_ENCLAVE) || registered(PRODUCT) && registered(MINIMUM_SVN));
    boolean measured =
        measurement.isPresent()
            && values.match(MR_ENCLAVE, measurement.get(), at)
                instanceof ReferenceValues.Match.Matched;
    if (measured || !bySigner) {
      boolean known =
          findings.reference(
              SgxAppraisalCheck.MR_ENCLAVE, MR_ENCLAVE, measurement, Code.MEASUREMENT_MISMATCH);
      for (SgxAppraisalCheck check : SgxAppraisalCheck.BY_SIGNER) {
        findings.notChecked(check, "judged by MRENCLAVE");
      }
      return known;
    }
    findings.notChecked(SgxAppraisalCheck.MR_ENCLAVE, measurement.map(Json::plain).orElse("none"));
    boolean known =
        findings.reference(
            SgxAppraisalCheck.MR_SIGNER, MR_SIGNER, body("mr_signer"), Code.MEASUREMENT_MISMATCH);
    known &=
        findings.reference(
            SgxAppraisalCheck.PRODUCT,
            PRODUCT,
            number("isv_prod_id").map(Json::of),
            Code.MEASUREMENT_MISMATCH);
    return known & securityVersion();
  }

  private boolean registered(String name) {
    return values.knows(name, at);
  }

  private boolean securityVersion() {
    Optional<Long> found = number("isv_svn");
    return findings.minimum(
        SgxAppraisalCheck.SVN,
        MINIMUM_SVN,
        found.map(String::valueOf).orElse("none"),
        values.bounds(MINIMUM_SVN, at, LowerBounds.NUMBERS).about(""),
        found.stream().toList(),
        Code.SVN_BELOW_MINIMUM);
  }

  /// An unsigned integer, which the claim has as its two bytes in memory.
  private Optional<Long> number(String name) {
    return bytes(name)
        .filter(value -> value.size() == 2)
        .map(value -> value.at(0) | (long) value.at(1) << 8);
  }

  private Optional<Bytes> bytes(String name) {
    Optional<Json> claim = body(name);
    if (claim.isEmpty() || !(claim.get() instanceof Json.Str(String hex))) {
      return Optional.empty();
    }
    try {
      return Optional.of(Bytes.fromHex(hex));
    } catch (FormatException _) {
      return Optional.empty();
    }
  }

  private Optional<Json> body(String name) {
    return evidence.claim(List.of("body", name));
  }
}
