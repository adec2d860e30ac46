package io.vouchsafe.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import io.vouchsafe.testkit.Vectors;
import java.io.IOException;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// The shared vectors, all of them.
class VectorsTest {
  @Test
  void sharedVectors_everyCaseOfAKnownKind_passes() throws IOException {
    Report report = Conformance.run(Vectors.path("."), Set.of());
    assertThat(report.differing()).as(report.table()).isEmpty();
    assertThat(report.passed().stream().map(CaseResult.Passed::kind))
        .contains(
            "resource-uri",
            "init-data",
            "sealed-reply",
            "runtime-data",
            "tcg-event-log",
            "tpm-quote",
            "rcar-transcript",
            "image",
            "cosign",
            "unified-kernel",
            "patched-kernel",
            "snp",
            "cert-table",
            "tdx",
            "sgx",
            "ccel",
            "az-snp-vtpm",
            "az-tdx-vtpm",
            "launch-endorsement",
            "gcp-vtpm-attestation",
            "gce-ak-certificate",
            "launch-digest",
            "launch-digest-parts",
            "launch-measure",
            "ovmf-hash",
            "sev-hash-table",
            "vmsa",
            "id-block",
            "id-auth",
            "mrtd",
            "td-hob",
            "efi-variable-digest",
            "event-digest",
            "rtmr-prediction",
            "mrenclave-sgxs",
            "sigstruct",
            "sev-ca-chain",
            "sev-ca-detached-signature",
            "sev-platform-chain",
            "secret-packet",
            "kdf",
            "session",
            "ear-token",
            "ear-claims",
            "ear-appraisal",
            "uefi-event-logs");
  }

  @Test
  void sharedVectors_kindsOfLaterReleases_areUnknownByTheirNames() throws IOException {
    Report report = Conformance.run(Vectors.path("."), Set.of());
    assertThat(report.unknown().stream().map(CaseResult.Unknown::kind))
        .contains("sealed-secret", "aael", "simple-signing");
    assertThat(report.exitCode()).isEqualTo(Report.EXIT_UNKNOWN);
  }

  @Test
  void sharedVectors_disputedCases_areTheOnesArguedAgainst() throws IOException {
    Report report = Conformance.run(Vectors.path("measure"), Set.of());
    assertThat(report.disputed().stream().map(CaseResult.Disputed::id))
        .containsExactly("tdx-mrtd-svsm-ovmf");
    assertThat(report.exitCode()).isEqualTo(Report.EXIT_PASSED);
    assertThat(report.table()).contains("TDH.MR.EXTEND always measures 256 bytes");
    assertThat(report.toJson().compact()).contains("\"disputed\":1", "\"argument\":");
  }
}
