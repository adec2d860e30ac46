package io.vouchsafe.trust.core;

import static io.vouchsafe.trust.core.CoreFixture.TENANT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.vouchsafe.appraisal.AttestationPolicy;
import io.vouchsafe.appraisal.ReleasePolicy;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.trust.store.PolicyState;
import io.vouchsafe.trust.store.StoredPolicy;
import io.vouchsafe.trust.store.Tenant;
import io.vouchsafe.verdict.Code;
import java.util.List;
import java.util.Optional;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PolicyAdministrationTest extends CoreTestCase {
  private static final StoredPolicy.Kind RELEASE = StoredPolicy.Kind.RELEASE;
  private static final StoredPolicy.Kind ATTESTATION = StoredPolicy.Kind.ATTESTATION;
  private static final Administrator ALICE = new Administrator("alice", "alice, role admin");
  private static final Administrator BOB = new Administrator("bob", "bob, role admin");
  private static final String ALLOW = "package policy\nallow if true\n";
  private static final String CLAIMS = "package policy\ntrust_claims := {\"executables\": 3}\n";

  private PolicyAdministration policies;
  private Approvals approvals;

  @BeforeEach
  void administer() throws Exception {
    policies = fixture.core().policies();
    approvals = fixture.core().approvals();
  }

  private static PolicyRequest by(Administrator who) {
    return PolicyRequest.of(who);
  }

  private static PolicyRequest onlyIf(long version) {
    return new PolicyRequest(ALICE, "", Optional.of(version));
  }

  private static Code refused(ThrowingCallable call) {
    return catchThrowableOfType(TransactionRefusedException.class, call).refused().code();
  }

  private String releaseText() throws Exception {
    return policies.current(TENANT, RELEASE) instanceof PolicyState.Active(StoredPolicy policy)
        ? PolicyContent.of(policy.body()).text()
        : "none";
  }

  private Json.Obj last() throws Exception {
    return fixture.last().body();
  }

  private void demandTwo() throws Exception {
    assertThat(approvals.need(TENANT, by(ALICE), 2)).isInstanceOf(ChangeOutcome.ApprovalsSet.class);
  }

  private long proposed(Administrator who, String text) throws Exception {
    ChangeOutcome outcome = policies.putRelease(TENANT, by(who), ReleasePolicy.Rego.of(text));
    return outcome instanceof ChangeOutcome.Proposed(long number, var _) ? number : -1;
  }

  @Test
  void put_saysVersionAndDigestOfTheFile_andKeepsAuthorAndComment() throws Exception {
    ChangeOutcome outcome =
        policies.putRelease(
            TENANT,
            new PolicyRequest(ALICE, "open for all", Optional.of(1L)),
            ReleasePolicy.Rego.of(ALLOW));

    // printf 'package policy\nallow if true\n' | sha256sum
    assertThat(outcome)
        .isEqualTo(
            new ChangeOutcome.InForce(
                2, "9d6c24864a99eb101ba9ca17e512b4e9d8d5b81aeb4682fa1f8dbb43d90fdf47"));
    StoredPolicy stored = policies.version(TENANT, RELEASE, 2).orElseThrow();
    assertThat(stored.by()).isEqualTo(ALICE.shown());
    assertThat(stored.origin().comment()).isEqualTo("open for all");
    assertThat(last().string("action")).isEqualTo("put-policy");
    assertThat(last().string("comment")).isEqualTo("open for all");
    assertThat(policies.versions(TENANT, RELEASE))
        .extracting(StoredPolicy::version)
        .containsExactly(1L, 2L);
  }

  @Test
  void put_onAnotherVersionThanWanted_isRefusedAndChangesNothing() throws Exception {
    policies.putRelease(TENANT, by(BOB), ReleasePolicy.builtIn("deny-all"));

    assertThat(refused(() -> policies.putRelease(TENANT, onlyIf(1), ReleasePolicy.DEFAULT)))
        .isEqualTo(Code.POLICY_CHANGED);
    assertThat(refused(() -> policies.putRelease(TENANT, onlyIf(0), ReleasePolicy.DEFAULT)))
        .isEqualTo(Code.POLICY_CHANGED);
    assertThat(last().string("outcome")).isEqualTo("refused");
    assertThat(policies.versions(TENANT, RELEASE)).hasSize(2);
    assertThat(releaseText()).contains("deny-all");
  }

  @Test
  void put_afterRevocation_needsVersionZero() throws Exception {
    policies.revoke(TENANT, BOB, RELEASE);

    assertThat(refused(() -> policies.putRelease(TENANT, onlyIf(1), ReleasePolicy.DEFAULT)))
        .isEqualTo(Code.POLICY_CHANGED);
    assertThat(policies.putRelease(TENANT, onlyIf(0), ReleasePolicy.DEFAULT))
        .isInstanceOf(ChangeOutcome.InForce.class);
  }

  @Test
  void putClass_changesThatClassOnly_andCanBeTakenBack() throws Exception {
    policies.putAttestationClass(TENANT, by(ALICE), "gpu", Optional.of(CLAIMS));
    policies.putAttestationClass(TENANT, by(ALICE), "cpu", Optional.of(CLAIMS));
    Json.Obj both = policies.version(TENANT, ATTESTATION, 3).orElseThrow().body();
    assertThat(PolicyContent.classes(both)).containsOnlyKeys("cpu", "gpu");

    policies.putAttestationClass(TENANT, by(ALICE), "cpu", Optional.empty());
    policies.putAttestationClass(TENANT, by(ALICE), "gpu", Optional.empty());

    assertThat(policies.version(TENANT, ATTESTATION, 5).orElseThrow().body())
        .isEqualTo(AttestationPolicy.DEFAULT.json());
  }

  @Test
  void putClass_thatDoesNotCompile_replacesNothing() throws Exception {
    assertThatThrownBy(() ->
            policies.putAttestationClass(
                TENANT, by(ALICE), "cpu", Optional.of("package policy\ntrust_claims := x\n")))
        .isInstanceOf(FormatException.class)
        .hasMessageContaining("policy.rego:2");
    assertThat(policies.versions(TENANT, ATTESTATION)).hasSize(1);
  }

  @Test
  void rollback_makesANewVersionEqualToTheOldOne() throws Exception {
    policies.putRelease(TENANT, by(ALICE), ReleasePolicy.Rego.of(ALLOW));

    assertThat(policies.rollback(TENANT, by(BOB), RELEASE, 1))
        .isInstanceOfSatisfying(
            ChangeOutcome.InForce.class, active -> assertThat(active.version()).isEqualTo(3));

    assertThat(policies.version(TENANT, RELEASE, 3).orElseThrow().body())
        .isEqualTo(ReleasePolicy.DEFAULT.json());
    assertThat(last().string("comment")).isEqualTo("rollback to version 1");
    assertThat(refused(() -> policies.rollback(TENANT, by(BOB), RELEASE, 9)))
        .isEqualTo(Code.NO_SUCH_ENTRY);
    assertThat(refused(() -> policies.rollback(TENANT, onlyIf(2), RELEASE, 1)))
        .isEqualTo(Code.POLICY_CHANGED);
  }

  @Test
  void twoApprovals_aChangeWaitsForASecondSubject() throws Exception {
    demandTwo();
    long number = proposed(ALICE, ALLOW);
    assertThat(number).isPositive();
    assertThat(releaseText()).isEqualTo(ReleasePolicy.DEFAULT.json().canonical());
    assertThat(last().string("action")).isEqualTo("propose");

    ChangeOutcome.InForce active =
        (ChangeOutcome.InForce) approvals.approve(TENANT, BOB, number, Optional.empty());

    assertThat(active.version()).isEqualTo(2);
    assertThat(releaseText()).isEqualTo(ALLOW);
    StoredPolicy stored = policies.version(TENANT, RELEASE, 2).orElseThrow();
    assertThat(stored.by()).isEqualTo(ALICE.shown());
    assertThat(stored.origin().approvedBy()).isEqualTo(BOB.shown());
    assertThat(last().string("action")).isEqualTo("approve");
    assertThat(last().string("proposed_by")).isEqualTo(ALICE.shown());
    assertThat(approvals.proposals(TENANT)).isEmpty();
    assertThat(refused(() -> approvals.approve(TENANT, BOB, number, Optional.empty())))
        .isEqualTo(Code.NO_SUCH_ENTRY);
  }

  @Test
  void twoApprovals_bySameSubject_areOne() throws Exception {
    demandTwo();
    long number = proposed(ALICE, ALLOW);

    assertThat(refused(() -> approvals.approve(TENANT, ALICE, number, Optional.empty())))
        .isEqualTo(Code.APPROVAL_SAME_SUBJECT);
    Administrator renamed = new Administrator("alice", "another name of hers");
    assertThat(refused(() -> approvals.approve(TENANT, renamed, number, Optional.empty())))
        .isEqualTo(Code.APPROVAL_SAME_SUBJECT);

    assertThat(approvals.proposals(TENANT)).hasSize(1);
    assertThat(releaseText()).contains("default");
    assertThat(last().string("outcome")).isEqualTo("refused");
  }

  @Test
  void approval_ofAChangeForAnOlderVersion_isRefused() throws Exception {
    demandTwo();
    long first = proposed(ALICE, ALLOW);
    long second = proposed(ALICE, "package policy\nallow if false\n");
    approvals.approve(TENANT, BOB, second, Optional.empty());

    assertThat(refused(() -> approvals.approve(TENANT, BOB, first, Optional.empty())))
        .isEqualTo(Code.POLICY_CHANGED);
    policies.revoke(TENANT, ALICE, RELEASE);
    assertThat(refused(() -> approvals.approve(TENANT, BOB, first, Optional.empty())))
        .isEqualTo(Code.POLICY_CHANGED);

    approvals.withdraw(TENANT, ALICE, first);
    assertThat(approvals.proposals(TENANT)).isEmpty();
    assertThat(last().string("action")).isEqualTo("withdraw");
    assertThat(refused(() -> approvals.withdraw(TENANT, ALICE, first)))
        .isEqualTo(Code.NO_SUCH_ENTRY);
  }

  @Test
  void twoApprovals_areNotTakenBackByOneSubject() throws Exception {
    demandTwo();

    ChangeOutcome outcome = approvals.need(TENANT, by(ALICE), 1);

    assertThat(approvals.needed(TENANT)).isEqualTo(2);
    assertThat(outcome)
        .isInstanceOfSatisfying(
            ChangeOutcome.Proposed.class,
            proposal -> {
              assertThat(
                      refused(() ->
                          approvals.approve(TENANT, ALICE, proposal.number(), Optional.empty())))
                  .isEqualTo(Code.APPROVAL_SAME_SUBJECT);
            });
    approvals.approve(TENANT, BOB, ((ChangeOutcome.Proposed) outcome).number(), Optional.empty());
    assertThat(approvals.needed(TENANT)).isEqualTo(1);
  }

  @Test
  void twoApprovals_rollbackWaitsToo_revocationDoesNot() throws Exception {
    policies.putRelease(TENANT, by(ALICE), ReleasePolicy.Rego.of(ALLOW));
    demandTwo();

    assertThat(policies.rollback(TENANT, by(ALICE), RELEASE, 1))
        .isInstanceOf(ChangeOutcome.Proposed.class);
    assertThat(releaseText()).isEqualTo(ALLOW);
    assertThat(policies.revoke(TENANT, ALICE, RELEASE)).isTrue();
    assertThat(policies.current(TENANT, RELEASE)).isInstanceOf(PolicyState.Revoked.class);
  }

  @Test
  void twoApprovals_interfaceWithoutProposals_isRefused() throws Exception {
    demandTwo();
    Administration admin = fixture.admin();

    for (ThrowingCallable put :
        List.<ThrowingCallable>of(
            () -> admin.putReleasePolicy(TENANT, "kbs", ReleasePolicy.DEFAULT),
            () -> admin.putAttestationPolicy(TENANT, "kbs", AttestationPolicy.DEFAULT),
            () -> admin.putAttestationRego(TENANT, "kbs", "default_cpu", CLAIMS),
            () -> admin.putAttestationRego(TENANT, "kbs", "other", CLAIMS))) {
      assertThat(refused(put)).isEqualTo(Code.APPROVAL_MISSING);
    }
    assertThat(approvals.proposals(TENANT)).isEmpty();
    assertThat(policies.versions(TENANT, RELEASE)).hasSize(1);
  }

  @Test
  void approvals_outOfRange_areRefused() {
    assertThatThrownBy(() -> approvals.need(TENANT, by(ALICE), 0))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> approvals.need(TENANT, by(ALICE), 3))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new PolicyRequest(ALICE, "x".repeat(1001), Optional.empty()))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void tenant_created_hasDefaultPoliciesOfItsOwn() throws Exception {
    Tenant other = new Tenant("other");
    assertThat(fixture.admin().hasTenant(other)).isFalse();

    assertThat(fixture.admin().createTenant(other, "alice")).isTrue();

    assertThat(fixture.admin().createTenant(other, "alice")).isFalse();
    assertThat(fixture.admin().tenants()).containsExactly(TENANT, other);
    policies.putRelease(other, by(ALICE), ReleasePolicy.Rego.of(ALLOW));
    assertThat(policies.versions(other, RELEASE)).hasSize(2);
    assertThat(policies.versions(TENANT, RELEASE)).hasSize(1);
    assertThat(approvals.needed(other)).isEqualTo(1);
  }

  @Test
  void proposals_surviveARestart() throws Exception {
    demandTwo();
    long number = proposed(ALICE, ALLOW);
    fixture.restart(store -> store);
    Approvals again = fixture.core().approvals();

    assertThat(again.needed(TENANT)).isEqualTo(2);
    assertThat(again.approve(TENANT, BOB, number, Optional.empty()))
        .isInstanceOfSatisfying(
            ChangeOutcome.InForce.class, made -> assertThat(made.version()).isEqualTo(2));
  }
}
