package io.vouchsafe.bench;

import io.vouchsafe.appraisal.Appraisal;
import io.vouchsafe.appraisal.AttestationPolicy;
import io.vouchsafe.appraisal.DecisionTime;
import io.vouchsafe.appraisal.EvidenceClaims;
import io.vouchsafe.appraisal.Provenance;
import io.vouchsafe.appraisal.ReferenceValue;
import io.vouchsafe.appraisal.ReferenceValues;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Json;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// Appraisal of the claims of a TPM, and of SEV-SNP, with more and more reference values and
/// policies: processor time of one thread.
final class PolicyScale {
  private static final List<Integer> VALUES = List.of(10, 100, 1_000, 10_000);
  private static final List<Integer> POLICIES = List.of(10, 100, 1_000);
  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
  private static final List<String> PARTS = List.of("bootloader", "tee", "snp", "microcode");
  private static final int PER_TURN = 2_000;
  private static final int WARM_UP_TURNS = 40;
  private static final String RULES =
      """
      package policy
      default executables := 33
      executables := 3 if input.tpm.pcr04 in query_reference_value("tpm_pcr04")
      trust_claims := {"executables": executables, "hardware": 2, "configuration": 0}
      """;

  private final int runs;

  PolicyScale(int runs) {
    this.runs = runs;
  }

  List<Figure> figures() throws FormatException {
    EvidenceClaims evidence =
        new EvidenceClaims(
            "tpm", "cpu", "bench", claims(), Json.object().build(), Optional.empty());
    AttestationPolicy rego = AttestationPolicy.Rego.of(Map.of("cpu", RULES));
    List<Figure> figures = new ArrayList<>();
    for (int count : VALUES) {
      ReferenceValues values = values(count);
      figures.add(
          measure(
              "built-in appraisal, %d values a name".formatted(count),
              List.of(AttestationPolicy.DEFAULT),
              evidence,
              values));
    }
    EvidenceClaims snp =
        new EvidenceClaims("snp", "cpu", "bench", snpClaims(), Json.NULL, Optional.empty());
    for (int count : VALUES) {
      figures.add(
          measure(
              "built-in appraisal of SEV-SNP, %d lowest TCBs".formatted(count),
              List.of(AttestationPolicy.DEFAULT),
              snp,
              tcbs(count)));
    }
    for (int count : VALUES) {
      figures.add(
          measure(
              "appraisal in Rego, %d values a name".formatted(count),
              List.of(rego),
              evidence,
              values(count)));
    }
    for (int count : POLICIES) {
      List<AttestationPolicy> policies = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        policies.add(AttestationPolicy.Rego.of(Map.of("cpu", RULES + "# " + i)));
      }
      figures.add(
          measure(
              "appraisal in Rego, %d policies in turn".formatted(count),
              policies,
              evidence,
              values(VALUES.getFirst())));
    }
    return figures;
  }

  private Figure measure(
      String name,
      List<AttestationPolicy> policies,
      EvidenceClaims evidence,
      ReferenceValues values) {
    for (int i = 0; i < WARM_UP_TURNS; i++) {
      turn(policies, evidence, values);
    }
    List<Double> micros = new ArrayList<>();
    for (int run = 0; run < runs; run++) {
      micros.add(turn(policies, evidence, values));
    }
    return Figure.of(name, "µs", micros);
  }

  private static double turn(
      List<AttestationPolicy> policies, EvidenceClaims evidence, ReferenceValues values) {
    long start = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    int stated = 0;
    for (int i = 0; i < PER_TURN; i++) {
      DecisionTime time = new DecisionTime(NOW.plusMillis(i), System::nanoTime);
      Appraisal appraisal = policies.get(i % policies.size()).appraise(evidence, values, time);
      stated += appraisal.findings().size();
    }
    if (stated == 0) {
      throw new IllegalStateException("an appraisal without a finding");
    }
    long end = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    return (end - start) / 1e3 / PER_TURN;
  }

  private static Json.Obj claims() {
    Json.ObjBuilder claims = Json.object().put("ak_public", "AA==");
    for (int pcr = 0; pcr < 10; pcr++) {
      claims.put("pcr0" + pcr, value(pcr, 0));
    }
    return claims.build();
  }

  private static Json.Obj snpClaims() {
    Json.ObjBuilder claims =
        Json.object()
            .put("product", "Milan")
            .put("measurement", value(0, 0))
            .put("policy_debug_allowed", false)
            .put("policy_migrate_ma", false);
    PARTS.forEach(part -> claims.put("reported_tcb_" + part, 0));
    return claims.build();
  }

  /// Bounds of which the last registered is the only one that the claims reach.
  private static ReferenceValues tcbs(int count) {
    List<ReferenceValue> all = new ArrayList<>();
    all.add(entry("snp_launch_digest", Json.of(value(0, 0))));
    for (int i = count - 1; i >= 0; i--) {
      int bound = i;
      Json.ObjBuilder tcb = Json.object().put("product", "Milan");
      PARTS.forEach(part -> tcb.put(part, bound));
      all.add(entry("snp_minimum_tcb", tcb.build()));
    }
    return ReferenceValues.of(all);
  }

  private static ReferenceValue entry(String name, Json value) {
    return new ReferenceValue(
        name, value, NOW.plus(Duration.ofDays(1)), Provenance.PREDICTED, "bench");
  }

  /// Values of which the first of each name is the right one.
  private static ReferenceValues values(int count) {
    List<ReferenceValue> all = new ArrayList<>();
    for (int pcr = 0; pcr < 10; pcr++) {
      for (int i = count - 1; i >= 0; i--) {
        all.add(entry("tpm_pcr0" + pcr, Json.of(value(pcr, i))));
      }
    }
    return ReferenceValues.of(all);
  }

  private static String value(int pcr, int index) {
    return String.format(Locale.ROOT, "%02x%062x", pcr, index * 0x9E3779B97F4A7C15L);
  }
}
