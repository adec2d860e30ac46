package io.vouchsafe.ttrpc.fuzz;

import static org.assertj.core.api.Assertions.assertThatCode;

import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ServerFuzzerTest {
  @Test
  void serve_seededMutations_onlyDocumentedExceptions() {
    byte[] seed = HexFormat.of().parseHex("0000000d0000000101000a017312016d1a050a03616263");
    Random random = new Random(1);
    for (int i = 0; i < 500; i++) {
      byte[] input = seed.clone();
      for (int flips = 1 + random.nextInt(4); flips > 0; flips--) {
        input[random.nextInt(input.length)] = (byte) random.nextInt(256);
      }
      assertThatCode(() -> ServerFuzzer.fuzzerTestOneInput(input)).doesNotThrowAnyException();
    }
  }
}
