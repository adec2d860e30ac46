package io.vouchsafe.trust.core;

import static io.vouchsafe.trust.core.CoreFixture.TENANT;
import static org.assertj.core.api.Assertions.assertThat;

import io.vouchsafe.appraisal.AttestationResult;
import io.vouchsafe.appraisal.TrustTier;
import io.vouchsafe.verdict.Code;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/// Tokens of the core, offered to it again.
class TokenTest extends CoreTestCase {
  @Test
  void token_ofOurs_isReadAndReleases() throws Exception {
    AttestOutcome.Attested attested = (AttestOutcome.Attested) fixture.attest(fixture.tpm());
    AttestationResult known = fixture.core().resultOf(TENANT, attested.token());
    assertThat(known).isSameAs(attested.result());
    fixture.restart(store -> store);
    AttestationResult read = fixture.core().resultOf(TENANT, attested.token());
    assertThat(read.claims()).isEqualTo(attested.result().claims());
    assertThat(read.submodules().getFirst().status()).isEqualTo(TrustTier.AFFIRMING);
    assertThat(value(fixture.release(read))).isEqualTo(CoreFixture.VALUE);
  }

  @Test
  void token_changed_isRefused() throws Exception {
    AttestOutcome.Attested attested = (AttestOutcome.Attested) fixture.attest(fixture.tpm());
    String token = attested.token();
    for (int at = 0; at < token.length(); at += 97) {
      char other = token.charAt(at) == 'A' ? 'B' : 'A';
      String changed = token.substring(0, at) + other + token.substring(at + 1);
      assertThrowsRefused(Code.TOKEN_INVALID, () -> fixture.core().resultOf(TENANT, changed));
    }
  }

  @Test
  void token_pastItsEnd_isRefused() throws Exception {
    AttestOutcome.Attested attested = (AttestOutcome.Attested) fixture.attest(fixture.tpm());
    fixture.move(Duration.ofMinutes(6));
    assertThrowsRefused(
        Code.TOKEN_EXPIRED, () -> fixture.core().resultOf(TENANT, attested.token()));
    assertRefused(Code.TOKEN_EXPIRED, fixture.release(attested.result()));
  }
}
