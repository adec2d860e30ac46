package io.vouchsafe.ec;

import io.vouchsafe.ec.fuzz.EcdsaFuzzer;
import java.math.BigInteger;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class EcdsaFuzzerTest {
  private static final int HASH = 64;

  @ParameterizedTest
  @EnumSource
  void mutatedSignatures_onlyDocumentedExceptions(Curve curve) {
    Random random = new Random(18);
    for (int i = 0; i < 400; i++) {
      BigInteger r = new BigInteger(8 * curve.size() - random.nextInt(9), random);
      BigInteger s = new BigInteger(1 + random.nextInt(8 * curve.size()), random);
      byte[] body =
          random.nextInt(4) == 0
              ? Forger.number(r, 2 * curve.size())
              : Forger.der(r, s).toByteArray();
      byte[] data = new byte[1 + HASH + body.length];
      random.nextBytes(data);
      data[0] = (byte) (data[0] & ~1 | curve.ordinal());
      System.arraycopy(body, 0, data, 1 + HASH, body.length);
      if (random.nextBoolean()) {
        data[1 + HASH + random.nextInt(body.length)] ^= (byte) (1 << random.nextInt(8));
      }
      EcdsaFuzzer.fuzzerTestOneInput(data);
    }
  }

  @ParameterizedTest
  @EnumSource
  void cutInput_onlyDocumentedExceptions(Curve curve) {
    for (int length = 0; length < 300; length++) {
      for (int kind = 0; kind < 16; kind++) {
        byte[] data = new byte[length];
        if (length > 0) {
          data[0] = (byte) (kind & ~1 | curve.ordinal());
        }
        EcdsaFuzzer.fuzzerTestOneInput(data);
      }
    }
  }
}
