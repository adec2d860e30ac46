package io.vouchsafe.trust.core;

import static io.vouchsafe.trust.core.CoreFixture.PATH;
import static io.vouchsafe.trust.core.CoreFixture.TENANT;
import static io.vouchsafe.trust.core.CoreFixture.answer;
import static io.vouchsafe.trust.core.CoreFixture.quote;
import static org.assertj.core.api.Assertions.assertThat;

import io.vouchsafe.appraisal.AttestationResult;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.testkit.tpm.SoftTpm;
import io.vouchsafe.trust.store.LedgerEntry;
import io.vouchsafe.trust.store.Tenant;
import io.vouchsafe.verdict.Code;
import io.vouchsafe.verdict.RefusedException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// What the ledger says about decisions, refusals, reports and changes.
class RecordsTest extends CoreTestCase {
  @Test
  void release_granted_isInTheLedgerWithAllThatItWasDecidedOn() throws Exception {
    AttestationResult result = fixture.attested(fixture.tpm());
    Decision.Granted granted = (Decision.Granted) fixture.release(result);
    Json.Obj entry = fixture.admin().why(TENANT, granted.id()).orElseThrow();
    assertThat(entry.string("kind")).isEqualTo("release");
    assertThat(entry.string("outcome")).isEqualTo("granted");
    assertThat(entry.string("resource")).isEqualTo(PATH);
    assertThat(entry.integer("version")).isEqualTo(1);
    assertThat(entry.object("policy").integer("version")).isEqualTo(1);
    assertThat(entry.object("attestation_entry").string("id")).isEqualTo(result.id());
    assertThat(entry.compact())
        .contains("\"provenance\":\"predicted\"")
        .contains("\"provenance\":\"recorded\"")
        .contains("tpm.quote.signature")
        .contains("appraisal.tpm.command-line")
        .contains("release.init-data")
        .doesNotContain(CoreFixture.VALUE);
  }

  @Test
  void refusals_ofWhatProvedNothing_becomeOneEntryPerMinuteAndReason() throws Exception {
    long before = fixture.admin().ledgerHead(TENANT).size();
    SoftTpm selfMade = CoreFixture.stranger();
    Set<String> ids = new HashSet<>();
    for (int i = 0; i < 5; i++) {
      ids.add(refused(fixture.attest(selfMade)).id());
    }
    assertThat(ids).hasSize(5);
    fixture.settle();
    assertThat(fixture.admin().ledgerHead(TENANT).size()).isEqualTo(before);
    Json.Obj remembered = fixture.admin().why(TENANT, ids.iterator().next()).orElseThrow();
    assertThat(remembered.object("refusal").string("code")).isEqualTo("AK_NOT_TRUSTED");
    assertThat(fixture.admin().why(new Tenant("other"), ids.iterator().next())).isEmpty();
    fixture.move(Duration.ofMinutes(1));
    fixture.ledger();
    fixture.settle();
    LedgerEntry entry = fixture.last();
    assertThat(entry.index()).isEqualTo(before);
    assertThat(entry.kind()).isEqualTo("refusals");
    assertThat(entry.body().integer("count")).isEqualTo(5);
    assertThat(entry.body().string("code")).isEqualTo("AK_NOT_TRUSTED");
  }

  @Test
  void refusals_ofReplayedGenuineQuote_cannotFillTheLedger() throws Exception {
    Json evidence = quote(fixture.tpm(), "an old nonce");
    long before = fixture.admin().ledgerHead(TENANT).size();
    for (int i = 0; i < 80; i++) {
      Challenge challenge = fixture.challenge("tpm");
      fixture.core().attest(TENANT, challenge.sessionId(), answer(challenge.nonce(), evidence));
    }
    fixture.settle();
    assertThat(fixture.admin().ledgerHead(TENANT).size() - before).isEqualTo(60);
  }

  @Test
  void report_ofAGuest_reachesTheLedger() throws Exception {
    AttestationResult result = fixture.attested(fixture.tpm());
    GuestReport report =
        new GuestReport("SIGNER_UNTRUSTED", "image.signature", "key A", "key B", "image:tag");
    String id = fixture.core().report(TENANT, result, report);
    Json.Obj entry = fixture.admin().why(TENANT, id).orElseThrow();
    assertThat(entry.string("kind")).isEqualTo("report");
    assertThat(entry.string("code")).isEqualTo("SIGNER_UNTRUSTED");
    assertThat(entry.string("attestation")).isEqualTo(result.id());
  }

  @Test
  void refusal_ofAFacade_isCounted() throws Exception {
    Refused refused =
        fixture
            .core()
            .refuse(
                TENANT,
                Step.CHALLENGE,
                new RefusedException(
                    TransactionCheck.TOKEN, Code.TOKEN_INVALID, "a token", "none"));
    assertThat(fixture.admin().why(TENANT, refused.id())).isPresent();
  }

  @Test
  void changes_byAdministrators_areInTheLedger() throws Exception {
    fixture.admin().deleteResource(TENANT, "alice", PATH);
    Json.Obj entry = fixture.last().body();
    assertThat(entry.string("kind")).isEqualTo("admin");
    assertThat(entry.string("by")).isEqualTo("alice");
    assertThat(entry.string("action")).isEqualTo("delete-resource");
    List<String> actions = new ArrayList<>();
    for (LedgerEntry one : fixture.ledger()) {
      one.body().optionalString("action").ifPresent(actions::add);
    }
    assertThat(actions)
        .contains("put-policy", "add-reference-values", "put-resource", "delete-resource");
    assertThat(fixture.admin().verifyLedger(TENANT).size()).isEqualTo(fixture.ledger().size());
  }
}
