package io.vouchsafe.trust.core;

import static io.vouchsafe.trust.core.CoreFixture.TENANT;
import static org.assertj.core.api.Assertions.assertThat;

import io.vouchsafe.appraisal.AttestationPolicy;
import io.vouchsafe.appraisal.AttestationResult;
import io.vouchsafe.appraisal.DecisionTime;
import io.vouchsafe.appraisal.EarIdentity;
import io.vouchsafe.trust.store.Snapshot;
import io.vouchsafe.trust.store.Tenant;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class AppraisedTest extends CoreTestCase {
  private final Appraised appraised = new Appraised();
  private AttestationResult result;
  private Snapshot snapshot;

  @BeforeEach
  void attest() throws Exception {
    result = fixture.attested(fixture.tpm());
    snapshot = fixture.store().snapshot(TENANT);
    appraised.remember(TENANT, result, snapshot, fixture.now());
  }

  @Test
  void result_onTheStateItWasAppraisedOn_holds() {
    assertThat(appraised.holds(TENANT, result, snapshot, fixture.now())).isTrue();
    assertThat(appraised.holds(TENANT, result, snapshot, fixture.now().plus(Duration.ofDays(29))))
        .isTrue();
  }

  @Test
  void result_afterAnyChange_doesNotHold() throws Exception {
    fixture
        .core()
        .references()
        .add(TENANT, Administrator.of("test"), List.of(CoreFixture.initData(CoreFixture.KERNEL)));
    Snapshot changed = fixture.store().snapshot(TENANT);
    assertThat(appraised.holds(TENANT, result, changed, fixture.now())).isFalse();
  }

  @Test
  void result_onceAValueCameToItsEnd_doesNotHold() {
    assertThat(
            appraised.holds(TENANT, result, snapshot, CoreFixture.START.plus(Duration.ofDays(30))))
        .isFalse();
  }

  @Test
  void result_ofAnotherTenant_doesNotHold() {
    assertThat(appraised.holds(new Tenant("other"), result, snapshot, fixture.now())).isFalse();
  }

  @Test
  void result_thatOnlyBearsTheSameId_doesNotHold() {
    AttestationResult same =
        result.again(
            AttestationPolicy.DEFAULT,
            snapshot.referenceValues(),
            new DecisionTime(fixture.now(), () -> 0));
    assertThat(same.id()).isEqualTo(result.id());
    assertThat(appraised.holds(TENANT, same, snapshot, fixture.now())).isFalse();
  }

  @Test
  void results_moreThanTheBound_areForgotten() {
    for (int i = 0; i < Appraised.MAX + 10; i++) {
      AttestationResult other =
          AttestationResult.issue(
              EarIdentity.VOUCHSAFE,
              "id" + i,
              result.submodules(),
              fixture.now(),
              Duration.ofMinutes(5));
      appraised.remember(TENANT, other, snapshot, fixture.now());
    }
    assertThat(appraised.size()).isEqualTo(Appraised.MAX);
    assertThat(appraised.holds(TENANT, result, snapshot, fixture.now())).isFalse();
  }
}
