package io.vouchsafe.evidence.tpm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.evidence.Anchor;
import io.vouchsafe.evidence.ExpectedBinding;
import io.vouchsafe.evidence.VerifiedEvidence;
import io.vouchsafe.testkit.tpm.BootLog;
import io.vouchsafe.testkit.tpm.SoftTpm;
import io.vouchsafe.tpm.EventLog;
import io.vouchsafe.tpm.TpmCommands;
import io.vouchsafe.tpm.TpmtPublic;
import io.vouchsafe.verdict.CheckResult;
import io.vouchsafe.verdict.Code;
import io.vouchsafe.verdict.RefusedException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Evidence of a TPM as a whole, its key, its init-data and its log.
class TpmVerifierTest extends TpmVerifierTestCase {
  @Test
  void evidence_valid_givesEveryClaim() throws Exception {
    VerifiedEvidence verified = accepted(valid().build());
    Json.Obj claims = verified.claims();
    assertThat(claims.string("report_data")).isEqualTo(REPORT_DATA.slice(0, 32).hex());
    assertThat(claims.string("init_data")).isEqualTo(TPM.pcrs().get(8).hex());
    assertThat(claims.string("ak_public")).isEqualTo(TPM.akPublic().base64());
    assertThat(claims.string("ak_name")).isEqualTo(TPM.akArea().name().hex());
    assertThat(claims.string("ek_digest")).isEqualTo(TPM.ekDigest().hex());
    assertThat(claims.string("pcr00")).isEqualTo(TPM.pcrs().get(0).hex());
    assertThat(claims.string("pcr23")).isEqualTo(TPM.pcrs().get(23).hex());
    Json.Obj boot = claims.object("boot");
    assertThat(boot.string("kernel")).isEqualTo(KERNEL.hex());
    assertThat(boot.string("command_line")).isEqualTo(COMMAND_LINE.hex());
    assertThat(boot.string("initrd")).isEqualTo(INITRD.hex());
    assertThat(boot.array("firmware")).hasSize(1);
    assertThat(claims.array("uefi_event_logs"))
        .anySatisfy(event -> assertThat(event.compact()).contains(KERNEL.hex(), "SHA-256"));
    assertThat(verified.anchor()).isEqualTo(Anchor.OPERATOR_NAMED);
    assertThat(verified.checks()).hasSize(TpmCheck.values().length);
    assertThat(verified.checks()).allMatch(c -> c.outcome() == CheckResult.Outcome.PASSED);
  }

  @Test
  void evidence_verifiedTwice_givesTheSameClaims() throws Exception {
    Json evidence = valid().build();
    assertThat(accepted(evidence).claims()).isEqualTo(accepted(evidence).claims());
  }

  @Test
  void reportData_wholeDigestPaddedTo64_isAccepted() throws Exception {
    TpmCommands.QuoteResult quote = TPM.quote(REPORT_DATA.fit(64), BOOT);
    assertThat(accepted(valid().quote(quote).build()).tee()).isEqualTo("tpm");
  }

  @Test
  void evidence_bareWithListedKey_isAcceptedWithoutBootClaims() throws Exception {
    TpmVerifier listing =
        new TpmVerifier((name, spki) ->
            name.isEmpty() && spki.equals(TPM.akPublic())
                ? Optional.of(new AkOrigin.Listed())
                : Optional.empty());
    VerifiedEvidence verified = listing.verify(valid().bare().build(), BINDING, NOW);
    assertThat(verified.claims().members())
        .doesNotContainKeys("boot", "ak_name", "ek_digest")
        .containsKey("pcr04");
    assertThat(verified.checks())
        .filteredOn(c -> c.outcome() == CheckResult.Outcome.NOT_CHECKED)
        .extracting(CheckResult::check)
        .containsExactly(
            TpmCheck.AK_KEY.id(), TpmCheck.AK_ATTRIBUTES.id(), TpmCheck.EVENT_LOG.id());
  }

  @Test
  void evidence_withoutExpectedInitData_isNotCheckedThere() throws Exception {
    TPM.boot(TPM.eventLog());
    VerifiedEvidence verified =
        verifier.verify(valid().build(), new ExpectedBinding(REPORT_DATA, Optional.empty()), NOW);
    assertThat(verified.checks())
        .filteredOn(c -> c.outcome() == CheckResult.Outcome.NOT_CHECKED)
        .extracting(CheckResult::check)
        .containsExactly(TpmCheck.INIT_DATA.id());
  }

  @Test
  void key_madeUpByTheCaller_isNotTrusted() {
    assertRefused(
        OTHER.evidence().reportData(REPORT_DATA).build(), TpmCheck.AK_TRUST, Code.AK_NOT_TRUSTED);
  }

  @Test
  void key_madeUpButSpeakingOfTheTrustedOne_isNotTrusted() {
    // Names the enrolled key's public area beside its own key.
    Json.Obj evidence =
        OTHER
            .evidence()
            .reportData(REPORT_DATA)
            .build()
            .with("ak_tpmt", Json.of(TPM.akArea().raw().base64()));
    assertRefused(evidence, TpmCheck.AK_KEY, Code.AK_NOT_TRUSTED);
  }

  @Test
  void key_enrolledButBare_isNotTrusted() {
    TpmVerifier careless =
        new TpmVerifier((name, spki) -> Optional.of(new AkOrigin.Enrolled(TPM.ekDigest())));
    assertRefused(
        careless, valid().bare().build(), BINDING, TpmCheck.AK_TRUST, Code.AK_NOT_TRUSTED);
  }

  @Test
  void quote_signedByAnotherKey_isInvalid() {
    TpmCommands.QuoteResult foreign = OTHER.quote(REPORT_DATA.fit(32), BOOT);
    assertRefused(
        valid().quote(foreign).build(), TpmCheck.QUOTE_SIGNATURE, Code.QUOTE_SIGNATURE_INVALID);
  }

  @ParameterizedTest
  @ValueSource(
      ints = {
        TpmtPublic.FIXED_TPM,
        TpmtPublic.FIXED_PARENT,
        TpmtPublic.SENSITIVE_DATA_ORIGIN,
        TpmtPublic.RESTRICTED,
        TpmtPublic.SIGN,
        TpmtPublic.DECRYPT
      })
  void key_withOneAttributeWrong_isRefused(int attribute) {
    SoftTpm weak = TPM.withOtherKey((TpmtPublic.AK_REQUIRED | TpmtPublic.NO_DA) ^ attribute);
    TpmVerifier trusting =
        new TpmVerifier((name, spki) -> Optional.of(new AkOrigin.Enrolled(weak.ekDigest())));
    assertRefused(
        trusting,
        weak.evidence().reportData(REPORT_DATA).build(),
        BINDING,
        TpmCheck.AK_ATTRIBUTES,
        Code.KEY_ATTRIBUTES);
  }

  @Test
  void nonce_ofAnotherSession_isRefused() {
    assertRefused(
        TPM.evidence().reportData(digest("another session")).build(),
        TpmCheck.REPORT_DATA,
        Code.REPORT_DATA_MISMATCH);
  }

  @Test
  void reportData_empty_isRefusedEvenWhereTheQuoteBindsNothing() {
    assertRefused(
        verifier,
        TPM.evidence().reportData(Bytes.zeros(32)).build(),
        new ExpectedBinding(Bytes.EMPTY, Optional.of(INIT_DATA)),
        TpmCheck.REPORT_DATA,
        Code.REPORT_DATA_MISMATCH);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 16, 31, 33, 48, 63})
  void reportData_ofAnotherLength_isRefused(int length) {
    assertRefused(
        valid().quote(TPM.quote(REPORT_DATA.fit(64).slice(0, length), BOOT)).build(),
        TpmCheck.REPORT_DATA,
        Code.REPORT_DATA_MISMATCH);
  }

  @Test
  void initData_otherThanMeasured_isRefused() {
    assertRefused(
        verifier,
        valid().build(),
        new ExpectedBinding(REPORT_DATA, Optional.of(digest("other init-data"))),
        TpmCheck.INIT_DATA,
        Code.INIT_DATA_MISMATCH);
  }

  @Test
  void initData_extendedTwice_isRefused() {
    TPM.measureInitData(INIT_DATA);
    assertRefused(valid().build(), TpmCheck.INIT_DATA, Code.INIT_DATA_MISMATCH);
  }

  @Test
  void initData_withSha384_isRefusedInWords() {
    ExpectedBinding binding = new ExpectedBinding(REPORT_DATA, Optional.of(Bytes.zeros(48)));
    assertThatThrownBy(() -> verifier.verify(valid().build(), binding, NOW))
        .isInstanceOf(RefusedException.class)
        .hasMessageContaining("algorithm sha256");
  }

  @Test
  void log_ofAnotherBoot_doesNotReplay() {
    assertRefused(
        valid().eventLog(BootLog.direct(digest("other kernel"), COMMAND_LINE, INITRD)).build(),
        TpmCheck.EVENT_LOG,
        Code.EVENTLOG_MISMATCH);
  }

  @Test
  void log_withAnEventLeftOut_doesNotReplay() {
    Bytes log = new BootLog().measured(0, EventLog.EV_SEPARATOR, Bytes.zeros(4)).toBytes();
    assertRefused(valid().eventLog(log).build(), TpmCheck.EVENT_LOG, Code.EVENTLOG_MISMATCH);
  }

  @Test
  void log_cutAnywhere_isRefused() {
    Bytes log = TPM.eventLog();
    for (int size = 0; size < log.size(); size += 29) {
      Json evidence = valid().eventLog(log.slice(0, size)).build();
      assertThatThrownBy(() -> accepted(evidence))
          .as("cut to %d", size)
          .isInstanceOfSatisfying(
              RefusedException.class,
              e -> assertThat(e.refusal().check()).isEqualTo(TpmCheck.EVENT_LOG.id()));
    }
  }

  @Test
  void log_withEventsAppendedByTheGuest_tellsNoCommandLine() throws Exception {
    // A guest with another command line extends the good one afterwards and renames the events.
    Bytes evil = digest("evil command line");
    BootLog log = new BootLog();
    log.event(9, 0xD, evil, Bytes.EMPTY);
    log.tag(9, 0x8F3B_22EDL, COMMAND_LINE, "LOADED_IMAGE::LoadOptions");
    log.tag(9, 0x8F3B_22ECL, INITRD, "Linux initrd");
    TPM.boot(log.toBytes());
    TPM.measureInitData(INIT_DATA);
    Json.Obj boot = accepted(valid().build()).claims().object("boot");
    assertThat(boot.members()).doesNotContainKeys("command_line", "initrd", "kernel");
  }

  @Test
  void log_withSecondApplication_tellsNoKernel() throws Exception {
    BootLog log = new BootLog();
    log.event(4, EventLog.EV_EFI_BOOT_SERVICES_APPLICATION, KERNEL, Bytes.zeros(32));
    log.event(4, EventLog.EV_EFI_BOOT_SERVICES_APPLICATION, digest("other"), Bytes.zeros(32));
    log.measured(4, EventLog.EV_SEPARATOR, Bytes.zeros(4));
    TPM.boot(log.toBytes());
    TPM.measureInitData(INIT_DATA);
    assertThat(accepted(valid().build()).claims().object("boot").members())
        .doesNotContainKey("kernel");
  }

  @ParameterizedTest
  @ValueSource(strings = {"tpm_quote", "ak_public"})
  void member_missing_isMalformed(String name) {
    assertRefused(valid().build().without(name), TpmCheck.EVIDENCE_FORMAT, Code.MALFORMED);
  }

  @ParameterizedTest
  @ValueSource(strings = {"ak_public", "ak_tpmt", "event_log"})
  void member_notBase64_isMalformed(String name) {
    assertRefused(
        valid().build().with(name, Json.of("no base64!")),
        TpmCheck.EVIDENCE_FORMAT,
        Code.MALFORMED);
  }

  @ParameterizedTest
  @ValueSource(strings = {"ak_public", "ak_tpmt", "event_log"})
  void member_beyondItsBound_isOversized(String name) {
    assertRefused(
        valid().build().with(name, Json.of("AAAA".repeat(400_000))),
        TpmCheck.EVIDENCE_FORMAT,
        Code.OVERSIZED);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 23, 25})
  void registers_notTwentyFour_areMalformed(int count) {
    List<Bytes> values = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      values.add(Bytes.zeros(32));
    }
    assertRefused(valid().pcrs(values).build(), TpmCheck.EVIDENCE_FORMAT, Code.MALFORMED);
  }

  @ParameterizedTest
  @EnumSource(TpmCheck.class)
  void check_hasIdTitleAndCodes(TpmCheck check) {
    assertThat(check.id()).matches("tpm(\\.[a-z][a-z-]*)+");
    assertThat(check.title()).isNotBlank().doesNotEndWith(".");
    assertThat(check.codes()).isNotEmpty();
  }
}
