package io.vouchsafe.trust.store;

import static io.vouchsafe.trust.store.StoreFixture.body;
import static org.assertj.core.api.Assertions.assertThat;

import io.vouchsafe.encoding.Json;
import io.vouchsafe.verdict.Code;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Policies, proposals and settings.
class StoredPoliciesTest extends StoreTestCase {
  @Test
  void policy_neverPut_isMissing() throws StoreException {
    assertThat(snapshot().policy(StoredPolicy.Kind.RELEASE, "release"))
        .isEqualTo(new PolicyState.Missing());
  }

  @Test
  void policy_revoked_isRevokedUntilPutAgain() throws StoreException {
    Store store = fixture.store();
    store.write(
        TENANT,
        tx ->
            tx.putPolicy(StoredPolicy.Kind.RELEASE, "release", body("one"), PolicyOrigin.of("me")));
    assertThat(
            store.<Boolean>write(
                TENANT, tx -> tx.revokePolicy(StoredPolicy.Kind.RELEASE, "release")))
        .isTrue();
    fixture.reopen();
    assertThat(snapshot().policy(StoredPolicy.Kind.RELEASE, "release"))
        .isEqualTo(new PolicyState.Revoked(1));
    fixture
        .store()
        .write(
            TENANT,
            tx ->
                tx.putPolicy(
                    StoredPolicy.Kind.RELEASE, "release", body("two"), PolicyOrigin.of("me")));
    assertThat(snapshot().policy(StoredPolicy.Kind.RELEASE, "release"))
        .isInstanceOfSatisfying(
            PolicyState.Active.class, active -> assertThat(active.policy().version()).isEqualTo(2));
    assertThat(fixture.store().policies(TENANT, StoredPolicy.Kind.RELEASE, "release"))
        .extracting(StoredPolicy::version)
        .containsExactly(1L, 2L);
  }

  @Test
  void policy_bodyTampered_storeDoesNotOpen() throws Exception {
    fixture
        .store()
        .write(
            TENANT,
            tx ->
                tx.putPolicy(
                    StoredPolicy.Kind.RELEASE, "release", body("one"), PolicyOrigin.of("me")));
    fixture.tamper("UPDATE policy SET body = '{\"note\":\"two\"}'");
    assertRefused(Code.STORE_CORRUPT, () -> fixture.reopen());
  }

  @Test
  void policy_pointerTampered_storeDoesNotOpen() throws Exception {
    Store store = fixture.store();
    store.write(
        TENANT,
        tx ->
            tx.putPolicy(StoredPolicy.Kind.RELEASE, "release", body("one"), PolicyOrigin.of("me")));
    store.write(TENANT, tx -> tx.revokePolicy(StoredPolicy.Kind.RELEASE, "release"));
    fixture.tamper("UPDATE policy_active SET revoked = 0");
    assertRefused(Code.STORE_CORRUPT, () -> fixture.reopen());
  }

  @Test
  void policy_whoseApprovalOrCommentWasChanged_isCorrupt() throws Exception {
    putPolicy("one", new PolicyOrigin("me", "another", "why"));
    for (String change : List.of("approved_by=''", "comment='because'", "by_whom='other'")) {
      fixture.tamper("UPDATE policy SET " + change);
      assertRefused(Code.STORE_CORRUPT, () -> fixture.reopen());
      fixture.tamper("UPDATE policy SET approved_by='another', comment='why', by_whom='me'");
    }
    fixture.reopen();
  }

  @Test
  void proposal_waitsUntilItIsEnded_andItsNumberIsNotUsedAgain() throws Exception {
    Json.Obj change = body("a change");
    long first = fixture.store().write(TENANT, tx -> tx.propose(change, "me", "me, an admin"));
    fixture.reopen();
    assertThat(fixture.store().proposals(TENANT))
        .containsExactly(
            new StoredProposal(first, change, "me", "me, an admin", StoreFixture.START));
    assertThat(fixture.store().proposals(new Tenant("other"))).isEmpty();
    assertThat(fixture.store().proposal(TENANT, first)).isPresent();
    assertThat(fixture.store().proposal(TENANT, first + 1)).isEmpty();
    assertThat(fixture.store().proposal(new Tenant("other"), first)).isEmpty();
    long elsewhere = fixture.store().write(new Tenant("other"), tx -> tx.waitingProposals());
    assertThat(elsewhere).isZero();

    fixture
        .store()
        .write(
            TENANT,
            tx -> {
              assertThat(tx.proposal(first)).isPresent();
              assertThat(tx.waitingProposals()).isEqualTo(1);
              tx.endProposal(first);
              assertThat(tx.waitingProposals()).isZero();
              return tx.proposal(first);
            });

    assertThat(fixture.store().proposals(TENANT)).isEmpty();
    long next = fixture.store().write(TENANT, tx -> tx.propose(change, "me", "me"));
    assertThat(next).isGreaterThan(first);
  }

  @Test
  void proposal_orSetting_thatWasChanged_isCorrupt() throws Exception {
    fixture.store().write(TENANT, tx -> tx.propose(body("a change"), "me", "me"));
    fixture
        .store()
        .write(
            TENANT,
            tx -> {
              tx.putSetting("approvals", 2);
              return tx.setting("approvals", 1);
            });
    fixture.tamper("UPDATE proposal SET identity='another'");
    fixture.reopen();
    assertRefused(Code.STORE_CORRUPT, () -> fixture.store().proposals(TENANT));
    assertRefused(Code.STORE_CORRUPT, () -> fixture.store().proposal(TENANT, 1));
    assertThat(fixture.store().setting(TENANT, "approvals", 1)).isEqualTo(2);
    fixture.tamper("UPDATE setting SET value=1");
    fixture.reopen();
    assertRefused(Code.STORE_CORRUPT, () -> fixture.store().setting(TENANT, "approvals", 1));
  }
}
