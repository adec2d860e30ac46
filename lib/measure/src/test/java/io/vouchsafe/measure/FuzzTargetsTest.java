package io.vouchsafe.measure;

import io.vouchsafe.measure.fuzz.PeImageFuzzer;
import io.vouchsafe.testkit.Mutations;
import io.vouchsafe.testkit.Vectors;
import java.util.List;
import org.junit.jupiter.api.Test;

/// A short, seeded run of each fuzz target of this module.
class FuzzTargetsTest {
  private static final int ROUNDS = 600;

  @Test
  void image_mutated_throwsOnlyFormatException() throws Exception {
    Mutations.feed(
        PeImageFuzzer::fuzzerTestOneInput,
        31,
        ROUNDS,
        List.of(
            Vectors.bytes("eventlog/synthetic/mini-kernel.efi"),
            Vectors.bytes("eventlog/synthetic/mini-uki.efi")));
  }
}
