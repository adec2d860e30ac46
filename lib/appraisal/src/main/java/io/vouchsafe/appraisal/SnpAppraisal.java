package io.vouchsafe.appraisal;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.verdict.Code;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/// The built-in appraisal of SEV-SNP evidence, of guests that ask the firmware themselves and of
/// those behind Azure's virtual TPM. AMD publishes no levels: which firmware is good enough is what
/// the operator says, for each product line.
final class SnpAppraisal {
  private static final String MINIMUM_TCB = "snp_minimum_tcb";
  private static final String PRODUCT = "product";

  /// Parts of a TCB by their names in claims and reference values.
  private static final List<String> PARTS = List.of("bootloader", "tee", "snp", "microcode");

  private static final String FMC = "fmc";
  private static final LowerBounds.Form TCB = SnpAppraisal::bound;

  private final EvidenceClaims evidence;
  private final ReferenceValues values;
  private final Instant at;
  private final Findings findings;

  private SnpAppraisal(EvidenceClaims evidence, ReferenceValues values, Instant at) {
    this.evidence = evidence;
    this.values = values;
    this.at = at;
    this.findings = new Findings(values, at);
  }

  /// Appraises a guest that asks the firmware itself: its launch digest covers what it runs.
  static Appraisal appraise(EvidenceClaims evidence, ReferenceValues values, Instant at) {
    SnpAppraisal appraisal = new SnpAppraisal(evidence, values, at);
    return appraisal.run(Optional.empty());
  }

  /// Appraises a guest on Azure: the launch digest covers the paravisor, registers the rest.
  static Appraisal appraiseAzure(EvidenceClaims evidence, ReferenceValues values, Instant at) {
    SnpAppraisal appraisal = new SnpAppraisal(evidence, values, at);
    return appraisal.run(Optional.of(new VtpmRegisters(evidence, "snp_", appraisal.findings)));
  }

  private Appraisal run(Optional<VtpmRegisters> registers) {
    boolean current = tcb();
    boolean closed = debug();
    boolean stays = migration();
    boolean launched =
        findings.reference(
            SnpAppraisalCheck.LAUNCH_DIGEST,
            "snp_launch_digest",
            measurement(),
            Code.MEASUREMENT_MISMATCH);
    boolean configured = stays;
    if (registers.isPresent()) {
      launched &= registers.get().executables();
      configured &= registers.get().configuration();
    }
    configured &= findings.initData(SnpAppraisalCheck.INIT_DATA, evidence);
    int hardware = current ? Ar4si.GENUINE_HARDWARE : Ar4si.WEAK_HARDWARE;
    return new Appraisal(Ar4si.processor(hardware, closed, configured, launched), findings.list());
  }

  /// Whether the reported TCB reaches one of the operator's for this product line, part by part.
  private boolean tcb() {
    String line = evidence.text(PRODUCT).orElse("unknown product");
    StringBuilder found = new StringBuilder(line);
    evidence.claim(claimOf(FMC)).ifPresent(_ -> append(found, FMC));
    PARTS.forEach(part -> append(found, part));
    return findings.minimum(
        SnpAppraisalCheck.TCB,
        MINIMUM_TCB + " for " + line,
        found.toString(),
        values.bounds(MINIMUM_TCB, at, TCB).about(line),
        reported(),
        Code.TCB_BELOW_MINIMUM);
  }

  private void append(StringBuilder text, String part) {
    text.append(", ").append(part).append(' ');
    text.append(number(evidence.claim(claimOf(part))).map(String::valueOf).orElse("unknown"));
  }

  /// A bound must name every part: one that was forgotten would be no bound.
  private static Optional<LowerBounds.Bound> bound(Json value) {
    return value instanceof Json.Obj tcb
            && tcb.present(PRODUCT).orElse(Json.NULL) instanceof Json.Str(String line)
        ? Optional.of(new LowerBounds.Bound(line, parts(tcb::present)))
        : Optional.empty();
  }

  private List<Long> reported() {
    return parts(part -> evidence.claim(claimOf(part)));
  }

  /// The parts in their order, with that of the FMC where there is one; none if one is missing.
  private static List<Long> parts(Function<String, Optional<Json>> named) {
    List<String> names = new ArrayList<>(PARTS);
    if (named.apply(FMC).isPresent()) {
      names.add(FMC);
    }
    List<Long> parts = names.stream().flatMap(name -> number(named.apply(name)).stream()).toList();
    return parts.size() == names.size() ? parts : List.of();
  }

  private static String claimOf(String part) {
    return "reported_tcb_" + part;
  }

  /// A number, which the claims of Azure's evidence hold as text.
  private static Optional<Long> number(Optional<Json> json) {
    try {
      return json.isEmpty()
          ? Optional.empty()
          : Optional.of(
              json.get() instanceof Json.Str(String text)
                  ? Long.parseLong(text)
                  : json.get().asInteger("number"));
    } catch (FormatException | NumberFormatException _) {
      return Optional.empty();
    }
  }

  private boolean debug() {
    return off(SnpAppraisalCheck.DEBUG, "policy_debug_allowed", Code.POLICY_DEBUG);
  }

  private boolean migration() {
    return off(SnpAppraisalCheck.MIGRATION, "policy_migrate_ma", Code.POLICY_MIGRATION);
  }

  /// A bit of the guest policy, which the claims of Azure's evidence hold as text.
  private boolean off(SnpAppraisalCheck check, String name, Code code) {
    String found = evidence.claim(name).map(Json::plain).orElse("none");
    return findings.require(check, found.equals("false"), code, name + " false", found);
  }

  /// The launch digest in hexadecimal; the claims of Azure's evidence have it in base64.
  private Optional<Json> measurement() {
    Optional<Json> claim = evidence.claim("measurement");
    if (claim.isEmpty() || !(claim.get() instanceof Json.Str(String text)) || text.length() != 64) {
      return claim;
    }
    try {
      return Optional.of(Json.of(Bytes.fromBase64(text).hex()));
    } catch (FormatException _) {
      return claim;
    }
  }
}
