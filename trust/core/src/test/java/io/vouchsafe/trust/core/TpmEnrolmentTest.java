package io.vouchsafe.trust.core;

import static io.vouchsafe.trust.core.CoreFixture.TENANT;
import static org.assertj.core.api.Assertions.assertThat;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.SecretBytes;
import io.vouchsafe.testkit.tpm.SoftTpm;
import io.vouchsafe.tpm.TpmtPublic;
import io.vouchsafe.trust.store.AkBinding;
import io.vouchsafe.trust.store.Tenant;
import io.vouchsafe.verdict.Code;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class TpmEnrolmentTest extends CoreTestCase {
  private final SoftTpm machine = CoreFixture.second();

  private TpmEnrolment.Offer enroll(Bytes ekCertificate, Bytes akArea)
      throws TransactionRefusedException {
    return fixture
        .core()
        .enrolment()
        .enroll(TENANT, List.of(ekCertificate), Optional.empty(), akArea);
  }

  private Bytes activate(String id, SecretBytes secret) throws TransactionRefusedException {
    return fixture.core().enrolment().activate(TENANT, id, secret);
  }

  @Test
  void machine_thatOpensTheCredential_isBoundAndRecorded() throws Exception {
    TpmEnrolment.Offer offer = enroll(machine.ekCertificate(), machine.akArea().raw());
    assertThat(activate(offer.id(), machine.activate(offer.credential())))
        .isEqualTo(machine.akArea().name());
    AkBinding binding = fixture.store().akBinding(TENANT, machine.akArea().name()).orElseThrow();
    assertThat(binding.ekDigest()).isEqualTo(machine.ekDigest());
    assertThat(fixture.last().kind()).isEqualTo("enrol");
    assertThat(fixture.last().body().string("ak_name")).isEqualTo(machine.akArea().name().hex());
  }

  @Test
  void offer_overARestart_isStillGoodOnce() throws Exception {
    TpmEnrolment.Offer offer = enroll(machine.ekCertificate(), machine.akArea().raw());
    fixture.restart(store -> store);
    SecretBytes secret = machine.activate(offer.credential());
    assertThat(activate(offer.id(), secret)).isEqualTo(machine.akArea().name());
    assertThrowsRefused(Code.SESSION_UNKNOWN, () -> activate(offer.id(), secret));
    fixture.restart(store -> store);
    assertThrowsRefused(Code.SESSION_UNKNOWN, () -> activate(offer.id(), secret));
  }

  @Test
  void machine_enrolledAgain_isFine() throws Exception {
    fixture.enrol(machine);
    fixture.enrol(machine);
    assertThat(fixture.store().akBinding(TENANT, machine.akArea().name())).isPresent();
  }

  @Test
  void secret_wrong_isRefusedAndUsedUpAfterThree() throws Exception {
    TpmEnrolment.Offer offer = enroll(machine.ekCertificate(), machine.akArea().raw());
    SecretBytes right = machine.activate(offer.credential());
    for (int i = 0; i < 3; i++) {
      assertThrowsRefused(
          Code.CREDENTIAL_INVALID,
          () -> activate(offer.id(), SecretBytes.take(new byte[right.size()])));
    }
    assertThrowsRefused(Code.NONCE_CONSUMED, () -> activate(offer.id(), right));
    assertThat(fixture.store().akBinding(TENANT, machine.akArea().name())).isEmpty();
  }

  @Test
  void secret_ofAnotherOffer_isRefused() throws Exception {
    TpmEnrolment.Offer mine = enroll(machine.ekCertificate(), machine.akArea().raw());
    SoftTpm other = fixture.tpm();
    TpmEnrolment.Offer theirs = enroll(other.ekCertificate(), other.akArea().raw());
    assertThrowsRefused(
        Code.CREDENTIAL_INVALID, () -> activate(theirs.id(), machine.activate(mine.credential())));
  }

  @Test
  void attestationKey_boundToAnotherMachine_isRefusedAndRecorded() throws Exception {
    fixture.enrol(machine);
    SoftTpm thief = fixture.tpm();
    assertThrowsRefused(
        Code.AK_BOUND_TO_OTHER_EK, () -> enroll(thief.ekCertificate(), machine.akArea().raw()));
    assertThat(fixture.last().body().object("refusal").string("code"))
        .isEqualTo("AK_BOUND_TO_OTHER_EK");
  }

  @Test
  void attestationKey_boundMeanwhile_isRefusedAtActivation() throws Exception {
    TpmEnrolment.Offer offer = enroll(machine.ekCertificate(), machine.akArea().raw());
    AkBinding first = new AkBinding(machine.akArea().name(), machine.akPublic(), Bytes.zeros(32));
    fixture.store().write(TENANT, tx -> tx.bindAk(first));
    assertThrowsRefused(
        Code.AK_BOUND_TO_OTHER_EK,
        () -> activate(offer.id(), machine.activate(offer.credential())));
  }

  @Test
  void endorsementKey_ofUnknownAuthority_isRefused() {
    SoftTpm stranger = CoreFixture.stranger();
    assertThrowsRefused(
        Code.CHAIN_INVALID, () -> enroll(stranger.ekCertificate(), stranger.akArea().raw()));
  }

  @Test
  void attestationKey_thatIsNotRestricted_isRefused() {
    SoftTpm loose =
        SoftTpm.create(CoreFixture.authority(), TpmtPublic.AK_REQUIRED & ~TpmtPublic.RESTRICTED);
    assertThrowsRefused(
        Code.KEY_ATTRIBUTES, () -> enroll(loose.ekCertificate(), loose.akArea().raw()));
  }

  @Test
  void attestationKey_malformed_isRefused() {
    Bytes area = machine.akArea().raw();
    assertThrowsRefused(
        Code.MALFORMED, () -> enroll(machine.ekCertificate(), area.slice(0, area.size() - 1)));
    assertThrowsRefused(Code.MALFORMED, () -> enroll(machine.ekCertificate(), Bytes.EMPTY));
  }

  @Test
  void endorsementChain_malformed_isRefused() {
    assertThrowsRefused(Code.MALFORMED, () -> enroll(Bytes.of((byte) 1), machine.akArea().raw()));
  }

  @Test
  void endorsementArea_malformed_isRefused() {
    assertThrowsRefused(
        Code.MALFORMED,
        () ->
            fixture
                .core()
                .enrolment()
                .enroll(
                    TENANT,
                    List.of(machine.ekCertificate()),
                    Optional.of(Bytes.of((byte) 1)),
                    machine.akArea().raw()));
  }

  @Test
  void offer_pastItsEnd_isRefused() throws Exception {
    TpmEnrolment.Offer offer = enroll(machine.ekCertificate(), machine.akArea().raw());
    fixture.move(Duration.ofMinutes(5));
    assertThrowsRefused(
        Code.SESSION_EXPIRED, () -> activate(offer.id(), machine.activate(offer.credential())));
  }

  @Test
  void offer_ofAnotherTenant_isUnknown() throws Exception {
    TpmEnrolment.Offer offer = enroll(machine.ekCertificate(), machine.akArea().raw());
    assertThrowsRefused(
        Code.SESSION_UNKNOWN,
        () ->
            fixture
                .core()
                .enrolment()
                .activate(new Tenant("other"), offer.id(), machine.activate(offer.credential())));
  }
}
