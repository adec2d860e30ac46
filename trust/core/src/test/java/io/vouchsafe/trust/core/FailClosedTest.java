package io.vouchsafe.trust.core;

import static io.vouchsafe.trust.core.CoreFixture.TENANT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vouchsafe.appraisal.AttestationResult;
import io.vouchsafe.appraisal.ReleasePolicy;
import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.trust.store.AkBinding;
import io.vouchsafe.trust.store.Snapshot;
import io.vouchsafe.trust.store.Store;
import io.vouchsafe.trust.store.StoreException;
import io.vouchsafe.trust.store.StoredPolicy;
import io.vouchsafe.trust.store.Tenant;
import io.vouchsafe.verdict.Code;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/// Nothing is given away on a store that cannot be written, read or believed.
class FailClosedTest extends CoreTestCase {
  /// Fails in the ways that it is told to.
  private static final class Failing extends StoreWrapper {
    private boolean writes;
    private boolean reads;

    Failing(Store store) {
      super(store);
    }

    private static StoreException failure() {
      return new StoreException(Code.STORE_UNAVAILABLE, "on purpose");
    }

    @Override
    public <T> T write(Tenant tenant, Work<T> work) throws StoreException {
      if (writes) {
        throw failure();
      }
      return super.write(tenant, work);
    }

    @Override
    public <T> T writeInOrder(Tenant tenant, Work<T> work) throws StoreException {
      if (writes) {
        throw failure();
      }
      return super.writeInOrder(tenant, work);
    }

    @Override
    public Snapshot snapshot(Tenant tenant) throws StoreException {
      if (reads) {
        throw failure();
      }
      return super.snapshot(tenant);
    }

    @Override
    public Optional<AkBinding> akBinding(Tenant tenant, Bytes akName) throws StoreException {
      if (reads) {
        throw failure();
      }
      return super.akBinding(tenant, akName);
    }
  }

  private Failing failing() throws Exception {
    fixture.restart(Failing::new);
    return (Failing) fixture.store();
  }

  @Test
  void store_unwritable_neitherAttestsNorReleases() throws Exception {
    Failing store = failing();
    AttestationResult result = fixture.attested(fixture.tpm());
    store.writes = true;
    assertRefused(Code.STORE_UNAVAILABLE, fixture.release(result));
    assertRefused(Code.STORE_UNAVAILABLE, fixture.attest(fixture.tpm()));
    assertThatThrownBy(() -> fixture.putResource("new"))
        .isInstanceOf(TransactionRefusedException.class);
    store.writes = false;
    assertThat(fixture.release(result)).isInstanceOf(Decision.Granted.class);
  }

  @Test
  void store_unwritableForPolicyRefusal_isRefusedWithTheStoresCode() throws Exception {
    Failing store = failing();
    AttestationResult result = fixture.attested(fixture.tpm());
    fixture.admin().putReleasePolicy(TENANT, "test", ReleasePolicy.builtIn("deny-all"));
    store.writes = true;
    assertRefused(Code.STORE_UNAVAILABLE, fixture.release(result));
  }

  @Test
  void store_unreadable_isNotTakenForAnUntrustedKey() throws Exception {
    Failing store = failing();
    AttestationResult result = fixture.attested(fixture.tpm());
    store.reads = true;
    assertRefused(Code.STORE_UNAVAILABLE, fixture.attest(fixture.tpm()));
    assertRefused(Code.STORE_UNAVAILABLE, fixture.release(result));
  }

  @Test
  void store_closed_isRefused() throws Exception {
    AttestationResult result = fixture.attested(fixture.tpm());
    fixture.close();
    assertRefused(Code.STORE_UNAVAILABLE, fixture.release(result));
  }

  @Test
  void clock_steppedBack_isRefusedAtEveryStep() throws Exception {
    AttestationResult result = fixture.attested(fixture.tpm());
    Challenge open = fixture.challenge("tpm");
    fixture.move(Duration.ofMinutes(-1));
    assertRefused(Code.CLOCK_STEPPED_BACK, fixture.release(result));
    assertRefused(
        Code.CLOCK_STEPPED_BACK,
        fixture
            .core()
            .attest(
                TENANT,
                open.sessionId(),
                CoreFixture.answer(open.nonce(), CoreFixture.quote(fixture.tpm(), open.nonce()))));
    assertThatThrownBy(() -> fixture.challenge("tpm"))
        .isInstanceOfSatisfying(
            TransactionRefusedException.class,
            e -> assertThat(e.refused().code()).isEqualTo(Code.CLOCK_STEPPED_BACK));
    fixture.move(Duration.ofMinutes(1));
    assertThat(fixture.release(result)).isInstanceOf(Decision.Granted.class);
  }

  /// Revokes the policy after a decision was taken and before it is recorded.
  private static final class RevokingMeanwhile extends StoreWrapper {
    private boolean armed;

    RevokingMeanwhile(Store store) {
      super(store);
    }

    @Override
    public <T> T write(Tenant tenant, Work<T> work) throws StoreException {
      if (armed) {
        armed = false;
        super.write(tenant, tx -> tx.revokePolicy(StoredPolicy.Kind.RELEASE, Policies.RELEASE_ID));
      }
      return super.write(tenant, work);
    }
  }

  @Test
  void policy_revokedBetweenDecisionAndRecord_counts() throws Exception {
    fixture.restart(RevokingMeanwhile::new);
    AttestationResult result = fixture.attested(fixture.tpm());
    ((RevokingMeanwhile) fixture.store()).armed = true;
    assertRefused(Code.POLICY_REVOKED, fixture.release(result));
  }

  /// Changes something before every write.
  private static final class Restless extends StoreWrapper {
    private boolean armed;

    Restless(Store store) {
      super(store);
    }

    @Override
    public <T> T write(Tenant tenant, Work<T> work) throws StoreException {
      if (armed) {
        super.write(tenant, tx -> tx.deleteReferenceValues("nothing of that name"));
      }
      return super.write(tenant, work);
    }
  }

  @Test
  void state_thatNeverHoldsStill_isRefusedInTheEnd() throws Exception {
    fixture.restart(Restless::new);
    AttestationResult result = fixture.attested(fixture.tpm());
    ((Restless) fixture.store()).armed = true;
    assertRefused(Code.STORE_UNAVAILABLE, fixture.release(result));
  }
}
