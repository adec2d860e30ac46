package io.vouchsafe.trust.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.tpm.HashAlg;
import io.vouchsafe.verdict.Code;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/// What tests of the core share: a new core for each, and what they say about its answers.
abstract class CoreTestCase {
  /// A digest that nothing was registered with.
  static final Bytes OTHER = HashAlg.SHA256.digest(Bytes.utf8("something else"));

  @TempDir Path folder;
  CoreFixture fixture;

  @BeforeEach
  final void open() throws Exception {
    fixture = new CoreFixture(folder);
  }

  @AfterEach
  final void close() {
    fixture.close();
  }

  static Refused refused(Object outcome) {
    assertThat(outcome).isInstanceOf(Refused.class);
    return (Refused) outcome;
  }

  static void assertRefused(Code code, Object outcome) {
    assertThat(refused(outcome).code()).isEqualTo(code);
  }

  static void assertThrowsRefused(Code code, ThrowingCallable action) {
    assertThatThrownBy(action)
        .isInstanceOfSatisfying(
            TransactionRefusedException.class, e -> assertThat(e.refused().code()).isEqualTo(code));
  }

  static String value(Decision decision) {
    assertThat(decision).isInstanceOf(Decision.Granted.class);
    return ((Decision.Granted) decision)
        .value()
        .lend(secret -> new String(secret, StandardCharsets.UTF_8));
  }
}
