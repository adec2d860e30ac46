package io.vouchsafe.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.vouchsafe.appraisal.Provenance;
import io.vouchsafe.appraisal.ReferenceValue;
import io.vouchsafe.testkit.Vectors;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `measure --put` with the home's own trust server.
class MeasurePutIT {
  @TempDir Path dir;

  @Test
  void put_predictedValue_isRegisteredOnce() throws Exception {
    String[] command = {
      "measure", "tdx", "--firmware", Vectors.path("measure/tdvf-a.bin").toString(), "--put"
    };
    Cli cli = new Cli(dir);
    for (int i = 0; i < 2; i++) {
      Cli.Outcome outcome = cli.run(command);
      assertThat(outcome.err()).isEmpty();
      assertThat(outcome.status()).isZero();
    }
    List<ReferenceValue> values = new ArrayList<>();
    try (TrustClient client = TrustClient.open(new Home(dir), TrustPlace.OWN)) {
      for (var entry : client.referenceValues()) {
        values.add(ReferenceValue.parse(entry));
      }
    }
    assertThat(values)
        .singleElement()
        .satisfies(value -> {
          assertThat(value.name()).isEqualTo("tdx_mr_td");
          assertThat(value.provenance()).isEqualTo(Provenance.PREDICTED);
          assertThat(value.origin()).startsWith("vouchsafe measure tdx, firmware sha256:");
        });
  }
}
