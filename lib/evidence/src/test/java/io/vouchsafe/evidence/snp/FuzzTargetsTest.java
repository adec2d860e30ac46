package io.vouchsafe.evidence.snp;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.evidence.snp.fuzz.AmdCertificateFuzzer;
import io.vouchsafe.evidence.snp.fuzz.GhcbCertificateTableFuzzer;
import io.vouchsafe.evidence.snp.fuzz.SnpEvidenceFuzzer;
import io.vouchsafe.evidence.snp.fuzz.SnpReportFuzzer;
import io.vouchsafe.testkit.Mutations;
import io.vouchsafe.testkit.Vectors;
import java.util.List;
import org.junit.jupiter.api.Test;

/// A short, seeded run of each fuzz target of this package.
class FuzzTargetsTest {
  private static final int ROUNDS = 400;

  @Test
  void report_mutated_isRefusedOrReadable() {
    Mutations.feed(
        SnpReportFuzzer::fuzzerTestOneInput,
        31,
        ROUNDS,
        List.of(SnpReportTest.report().toByteArray()));
  }

  @Test
  void table_mutated_isRefusedOrReadable() {
    Bytes table = GhcbCertificateTableTest.table(GhcbCertificateTable.VCEK, Bytes.zeros(40));
    Mutations.feed(
        GhcbCertificateTableFuzzer::fuzzerTestOneInput, 32, ROUNDS, List.of(table.toByteArray()));
  }

  @Test
  void evidence_mutated_isRefused() throws Exception {
    Mutations.feed(
        SnpEvidenceFuzzer::fuzzerTestOneInput,
        33,
        ROUNDS,
        List.of(Vectors.bytes("trustee/snp/evidence.json")));
  }

  @Test
  void certificate_mutated_isRefusedOrReadable() throws Exception {
    Mutations.feed(
        AmdCertificateFuzzer::fuzzerTestOneInput,
        34,
        ROUNDS,
        List.of(
            Vectors.bytes("snp/syn-ok-turin-v5.vek.der"),
            SnpCase.named("syn-ok-milan-v3").chain().getFirst().toByteArray(),
            Vectors.bytes("snp/crl-milan-ask-revoked.der")));
  }
}
