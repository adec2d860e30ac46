package io.vouchsafe.trust.core;

import static io.vouchsafe.trust.core.CoreFixture.PATH;
import static io.vouchsafe.trust.core.CoreFixture.TENANT;
import static org.assertj.core.api.Assertions.assertThat;

import io.vouchsafe.appraisal.AttestationPolicy;
import io.vouchsafe.appraisal.AttestationResult;
import io.vouchsafe.appraisal.ReleasePolicy;
import io.vouchsafe.trust.store.StoredPolicy;
import io.vouchsafe.trust.store.Tenant;
import io.vouchsafe.verdict.Code;
import org.junit.jupiter.api.Test;

/// Which policy decides, and what happens where none does.
class PolicyInForceTest extends CoreTestCase {
  @Test
  void releasePolicy_revokedAfterAttestation_nothingIsReleasedUntilPutAgain() throws Exception {
    AttestationResult result = fixture.attested(fixture.tpm());
    assertThat(
            fixture
                .core()
                .policies()
                .revoke(TENANT, Administrator.of("test"), StoredPolicy.Kind.RELEASE))
        .isTrue();
    assertRefused(Code.POLICY_REVOKED, fixture.release(result));
    fixture.restart(store -> store);
    assertRefused(Code.POLICY_REVOKED, fixture.release(result));
    fixture.admin().putReleasePolicy(TENANT, "test", ReleasePolicy.DEFAULT);
    assertThat(value(fixture.release(result))).isEqualTo(CoreFixture.VALUE);
  }

  @Test
  void releasePolicy_denyAll_isRefused() throws Exception {
    AttestationResult result = fixture.attested(fixture.tpm());
    fixture.admin().putReleasePolicy(TENANT, "test", ReleasePolicy.builtIn("deny-all"));
    assertRefused(Code.POLICY_DENIED, fixture.release(result));
  }

  @Test
  void attestationPolicy_revoked_neitherAttestsNorReleases() throws Exception {
    AttestationResult result = fixture.attested(fixture.tpm());
    fixture
        .core()
        .policies()
        .revoke(TENANT, Administrator.of("test"), StoredPolicy.Kind.ATTESTATION);
    assertRefused(Code.POLICY_REVOKED, fixture.release(result));
    assertRefused(Code.POLICY_REVOKED, fixture.attest(fixture.tpm()));
    fixture.admin().putAttestationPolicy(TENANT, "test", AttestationPolicy.DEFAULT);
    assertThat(value(fixture.release(result))).isEqualTo(CoreFixture.VALUE);
  }

  @Test
  void tenant_withoutPolicy_isRefused() throws Exception {
    AttestationResult result = fixture.attested(fixture.tpm());
    assertRefused(
        Code.POLICY_MISSING,
        fixture
            .core()
            .release(
                new Tenant("other"),
                result,
                new ReleaseRequest(new Release.Resource(PATH), "test")));
  }

  @Test
  void resource_missing_isRefusedOnlyAfterThePolicyAllowed() throws Exception {
    AttestationResult result = fixture.attested(fixture.tpm());
    ReleaseRequest request =
        new ReleaseRequest(new Release.Resource("default/image-kek/two"), "test");
    assertRefused(Code.RESOURCE_NOT_FOUND, fixture.core().release(TENANT, result, request));
    fixture.admin().putReleasePolicy(TENANT, "test", ReleasePolicy.builtIn("deny-all"));
    assertRefused(Code.POLICY_DENIED, fixture.core().release(TENANT, result, request));
  }
}
