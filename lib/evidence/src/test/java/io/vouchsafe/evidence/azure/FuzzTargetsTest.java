package io.vouchsafe.evidence.azure;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.evidence.azure.fuzz.AzureEvidenceFuzzer;
import io.vouchsafe.evidence.azure.fuzz.HclReportFuzzer;
import io.vouchsafe.evidence.azure.fuzz.RuntimeDataFuzzer;
import io.vouchsafe.testkit.Mutations;
import java.util.List;
import org.junit.jupiter.api.Test;

/// A short, seeded run of each fuzz target of this package.
class FuzzTargetsTest {
  private static final int ROUNDS = 400;
  private static final Bytes NONCE = Bytes.zeros(48);

  @Test
  void evidence_mutated_isRefused() {
    Mutations.feed(
        AzureEvidenceFuzzer::fuzzerTestOneInput,
        61,
        ROUNDS,
        List.of(
            Azure.snp().evidence(1, NONCE).toUtf8(),
            Azure.tdx().evidence(2, NONCE).toUtf8(),
            Azure.snp().evidence(0, NONCE).toUtf8()));
  }

  @Test
  void hclReport_mutated_isRefusedOrRead() {
    Mutations.feed(
        HclReportFuzzer::fuzzerTestOneInput,
        62,
        ROUNDS,
        List.of(Azure.snp().hcl().toByteArray(), Azure.tdx().hcl().toByteArray()));
  }

  @Test
  void runtimeData_mutated_isRefusedOrRead() {
    Mutations.feed(
        RuntimeDataFuzzer::fuzzerTestOneInput,
        63,
        ROUNDS,
        List.of(Azure.snp().runtimeData().toUtf8()));
  }
}
