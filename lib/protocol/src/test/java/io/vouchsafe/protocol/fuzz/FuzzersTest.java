package io.vouchsafe.protocol.fuzz;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.protocol.HashAlgorithm;
import io.vouchsafe.protocol.InitData;
import java.util.Map;
import java.util.Random;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class FuzzersTest {
  private static final int ROUNDS = 400;

  @Test
  void brokerMessages_mutated_throwNothingElse() {
    for (String seed :
        new String[] {
          "{\"version\":\"0.4.0\",\"tee\":\"sample\",\"extra-params\":{\"a\":[1,2]}}",
          "{\"runtime-data\":{\"nonce\":\"n\",\"tee-pubkey\":{\"kty\":\"EC\",\"crv\":\"P-256\","
              + "\"alg\":\"ECDH-ES+A256KW\",\"x\":\"AA\",\"y\":\"AA\"}},\"tee-evidence\":"
              + "{\"primary_evidence\":{},\"additional_evidence\":\"{}\"}}",
          "{\"protected\":\"e30\",\"encrypted_key\":\"AA\",\"iv\":\"AAAAAAAAAAAAAAAA\","
              + "\"ciphertext\":\"AA\",\"tag\":\"AAAAAAAAAAAAAAAAAAAAAA\"}",
          "kbs+plugin://host:1/a/b/c?x=y"
        }) {
      mutate(Bytes.utf8(seed).toByteArray(), BrokerMessagesFuzzer::fuzzerTestOneInput);
    }
  }

  @Test
  void initData_mutated_throwsNothingElse() {
    InitData seed =
        InitData.of(HashAlgorithm.SHA384, Map.of("aa.toml", "[a]\nb = [1, {c = 2.5}]\n", "x", "y"));
    mutate(seed.raw().toByteArray(), InitDataFuzzer::fuzzerTestOneInput);
    mutate(seed.toDisk().toByteArray(), InitDataFuzzer::fuzzerTestOneInput);
  }

  private static void mutate(byte[] seed, Consumer<byte[]> target) {
    Random random = new Random(20261125);
    for (int round = 0; round < ROUNDS; round++) {
      byte[] input = seed.clone();
      for (int i = random.nextInt(4); i >= 0; i--) {
        input[random.nextInt(input.length)] = (byte) random.nextInt(256);
      }
      int length = random.nextInt(8) == 0 ? random.nextInt(input.length + 1) : input.length;
      target.accept(java.util.Arrays.copyOf(input, length));
    }
  }
}
