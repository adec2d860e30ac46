package io.vouchsafe.trust.server.fuzz;

import io.vouchsafe.encoding.Bytes;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class TokenFuzzerTest {
  private static final int ROUNDS = 400;

  @Test
  void wireForms_mutated_throwNothingElse() {
    String token =
        Bytes.utf8("{\"alg\":\"ES256\",\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\"AA\"}")
                .base64Url()
            + "."
            + Bytes.utf8("{\"role\":\"admin\"}").base64Url()
            + "."
            + Bytes.zeros(64).base64Url();
    for (String seed :
        new String[] {
          token,
          "/kbs/v0/resource/a%2Fb?x=%20&y",
          "{\"policy\":\"YWJj\"}",
          "{\"version\":\"0.1.0\",\"type\":\"sample\",\"payload\":\"eyJhIjoxfQ==\"}"
        }) {
      Random random = new Random(20261125);
      byte[] bytes = Bytes.utf8(seed).toByteArray();
      for (int round = 0; round < ROUNDS; round++) {
        byte[] input = bytes.clone();
        for (int i = random.nextInt(4); i >= 0; i--) {
          input[random.nextInt(input.length)] = (byte) random.nextInt(256);
        }
        TokenFuzzer.fuzzerTestOneInput(
            Arrays.copyOf(
                input, random.nextInt(8) == 0 ? random.nextInt(input.length) : input.length));
      }
    }
  }
}
