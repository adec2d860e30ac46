package io.vouchsafe.measure.sev;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.SecretBytes;
import io.vouchsafe.verdict.Code;
import io.vouchsafe.verdict.RefusedException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LaunchMeasureTest {
  private static final Bytes NONCE = Bytes.of(new byte[16]);
  private static final LaunchMeasure.Expected EXPECTED = expected(1, 49, 6, 5, 0);

  private static LaunchMeasure.Expected expected(
      int major, int minor, int build, long policy, int first) {
    byte[] digest = new byte[32];
    digest[0] = (byte) first;
    return new LaunchMeasure.Expected(major, minor, build, policy, Bytes.of(digest));
  }

  private static SecretBytes key(int value) {
    byte[] key = new byte[16];
    key[15] = (byte) value;
    return SecretBytes.take(key);
  }

  @Test
  void verify_ownMeasure_passes() throws Exception {
    try (SecretBytes key = key(1)) {
      LaunchMeasure measure = LaunchMeasure.compute(EXPECTED, NONCE, key);
      LaunchMeasure.parse(measure.encode()).verify(EXPECTED, key);
      assertThat(measure.encode().size()).isEqualTo(LaunchMeasure.SIZE);
    }
  }

  @Test
  void verify_anythingElse_isRefused() {
    try (SecretBytes key = key(1);
        SecretBytes other = key(2)) {
      LaunchMeasure measure = LaunchMeasure.compute(EXPECTED, NONCE, key);
      assertRefused(measure, expected(2, 49, 6, 5, 0), key);
      assertRefused(measure, expected(1, 48, 6, 5, 0), key);
      assertRefused(measure, expected(1, 49, 7, 5, 0), key);
      assertRefused(measure, expected(1, 49, 6, 1, 0), key);
      assertRefused(measure, expected(1, 49, 6, 5, 1), key);
      assertRefused(measure, EXPECTED, other);
    }
  }

  @Test
  void verify_everyBitOfTheBlobFlipped_isRefused() throws Exception {
    try (SecretBytes key = key(1)) {
      byte[] blob = LaunchMeasure.compute(EXPECTED, NONCE, key).encode().toByteArray();
      for (int bit = 0; bit < 8 * blob.length; bit++) {
        byte[] changed = blob.clone();
        changed[bit / 8] ^= (byte) (1 << bit % 8);
        assertRefused(LaunchMeasure.parse(Bytes.of(changed)), EXPECTED, key);
      }
    }
  }

  private static void assertRefused(
      LaunchMeasure measure, LaunchMeasure.Expected expected, SecretBytes key) {
    assertThatThrownBy(() -> measure.verify(expected, key))
        .isInstanceOfSatisfying(
            RefusedException.class,
            e -> {
              assertThat(e.code()).isEqualTo(Code.MEASUREMENT_MISMATCH);
              assertThat(e.refusal().expected())
                  .doesNotContain(LaunchMeasure.compute(expected, NONCE, key).measure().hex());
            });
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 31, 47, 49, 96})
  void parse_anotherLength_isMalformed(int length) {
    assertThatThrownBy(() -> LaunchMeasure.parse(Bytes.zeros(length)))
        .isInstanceOf(FormatException.class);
  }

  @Test
  void expected_valuesThatDoNotFit_areRefused() {
    assertThatThrownBy(() -> expected(256, 0, 0, 0, 0))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> expected(0, -1, 0, 0, 0)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> expected(0, 0, 0, 1L << 32, 0))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new LaunchMeasure.Expected(0, 0, 0, 0, Bytes.zeros(48)))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
