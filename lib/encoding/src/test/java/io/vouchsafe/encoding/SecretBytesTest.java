package io.vouchsafe.encoding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class SecretBytesTest {
  private static SecretBytes secret(int... values) {
    byte[] raw = new byte[values.length];
    for (int i = 0; i < values.length; i++) {
      raw[i] = (byte) values[i];
    }
    return SecretBytes.take(raw);
  }

  @Test
  void copyOf_anArray_leavesItAndDoesNotFollowIt() {
    byte[] raw = {1, 2};
    SecretBytes secret = SecretBytes.copyOf(raw);
    raw[0] = 9;
    assertThat(secret.matches(secret(1, 2))).isTrue();
  }

  @Test
  void take_anArray_wipesIt() {
    byte[] raw = {1, 2};
    SecretBytes secret = SecretBytes.take(raw);
    assertThat(raw).containsOnly(0);
    assertThat(secret.matches(secret(1, 2))).isTrue();
  }

  @Test
  void close_wipesTheLentArrayAndForbidsLending() {
    SecretBytes secret = secret(1, 2);
    byte[] kept = secret.lend(raw -> raw);
    secret.close();
    secret.close();
    assertThat(kept).containsOnly(0);
    assertThatThrownBy(() -> secret.lend(raw -> raw.length))
        .isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> secret.matches(secret(1, 2)))
        .isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> secret(0, 0).matches(secret))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void matches_equalContentOnly() {
    SecretBytes one = secret(1, 2);
    assertThat(one.matches(one)).isTrue();
    assertThat(one.matches(secret(1, 3))).isFalse();
    assertThat(one.matches(secret(1))).isFalse();
    assertThat(one.equals(secret(1, 2))).isFalse();
  }

  @Test
  void toString_tellsTheLengthOnly() {
    assertThat(secret(65, 66)).hasToString("SecretBytes[2]");
    assertThat(secret(65, 66).size()).isEqualTo(2);
  }

  @Test
  void lend_exceptionOfTheWork_passesThrough() {
    SecretBytes secret = secret(1);
    assertThatThrownBy(() ->
            secret.lend(_ -> {
              throw new IOException("from the work");
            }))
        .isInstanceOf(IOException.class)
        .hasMessage("from the work");
  }

  @Test
  void matches_crosswiseInTwoThreads_doesNotBlock() throws InterruptedException {
    SecretBytes one = secret(1, 2);
    SecretBytes other = secret(1, 2);
    List<Thread> threads =
        List.of(
            Thread.ofPlatform().daemon().start(() -> compareOften(one, other)),
            Thread.ofPlatform().daemon().start(() -> compareOften(other, one)));
    for (Thread thread : threads) {
      assertThat(thread.join(Duration.ofSeconds(60))).isTrue();
    }
  }

  private static void compareOften(SecretBytes one, SecretBytes other) {
    for (int i = 0; i < 20_000; i++) {
      one.matches(other);
    }
  }
}
