package io.vouchsafe.trust.core;

import static io.vouchsafe.trust.core.CoreFixture.GUEST_KEY;
import static io.vouchsafe.trust.core.CoreFixture.INIT_DATA;
import static io.vouchsafe.trust.core.CoreFixture.TENANT;
import static io.vouchsafe.trust.core.CoreFixture.answer;
import static io.vouchsafe.trust.core.CoreFixture.quote;
import static org.assertj.core.api.Assertions.assertThat;

import io.vouchsafe.encoding.Json;
import io.vouchsafe.evidence.ExpectedBinding;
import io.vouchsafe.trust.store.LedgerEntry;
import io.vouchsafe.verdict.Code;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/// Evidence that does not answer the challenge, and how often it may be tried.
class ChallengeTest extends CoreTestCase {
  @Test
  void quote_ofOneSession_offeredInAnother_isRefusedAndRecorded() throws Exception {
    Challenge mine = fixture.challenge("tpm");
    Challenge theirs = fixture.challenge("tpm");
    Json evidence = quote(fixture.tpm(), theirs.nonce());
    Refused refused =
        refused(fixture.core().attest(TENANT, mine.sessionId(), answer(mine.nonce(), evidence)));
    assertThat(refused.code()).isEqualTo(Code.REPORT_DATA_MISMATCH);
    LedgerEntry entry = fixture.last();
    assertThat(entry.id()).isEqualTo(refused.id());
    assertThat(entry.body().compact()).contains("tpm.quote.signature").contains("\"passed\"");
  }

  @Test
  void quote_withSwappedKey_isRefused() throws Exception {
    Challenge challenge = fixture.challenge("tpm");
    Json evidence = quote(fixture.tpm(), challenge.nonce());
    assertRefused(
        Code.REPORT_DATA_MISMATCH,
        fixture
            .core()
            .attest(
                TENANT,
                challenge.sessionId(),
                answer(challenge.nonce(), CoreFixture.key("thief"), evidence, INIT_DATA)));
  }

  @Test
  void nonce_ofAnotherSession_isRefused() throws Exception {
    Challenge mine = fixture.challenge("tpm");
    Challenge theirs = fixture.challenge("tpm");
    assertRefused(
        Code.NONCE_MISMATCH,
        fixture
            .core()
            .attest(
                TENANT,
                mine.sessionId(),
                answer(theirs.nonce(), quote(fixture.tpm(), theirs.nonce()))));
  }

  @Test
  void challenge_afterTwoFailures_isStillGoodAndAfterThreeIsNot() throws Exception {
    for (int failures : new int[] {2, 3}) {
      Challenge challenge = fixture.challenge("tpm");
      for (int i = 0; i < failures; i++) {
        assertRefused(
            Code.MALFORMED,
            fixture
                .core()
                .attest(TENANT, challenge.sessionId(), answer(challenge.nonce(), Json.of("junk"))));
      }
      AttestOutcome outcome =
          fixture
              .core()
              .attest(
                  TENANT,
                  challenge.sessionId(),
                  answer(challenge.nonce(), quote(fixture.tpm(), challenge.nonce())));
      if (failures < 3) {
        assertThat(outcome).isInstanceOf(AttestOutcome.Attested.class);
      } else {
        assertRefused(Code.NONCE_CONSUMED, outcome);
      }
    }
  }

  @Test
  void failures_countOverARestart() throws Exception {
    Challenge challenge = fixture.challenge("tpm");
    for (int i = 0; i < 3; i++) {
      fixture
          .core()
          .attest(TENANT, challenge.sessionId(), answer(challenge.nonce(), Json.of("junk")));
    }
    fixture.restart(store -> store);
    assertRefused(
        Code.NONCE_CONSUMED,
        fixture
            .core()
            .attest(
                TENANT,
                challenge.sessionId(),
                answer(challenge.nonce(), quote(fixture.tpm(), challenge.nonce()))));
  }

  @Test
  void evidence_ofAnotherKindThanAsked_isRefused() throws Exception {
    Challenge challenge = fixture.challenge("sample");
    assertRefused(
        Code.TEE_MISMATCH,
        fixture
            .core()
            .attest(
                TENANT,
                challenge.sessionId(),
                answer(challenge.nonce(), quote(fixture.tpm(), challenge.nonce()))));
  }

  @Test
  void evidence_withoutVerifier_isRefused() throws Exception {
    Challenge challenge = fixture.challenge("snp");
    Json.Obj runtimeData = CoreFixture.runtimeData(challenge.nonce(), GUEST_KEY);
    EvidenceSet evidence =
        new EvidenceSet(
            challenge.nonce(),
            List.of(
                new EvidenceSet.Submission(
                    "snp",
                    Json.of("x"),
                    new ExpectedBinding(CoreFixture.digest(runtimeData), Optional.empty()),
                    runtimeData)),
            Optional.empty());
    assertRefused(
        Code.UNSUPPORTED_TEE, fixture.core().attest(TENANT, challenge.sessionId(), evidence));
  }
}
