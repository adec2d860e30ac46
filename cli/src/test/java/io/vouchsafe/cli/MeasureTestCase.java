package io.vouchsafe.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.vouchsafe.appraisal.AttestationPolicy;
import io.vouchsafe.appraisal.DecisionTime;
import io.vouchsafe.appraisal.EvidenceClaims;
import io.vouchsafe.appraisal.Finding;
import io.vouchsafe.appraisal.ReferenceValue;
import io.vouchsafe.appraisal.ReferenceValues;
import io.vouchsafe.appraisal.SnpAppraisalCheck;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.testkit.Vectors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/// What tests of `measure` share: a folder, values of the shared vectors, and calls of the command.
abstract class MeasureTestCase {
  @TempDir Path dir;
  Path empty;

  @BeforeEach
  void emptyFile() throws IOException {
    empty = Files.createFile(dir.resolve("empty"));
  }

  static String vector(String name) {
    return Vectors.path(name).toString();
  }

  Cli.Outcome run(String... args) {
    List<String> all = new ArrayList<>(List.of("measure"));
    all.addAll(List.of(args));
    return new Cli(dir.resolve("home")).run(all.toArray(String[]::new));
  }

  Cli.Outcome snp(String... more) {
    List<String> all =
        new ArrayList<>(
            List.of(
                "snp",
                "--firmware",
                vector("measure/ovmf_AmdSev_suffix.bin"),
                "--kernel",
                empty.toString(),
                "--cmdline",
                "console=ttyS0 loglevel=7",
                "--vcpu-type",
                "EPYC-v4",
                "--guest-features",
                "0x21"));
    all.addAll(List.of(more));
    return run(all.toArray(String[]::new));
  }

  static void assertFails(Cli.Outcome outcome, String... texts) {
    assertThat(outcome.status()).isEqualTo(Failure.STATUS);
    assertThat(outcome.err()).contains(texts);
    assertThat(outcome.out()).isEmpty();
  }

  static EvidenceClaims claims(
      String product, int fmc, int bootLoader, int tee, int snp, int microcode) {
    Json.Obj claims =
        Json.object()
            .put("product", product)
            .put("reported_tcb_fmc", fmc)
            .put("reported_tcb_bootloader", bootLoader)
            .put("reported_tcb_tee", tee)
            .put("reported_tcb_snp", snp)
            .put("reported_tcb_microcode", microcode)
            .build();
    return new EvidenceClaims("snp", "cpu", "production", claims, Json.NULL, Optional.empty());
  }

  /// Whether the built-in appraisal's check of the TCB passes with this value alone.
  static boolean passes(ReferenceValue value, EvidenceClaims claims) {
    return AttestationPolicy.DEFAULT
        .appraise(
            claims,
            ReferenceValues.of(List.of(value)),
            new DecisionTime(Instant.now(), System::nanoTime))
        .findings()
        .stream()
        .filter(finding -> finding.result().check().equals(SnpAppraisalCheck.TCB.id()))
        .noneMatch(Finding::failed);
  }
}
