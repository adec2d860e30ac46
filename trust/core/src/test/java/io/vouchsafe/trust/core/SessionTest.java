package io.vouchsafe.trust.core;

import static io.vouchsafe.trust.core.CoreFixture.TENANT;
import static io.vouchsafe.trust.core.CoreFixture.answer;
import static io.vouchsafe.trust.core.CoreFixture.quote;
import static org.assertj.core.api.Assertions.assertThat;

import io.vouchsafe.encoding.Json;
import io.vouchsafe.trust.store.Tenant;
import io.vouchsafe.verdict.Code;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/// A session from its challenge to its end.
class SessionTest extends CoreTestCase {
  @Test
  void session_attested_returnsTheSameTokenWhateverComes() throws Exception {
    Challenge challenge = fixture.challenge("tpm");
    EvidenceSet good = answer(challenge.nonce(), quote(fixture.tpm(), challenge.nonce()));
    AttestOutcome first = fixture.core().attest(TENANT, challenge.sessionId(), good);
    EvidenceSet junk = answer(challenge.nonce(), Json.of("junk"));
    assertThat(fixture.core().attest(TENANT, challenge.sessionId(), junk)).isEqualTo(first);
    SessionView view = fixture.core().session(TENANT, challenge.sessionId());
    assertThat(view.attested()).contains((AttestOutcome.Attested) first);
  }

  @Test
  void session_open_isStillGoodAfterARestart() throws Exception {
    Challenge challenge = fixture.challenge("tpm");
    fixture.restart(store -> store);
    SessionView view = fixture.core().session(TENANT, challenge.sessionId());
    assertThat(view.kept().string("version")).isEqualTo("0.4.0");
    EvidenceSet good = answer(challenge.nonce(), quote(fixture.tpm(), challenge.nonce()));
    assertThat(fixture.core().attest(TENANT, challenge.sessionId(), good))
        .isInstanceOf(AttestOutcome.Attested.class);
  }

  @Test
  void session_finishedBeforeARestart_isUsedUp() throws Exception {
    Challenge challenge = fixture.challenge("tpm");
    EvidenceSet good = answer(challenge.nonce(), quote(fixture.tpm(), challenge.nonce()));
    fixture.core().attest(TENANT, challenge.sessionId(), good);
    fixture.restart(store -> store);
    assertRefused(Code.SESSION_UNKNOWN, fixture.core().attest(TENANT, challenge.sessionId(), good));
    assertThrowsRefused(
        Code.SESSION_UNKNOWN, () -> fixture.core().session(TENANT, challenge.sessionId()));
  }

  @Test
  void session_whoseTokenIsPastItsEnd_keepsItsResultWhichReleasesNothing() throws Exception {
    fixture.restart(store -> store, Duration.ofSeconds(10));
    Challenge challenge = fixture.challenge("tpm");
    EvidenceSet good = answer(challenge.nonce(), quote(fixture.tpm(), challenge.nonce()));
    fixture.core().attest(TENANT, challenge.sessionId(), good);
    fixture.move(Duration.ofSeconds(71));
    SessionView view = fixture.core().session(TENANT, challenge.sessionId());
    assertRefused(Code.TOKEN_EXPIRED, fixture.release(view.attested().orElseThrow().result()));
  }

  @Test
  void session_answeredTwiceAtOnce_hasOneResult() throws Exception {
    Challenge challenge = fixture.challenge("tpm");
    EvidenceSet good = answer(challenge.nonce(), quote(fixture.tpm(), challenge.nonce()));
    List<Future<AttestOutcome>> outcomes = new ArrayList<>();
    try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < 8; i++) {
        outcomes.add(
            executor.submit(() -> fixture.core().attest(TENANT, challenge.sessionId(), good)));
      }
    }
    Set<String> tokens = new HashSet<>();
    for (Future<AttestOutcome> outcome : outcomes) {
      tokens.add(((AttestOutcome.Attested) outcome.get()).token());
    }
    assertThat(tokens).hasSize(1);
  }

  @Test
  void session_unknown_isRefused() throws Exception {
    assertThrowsRefused(Code.SESSION_UNKNOWN, () -> fixture.core().session(TENANT, "0".repeat(32)));
    assertRefused(
        Code.SESSION_UNKNOWN, fixture.core().attest(TENANT, "x", answer("nonce", Json.of("junk"))));
    Challenge challenge = fixture.challenge("tpm");
    assertThrowsRefused(
        Code.SESSION_UNKNOWN,
        () -> fixture.core().session(new Tenant("other"), challenge.sessionId()));
  }

  @Test
  void session_pastItsEnd_isRefused() throws Exception {
    Challenge challenge = fixture.challenge("tpm");
    fixture.move(Duration.ofMinutes(5));
    assertThrowsRefused(
        Code.SESSION_EXPIRED, () -> fixture.core().session(TENANT, challenge.sessionId()));
    assertRefused(
        Code.SESSION_EXPIRED,
        fixture
            .core()
            .attest(
                TENANT,
                challenge.sessionId(),
                answer(challenge.nonce(), quote(fixture.tpm(), challenge.nonce()))));
  }
}
