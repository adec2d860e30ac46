package io.vouchsafe.trust.core;

import static io.vouchsafe.trust.core.CoreFixture.TENANT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.vouchsafe.appraisal.Provenance;
import io.vouchsafe.appraisal.ReferenceValue;
import io.vouchsafe.appraisal.statement.ReferenceSet;
import io.vouchsafe.appraisal.statement.SignedReferenceSet;
import io.vouchsafe.appraisal.statement.StatementSigner;
import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.trust.store.StoredReferenceSet;
import io.vouchsafe.trust.store.Tenant;
import io.vouchsafe.trust.store.TrustedAk;
import io.vouchsafe.verdict.Code;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Reference values of a tenant that demands two approvals, and how changes of them are undone.
class ReferenceApprovalsTest extends CoreTestCase {
  private static final Duration LIFE = Duration.ofDays(30);
  private static final Administrator ALICE = new Administrator("alice", "alice, role admin");
  private static final Administrator BOB = new Administrator("bob", "bob, role admin");

  private ReferenceAdministration references;
  private Approvals approvals;
  private KeyPair pair;
  private StatementSigner signer;

  @BeforeEach
  void administer() throws Exception {
    use();
    pair = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
    signer = StatementSigner.of("builder", pair.getPublic());
  }

  private void use() {
    references = fixture.core().references();
    approvals = fixture.core().approvals();
  }

  private void demandTwo() throws Exception {
    approvals.need(TENANT, PolicyRequest.of(ALICE), 2);
  }

  private ReferenceValue value(String name, String text) {
    return new ReferenceValue(
        name, Json.of(text), fixture.now().plus(LIFE), Provenance.DECLARED, "by hand");
  }

  private Bytes statement(long version, String text) throws Exception {
    ReferenceSet set =
        new ReferenceSet(
            ReferenceSet.Kind.STATEMENT,
            "vm",
            version,
            fixture.now(),
            fixture.now().plus(LIFE),
            "a test",
            Json.object().build(),
            List.of(new ReferenceSet.Input("kernel", "vmlinuz", Bytes.zeros(32))),
            List.of(
                new ReferenceValue(
                    "a", Json.of(text), fixture.now().plus(LIFE), Provenance.PREDICTED, "a test")));
    return SignedReferenceSet.sign(set, signer, pair.getPrivate());
  }

  private ChangeOutcome take(Administrator who, Bytes file) throws Exception {
    return references.importSet(TENANT, who, file, List.of(signer), true);
  }

  private static long number(ChangeOutcome outcome) {
    assertThat(outcome).isInstanceOf(ChangeOutcome.Proposed.class);
    return ((ChangeOutcome.Proposed) outcome).number();
  }

  private ChangeOutcome.Made approve(Administrator who, long number) throws Exception {
    return approvals.approve(TENANT, who, number, Optional.empty());
  }

  private static Code refused(ThrowingCallable call) {
    return catchThrowableOfType(TransactionRefusedException.class, call).refused().code();
  }

  private Json.Obj last() throws Exception {
    return fixture.last().body();
  }

  @Test
  void put_waitsForASecondSubject_andIsThenWhatWasProposed() throws Exception {
    demandTwo();
    ChangeOutcome outcome = references.add(TENANT, ALICE, List.of(value("x", "1")));
    long number = number(outcome);
    assertThat(fixture.addedValues()).isEmpty();
    Approvals.Waiting waiting = approvals.proposals(TENANT).getFirst();
    assertThat(waiting.change().string("action")).isEqualTo("add-reference-values");
    assertThat(waiting.digest()).isEqualTo(((ChangeOutcome.Proposed) outcome).digest());
    assertThat(last().string("digest")).isEqualTo(waiting.digest());

    assertThat(approvals.approve(TENANT, BOB, number, Optional.of(waiting.digest())))
        .isEqualTo(new ChangeOutcome.ValuesChanged(1, 0));

    assertThat(fixture.addedValues()).containsExactly("x=1");
    assertThat(last().string("action")).isEqualTo("approve");
    assertThat(last().string("change")).isEqualTo("add-reference-values");
    assertThat(last().string("by")).isEqualTo(BOB.shown());
    assertThat(last().string("proposed_by")).isEqualTo(ALICE.shown());
    assertThat(last().string("proposal_digest")).isEqualTo(waiting.digest());
    assertThat(refused(() -> approve(BOB, number))).isEqualTo(Code.NO_SUCH_ENTRY);
  }

  @Test
  void anyChange_bySameSubject_isRefused() throws Exception {
    take(ALICE, statement(1, "1"));
    take(ALICE, statement(2, "2"));
    references.add(TENANT, ALICE, List.of(value("x", "1")));
    demandTwo();
    Administrator renamed = new Administrator("alice", "another name of hers");
    long entry = fixture.admin().referenceValues(TENANT).getLast().id();
    List<String> before = fixture.addedValues();
    for (ChangeOutcome outcome :
        List.of(
            references.add(TENANT, ALICE, List.of(value("y", "1"))),
            references.delete(TENANT, ALICE, "x"),
            references.delete(TENANT, ALICE, entry),
            take(ALICE, statement(3, "3")),
            references.rollback(TENANT, ALICE, "vm", 1, ""))) {
      assertThat(refused(() -> approve(ALICE, number(outcome))))
          .isEqualTo(Code.APPROVAL_SAME_SUBJECT);
      assertThat(refused(() -> approve(renamed, number(outcome))))
          .isEqualTo(Code.APPROVAL_SAME_SUBJECT);
    }
    assertThat(fixture.addedValues()).isEqualTo(before);
    assertThat(approvals.proposals(TENANT)).hasSize(5);
  }

  @Test
  void approval_withAnotherDigest_isRefused() throws Exception {
    demandTwo();
    long number = number(references.add(TENANT, ALICE, List.of(value("x", "1"))));
    assertThat(refused(() -> approvals.approve(TENANT, BOB, number, Optional.of("00".repeat(32)))))
        .isEqualTo(Code.NO_SUCH_ENTRY);
    assertThat(fixture.addedValues()).isEmpty();
  }

  @Test
  void approval_whenTheNamesHaveOtherValuesByNow_isRefused() throws Exception {
    references.add(TENANT, ALICE, List.of(value("x", "1")));
    demandTwo();
    long put = number(references.add(TENANT, ALICE, List.of(value("x", "2"))));
    long delete = number(references.delete(TENANT, ALICE, "x"));
    long other = number(references.add(TENANT, ALICE, List.of(value("y", "1"))));
    approve(BOB, number(references.add(TENANT, ALICE, List.of(value("x", "3")))));

    assertThat(refused(() -> approve(BOB, put))).isEqualTo(Code.REFERENCE_VALUES_CHANGED);
    assertThat(refused(() -> approve(BOB, delete))).isEqualTo(Code.REFERENCE_VALUES_CHANGED);
    assertThat(last().string("outcome")).isEqualTo("refused");
    assertThat(approve(BOB, other)).isEqualTo(new ChangeOutcome.ValuesChanged(1, 0));
    assertThat(fixture.addedValues()).containsExactly("x=1", "x=3", "y=1");
  }

  @Test
  void approval_ofAnEntryThatIsGone_isRefused() throws Exception {
    references.add(TENANT, ALICE, List.of(value("x", "1")));
    demandTwo();
    long entry = fixture.admin().referenceValues(TENANT).getLast().id();
    long first = number(references.delete(TENANT, ALICE, entry));
    long second = number(references.delete(TENANT, ALICE, entry));
    assertThat(approve(BOB, first)).isEqualTo(new ChangeOutcome.ValuesChanged(0, 1));
    assertThat(refused(() -> approve(BOB, second))).isEqualTo(Code.REFERENCE_VALUES_CHANGED);
  }

  @Test
  void signedSet_waits_andIsVerifiedAgainWhenItIsApproved() throws Exception {
    demandTwo();
    long number = number(take(ALICE, statement(1, "1")));
    long late = number(take(ALICE, statement(2, "2")));
    assertThat(references.sets(TENANT)).isEmpty();
    Json.Obj shown = approvals.proposals(TENANT).getFirst().change();
    assertThat(shown.present("file")).isEmpty();
    assertThat(shown.string("statement")).hasSize(64);
    assertThat(last().compact()).doesNotContain("\"file\"");

    assertThat(approve(BOB, number)).isInstanceOf(ChangeOutcome.SetTaken.class);

    assertThat(fixture.addedValues()).containsExactly("a=1@1");
    StoredReferenceSet kept = references.sets(TENANT).getFirst();
    assertThat(kept.by()).isEqualTo(ALICE.shown() + ", approved by " + BOB.shown());
    assertThat(refused(() -> approve(BOB, late))).isEqualTo(Code.REFERENCE_VALUES_CHANGED);
    fixture.move(LIFE.plusDays(1));
    assertThat(refused(() -> approve(BOB, late))).isEqualTo(Code.REFERENCE_VALUE_EXPIRED);
    assertThat(fixture.addedValues()).containsExactly("a=1@1");
  }

  @Test
  void signedSet_olderThanOneThatWasTakenMeanwhile_isRefused() throws Exception {
    demandTwo();
    long older = number(take(ALICE, statement(1, "1")));
    approve(BOB, number(take(ALICE, statement(2, "2"))));
    assertThat(refused(() -> approve(BOB, older))).isEqualTo(Code.REFERENCE_VALUE_ROLLBACK);
    assertThat(refused(() -> take(ALICE, statement(1, "1"))))
        .isEqualTo(Code.REFERENCE_VALUE_ROLLBACK);
    assertThat(fixture.addedValues()).containsExactly("a=2@2");
  }

  @Test
  void signedSet_byNobodyWhoIsBelieved_isNotEvenProposed() throws Exception {
    demandTwo();
    KeyPair rogue = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
    StatementSigner other = StatementSigner.of("other", rogue.getPublic());
    Bytes file = statement(1, "1");
    assertThat(refused(() -> references.importSet(TENANT, ALICE, file, List.of(other), false)))
        .isEqualTo(Code.REFERENCE_VALUE_SIGNER_UNTRUSTED);
    assertThat(approvals.proposals(TENANT)).isEmpty();
  }

  @Test
  void proposals_surviveARestart() throws Exception {
    demandTwo();
    long put = number(references.add(TENANT, ALICE, List.of(value("x", "1"))));
    long set = number(take(ALICE, statement(1, "1")));
    List<Approvals.Waiting> before = approvals.proposals(TENANT);
    fixture.restart(store -> store);
    use();

    assertThat(approvals.proposals(TENANT)).isEqualTo(before);
    approvals.approve(TENANT, BOB, put, Optional.of(before.getFirst().digest()));
    approvals.approve(TENANT, BOB, set, Optional.of(before.getLast().digest()));
    assertThat(fixture.addedValues()).containsExactly("x=1", "a=1@1");
  }

  @Test
  void proposals_moreThanTheBound_areRefused() throws Exception {
    demandTwo();
    for (int i = 0; i < Approvals.MAX_WAITING; i++) {
      references.delete(TENANT, ALICE, "x" + i);
    }
    assertThat(refused(() -> references.delete(TENANT, ALICE, "one more")))
        .isEqualTo(Code.APPROVAL_MISSING);
    approvals.withdraw(TENANT, BOB, approvals.proposals(TENANT).getFirst().number());
    assertThat(number(references.delete(TENANT, ALICE, "one more"))).isPositive();
  }

  @Test
  void interfaceWithoutProposals_isRefused() throws Exception {
    demandTwo();
    assertThat(
            refused(() ->
                fixture.admin().replaceReferenceValues(TENANT, "kbs", List.of(value("x", "1")))))
        .isEqualTo(Code.APPROVAL_MISSING);
    assertThat(fixture.addedValues()).isEmpty();
    assertThat(approvals.proposals(TENANT)).isEmpty();
  }

  @Test
  void trustedKey_waitsToo_takingItOffDoesNot() throws Exception {
    TrustedAk key = new TrustedAk(Bytes.utf8("a key"), "lab");
    assertThat(fixture.admin().putTrustedAk(TENANT, ALICE, key))
        .isEqualTo(new ChangeOutcome.KeyTrusted(key.spki()));
    assertThat(last().string("action")).isEqualTo("put-trusted-ak");
    demandTwo();
    assertThat(fixture.admin().removeTrustedAk(TENANT, ALICE.shown(), key.spki())).isTrue();

    long number = number(fixture.admin().putTrustedAk(TENANT, ALICE, key));

    assertThat(fixture.admin().trustedAks(TENANT)).isEmpty();
    assertThat(refused(() -> approve(ALICE, number))).isEqualTo(Code.APPROVAL_SAME_SUBJECT);
    fixture.restart(store -> store);
    use();
    assertThat(approve(BOB, number)).isEqualTo(new ChangeOutcome.KeyTrusted(key.spki()));
    assertThat(fixture.admin().trustedAks(TENANT)).containsExactly(key);
  }

  @Test
  void otherTenant_isNotHeldUp() throws Exception {
    demandTwo();
    Tenant other = new Tenant("other");
    fixture.admin().createTenant(other, "alice");
    assertThat(references.add(other, ALICE, List.of(value("x", "1"))))
        .isEqualTo(new ChangeOutcome.ValuesChanged(1, 0));
    long number = number(references.add(TENANT, ALICE, List.of(value("x", "1"))));
    assertThat(refused(() -> approvals.approve(other, BOB, number, Optional.empty())))
        .isEqualTo(Code.NO_SUCH_ENTRY);
  }

  @Test
  void rollback_ofASet_restoresAnOlderVersion_andTheNewestStaysRemembered() throws Exception {
    take(ALICE, statement(1, "1"));
    take(ALICE, statement(2, "2"));
    references.add(TENANT, ALICE, List.of(value("x", "1")));
    assertThat(fixture.addedValues()).containsExactly("a=2@2", "x=1");

    ChangeOutcome outcome = references.rollback(TENANT, ALICE, "vm", 1, "release 2 does not boot");

    assertThat(outcome)
        .isInstanceOfSatisfying(
            ChangeOutcome.SetTaken.class,
            taken -> {
              assertThat(taken.added()).isEqualTo(1);
              assertThat(taken.removed()).isEqualTo(1);
            });
    assertThat(fixture.addedValues()).containsExactly("x=1", "a=1@1");
    assertThat(last().string("comment")).isEqualTo("release 2 does not boot");
    assertThat(last().array("removed_entries").toString()).contains("\"version\":2");
    assertThat(refused(() -> take(ALICE, statement(1, "other"))))
        .isEqualTo(Code.REFERENCE_VALUE_ROLLBACK);
    references.rollback(TENANT, ALICE, "vm", 2, "");
    assertThat(fixture.addedValues()).containsExactly("x=1", "a=2@2");
    assertThat(last().string("comment")).isEqualTo("rollback to version 2");
    take(ALICE, statement(3, "3"));
    assertThat(fixture.addedValues()).containsExactly("x=1", "a=3@3");
  }

  @Test
  void rollback_ofWhatWasNeverTaken_orIsPastItsEnd_isRefused() throws Exception {
    take(ALICE, statement(1, "1"));
    assertThat(refused(() -> references.rollback(TENANT, ALICE, "vm", 2, "")))
        .isEqualTo(Code.NO_SUCH_ENTRY);
    assertThat(refused(() -> references.rollback(TENANT, ALICE, "other", 1, "")))
        .isEqualTo(Code.NO_SUCH_ENTRY);
    fixture.move(LIFE.plusDays(1));
    assertThat(refused(() -> references.rollback(TENANT, ALICE, "vm", 1, "")))
        .isEqualTo(Code.REFERENCE_VALUE_EXPIRED);
    assertThat(fixture.addedValues()).containsExactly("a=1@1");
  }

  @Test
  void rollback_withTwoApprovals_waits_andIsTiedToTheSet() throws Exception {
    take(ALICE, statement(1, "1"));
    take(ALICE, statement(2, "2"));
    demandTwo();
    long stale = number(references.rollback(TENANT, ALICE, "vm", 1, ""));
    approve(BOB, number(take(ALICE, statement(3, "3"))));
    assertThat(refused(() -> approve(BOB, stale))).isEqualTo(Code.REFERENCE_VALUES_CHANGED);
    approve(BOB, number(references.rollback(TENANT, ALICE, "vm", 1, "")));
    assertThat(fixture.addedValues()).containsExactly("a=1@1");
  }

  @Test
  void deletedValues_areInTheLedgerWhole() throws Exception {
    ReferenceValue value = value("x", "1");
    references.add(TENANT, ALICE, List.of(value));
    references.delete(TENANT, ALICE, "x");
    Json.Obj gone = last().array("removed_entries").getFirst().asObject("entry");
    assertThat(ReferenceValue.parse(gone)).isEqualTo(value);
    references.add(TENANT, ALICE, List.of(ReferenceValue.parse(gone)));
    assertThat(fixture.addedValues()).containsExactly("x=1");
    fixture.admin().replaceReferenceValues(TENANT, "kbs", List.of(value("x", "2")));
    assertThat(last().array("removed_entries").toString()).contains("\"id\":");
  }
}
