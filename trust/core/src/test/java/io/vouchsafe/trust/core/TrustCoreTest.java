package io.vouchsafe.trust.core;

import static io.vouchsafe.trust.core.CoreFixture.GUEST_KEY;
import static io.vouchsafe.trust.core.CoreFixture.INIT_DATA;
import static io.vouchsafe.trust.core.CoreFixture.PATH;
import static io.vouchsafe.trust.core.CoreFixture.TENANT;
import static io.vouchsafe.trust.core.CoreFixture.answer;
import static io.vouchsafe.trust.core.CoreFixture.quote;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vouchsafe.appraisal.AttestationPolicy;
import io.vouchsafe.appraisal.AttestationResult;
import io.vouchsafe.appraisal.Provenance;
import io.vouchsafe.appraisal.ReferenceValue;
import io.vouchsafe.appraisal.ReleasePolicy;
import io.vouchsafe.appraisal.TrustTier;
import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.evidence.ExpectedBinding;
import io.vouchsafe.testkit.tpm.BootLog;
import io.vouchsafe.testkit.tpm.SoftTpm;
import io.vouchsafe.tpm.HashAlg;
import io.vouchsafe.trust.store.LedgerEntry;
import io.vouchsafe.trust.store.StoredPolicy;
import io.vouchsafe.trust.store.Tenant;
import io.vouchsafe.trust.store.TrustedAk;
import io.vouchsafe.verdict.Code;
import io.vouchsafe.verdict.RefusedException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrustCoreTest {
  private static final Bytes OTHER = HashAlg.SHA256.digest(Bytes.utf8("something else"));

  @TempDir Path folder;
  private CoreFixture fixture;

  @BeforeEach
  void open() throws Exception {
    fixture = new CoreFixture(folder);
  }

  @AfterEach
  void close() {
    fixture.close();
  }

  private static Refused refused(Object outcome) {
    assertThat(outcome).isInstanceOf(Refused.class);
    return (Refused) outcome;
  }

  private static void assertRefused(Code code, Object outcome) {
    assertThat(refused(outcome).code()).isEqualTo(code);
  }

  private static void assertThrowsRefused(Code code, ThrowingCallable action) {
    assertThatThrownBy(action)
        .isInstanceOfSatisfying(
            TransactionRefusedException.class, e -> assertThat(e.refused().code()).isEqualTo(code));
  }

  private static String value(Decision decision) {
    assertThat(decision).isInstanceOf(Decision.Granted.class);
    return ((Decision.Granted) decision)
        .value()
        .lend(secret -> new String(secret, StandardCharsets.UTF_8));
  }

  /// The code with which the key is refused to a machine that booted that.
  private Refused refusedFor(Bytes kernel, Bytes commandLine, Bytes initrd) throws Exception {
    SoftTpm machine = fixture.otherBoot(kernel, commandLine, initrd);
    return refused(fixture.release(fixture.attested(machine)));
  }

  @Test
  void guest_withRegisteredBootAndInitData_getsTheKey() throws Exception {
    AttestationResult result = fixture.attested(fixture.tpm());
    assertThat(result.affirming()).isTrue();
    assertThat(result.teePublicKey()).contains(GUEST_KEY);
    assertThat(value(fixture.release(result))).isEqualTo(CoreFixture.VALUE);
  }

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
  void resource_changed_newVersionIsGiven() throws Exception {
    AttestationResult result = fixture.attested(fixture.tpm());
    fixture.putResource("rotated");
    Decision.Granted granted = (Decision.Granted) fixture.release(result);
    assertThat(granted.version()).isEqualTo(2);
    assertThat(value(granted)).isEqualTo("rotated");
  }

  @Test
  void commandLine_oneWordMore_isRefusedByName() throws Exception {
    Refused refused = refusedFor(CoreFixture.KERNEL, OTHER, CoreFixture.INITRD);
    assertThat(refused.code()).isEqualTo(Code.COMMAND_LINE_UNEXPECTED);
    assertThat(refused.refusal().check()).isEqualTo("appraisal.tpm.command-line");
    assertThat(refused.refusal().expected()).isEqualTo(CoreFixture.COMMAND_LINE.hex());
    assertThat(refused.refusal().found()).isEqualTo(OTHER.hex());
    assertThat(refused.refusal().remedy()).isNotEmpty();
    assertThat(fixture.last().id()).isEqualTo(refused.id());
    assertThat(fixture.last().body().string("outcome")).isEqualTo("refused");
  }

  @Test
  void initrd_changed_isRefusedByName() throws Exception {
    assertRefused(
        Code.INITRD_UNEXPECTED, refusedFor(CoreFixture.KERNEL, CoreFixture.COMMAND_LINE, OTHER));
  }

  @Test
  void kernel_changed_isRefusedByName() throws Exception {
    assertRefused(
        Code.KERNEL_UNEXPECTED, refusedFor(OTHER, CoreFixture.COMMAND_LINE, CoreFixture.INITRD));
  }

  @Test
  void firmware_changed_isRefusedByName() throws Exception {
    SoftTpm machine =
        fixture.otherBoot(CoreFixture.KERNEL, CoreFixture.COMMAND_LINE, CoreFixture.INITRD);
    BootLog log = new BootLog();
    log.measured(0, 8, Bytes.utf8("another firmware"));
    machine.boot(log.toBytes());
    machine.measureInitData(INIT_DATA);
    assertRefused(Code.FIRMWARE_UNEXPECTED, fixture.release(fixture.attested(machine)));
  }

  @Test
  void boot_withoutLog_isJudgedByWholeRegisters() throws Exception {
    SoftTpm machine = fixture.otherBoot(CoreFixture.KERNEL, OTHER, CoreFixture.INITRD);
    Challenge challenge = fixture.challenge("tpm");
    Bytes bound = CoreFixture.digest(CoreFixture.runtimeData(challenge.nonce(), GUEST_KEY));
    AttestOutcome outcome =
        fixture
            .core()
            .attest(
                TENANT,
                challenge.sessionId(),
                answer(
                    challenge.nonce(),
                    machine.evidence().reportData(bound).withoutEventLog().build()));
    AttestationResult result = ((AttestOutcome.Attested) outcome).result();
    assertRefused(Code.BOOT_STATE_UNEXPECTED, fixture.release(result));
  }

  @Test
  void referenceValues_none_isRefused() throws Exception {
    AttestationResult result = fixture.attested(fixture.tpm());
    fixture.core().references().delete(TENANT, Administrator.of("test"), "tpm_pcr00");
    Refused refused = refused(fixture.release(result));
    assertThat(refused.code()).isEqualTo(Code.NO_REFERENCE_VALUE);
    assertThat(refused.refusal().expected()).contains("tpm_pcr00");
  }

  @Test
  void referenceValue_pastItsEnd_isRefused() throws Exception {
    fixture.core().references().delete(TENANT, Administrator.of("test"), "tpm_initrd");
    ReferenceValue brief =
        new ReferenceValue(
            "tpm_initrd",
            Json.of(CoreFixture.INITRD.hex()),
            fixture.now().plusSeconds(10),
            Provenance.PREDICTED,
            "a test");
    fixture.core().references().add(TENANT, Administrator.of("test"), List.of(brief));
    AttestationResult result = fixture.attested(fixture.tpm());
    assertThat(value(fixture.release(result))).isEqualTo(CoreFixture.VALUE);
    fixture.move(Duration.ofSeconds(10));
    assertRefused(Code.REFERENCE_VALUE_EXPIRED, fixture.release(result));
  }

  @Test
  void initData_notRegistered_isRefused() throws Exception {
    AttestationResult result = fixture.attested(fixture.tpm());
    fixture.admin().replaceReferenceValues(TENANT, "test", List.of(CoreFixture.initData(OTHER)));
    Refused refused = refused(fixture.release(result));
    assertThat(refused.code()).isEqualTo(Code.INIT_DATA_UNEXPECTED);
    assertThat(refused.refusal().found()).isEqualTo(INIT_DATA.hex());
  }

  private AttestOutcome attestWithoutInitData(SoftTpm machine) throws Exception {
    Challenge challenge = fixture.challenge("tpm");
    Json.Obj runtimeData = CoreFixture.runtimeData(challenge.nonce(), GUEST_KEY);
    ExpectedBinding binding =
        new ExpectedBinding(CoreFixture.digest(runtimeData), Optional.empty());
    EvidenceSet.Submission submission =
        new EvidenceSet.Submission("tpm", quote(machine, challenge.nonce()), binding, runtimeData);
    return fixture
        .core()
        .attest(
            TENANT,
            challenge.sessionId(),
            new EvidenceSet(challenge.nonce(), List.of(submission), Optional.empty()));
  }

  @Test
  void initData_measuredButNotSent_isRefusedAtVerification() throws Exception {
    assertRefused(Code.EVENTLOG_MISMATCH, attestWithoutInitData(fixture.tpm()));
  }

  @Test
  void initData_neitherMeasuredNorSent_isRefusedAtRelease() throws Exception {
    fixture
        .tpm()
        .boot(BootLog.direct(CoreFixture.KERNEL, CoreFixture.COMMAND_LINE, CoreFixture.INITRD));
    AttestOutcome outcome = attestWithoutInitData(fixture.tpm());
    AttestationResult result = ((AttestOutcome.Attested) outcome).result();
    assertRefused(Code.INIT_DATA_UNEXPECTED, fixture.release(result));
  }

  @Test
  void initData_otherThanMeasured_isRefusedAtVerification() throws Exception {
    Challenge challenge = fixture.challenge("tpm");
    assertRefused(
        Code.INIT_DATA_MISMATCH,
        fixture
            .core()
            .attest(
                TENANT,
                challenge.sessionId(),
                answer(
                    challenge.nonce(), GUEST_KEY, quote(fixture.tpm(), challenge.nonce()), OTHER)));
  }

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

  @Test
  void quote_ofOneSession_offeredInAnother_isRefusedAndRecorded() throws Exception {
    Challenge mine = fixture.challenge("tpm");
    Challenge theirs = fixture.challenge("tpm");
    Json evidence = quote(fixture.tpm(), theirs.nonce());
    Refused refused =
        refused(fixture.core().attest(TENANT, mine.sessionId(), answer(mine.nonce(), evidence)));
    assertThat(refused.code()).isEqualTo(Code.REPORT_DATA_MISMATCH);
    LedgerEntry entry = fixture.last();
    assertThat(entry.id()).isEqualTo(refused.id());
    assertThat(entry.body().compact()).contains("tpm.quote.signature").contains("\"passed\"");
  }

  @Test
  void quote_withSwappedKey_isRefused() throws Exception {
    Challenge challenge = fixture.challenge("tpm");
    Json evidence = quote(fixture.tpm(), challenge.nonce());
    assertRefused(
        Code.REPORT_DATA_MISMATCH,
        fixture
            .core()
            .attest(
                TENANT,
                challenge.sessionId(),
                answer(challenge.nonce(), CoreFixture.key("thief"), evidence, INIT_DATA)));
  }

  @Test
  void key_thatTheCallerMadeUp_getsNothing() throws Exception {
    SoftTpm selfMade = CoreFixture.stranger();
    assertRefused(Code.AK_NOT_TRUSTED, fixture.attest(selfMade));
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
  void nonce_ofAnotherSession_isRefused() throws Exception {
    Challenge mine = fixture.challenge("tpm");
    Challenge theirs = fixture.challenge("tpm");
    assertRefused(
        Code.NONCE_MISMATCH,
        fixture
            .core()
            .attest(
                TENANT,
                mine.sessionId(),
                answer(theirs.nonce(), quote(fixture.tpm(), theirs.nonce()))));
  }

  @Test
  void challenge_afterTwoFailures_isStillGoodAndAfterThreeIsNot() throws Exception {
    for (int failures : new int[] {2, 3}) {
      Challenge challenge = fixture.challenge("tpm");
      for (int i = 0; i < failures; i++) {
        assertRefused(
            Code.MALFORMED,
            fixture
                .core()
                .attest(TENANT, challenge.sessionId(), answer(challenge.nonce(), Json.of("junk"))));
      }
      AttestOutcome outcome =
          fixture
              .core()
              .attest(
                  TENANT,
                  challenge.sessionId(),
                  answer(challenge.nonce(), quote(fixture.tpm(), challenge.nonce())));
      if (failures < 3) {
        assertThat(outcome).isInstanceOf(AttestOutcome.Attested.class);
      } else {
        assertRefused(Code.NONCE_CONSUMED, outcome);
      }
    }
  }

  @Test
  void failures_countOverARestart() throws Exception {
    Challenge challenge = fixture.challenge("tpm");
    for (int i = 0; i < 3; i++) {
      fixture
          .core()
          .attest(TENANT, challenge.sessionId(), answer(challenge.nonce(), Json.of("junk")));
    }
    fixture.restart(store -> store);
    assertRefused(
        Code.NONCE_CONSUMED,
        fixture
            .core()
            .attest(
                TENANT,
                challenge.sessionId(),
                answer(challenge.nonce(), quote(fixture.tpm(), challenge.nonce()))));
  }

  @Test
  void session_attested_returnsTheSameTokenWhateverComes() throws Exception {
    Challenge challenge = fixture.challenge("tpm");
    EvidenceSet good = answer(challenge.nonce(), quote(fixture.tpm(), challenge.nonce()));
    AttestOutcome first = fixture.core().attest(TENANT, challenge.sessionId(), good);
    EvidenceSet junk = answer(challenge.nonce(), Json.of("junk"));
    assertThat(fixture.core().attest(TENANT, challenge.sessionId(), junk)).isEqualTo(first);
    SessionView view = fixture.core().session(TENANT, challenge.sessionId());
    assertThat(view.attested()).contains((AttestOutcome.Attested) first);
  }

  @Test
  void session_open_isStillGoodAfterARestart() throws Exception {
    Challenge challenge = fixture.challenge("tpm");
    fixture.restart(store -> store);
    SessionView view = fixture.core().session(TENANT, challenge.sessionId());
    assertThat(view.kept().string("version")).isEqualTo("0.4.0");
    EvidenceSet good = answer(challenge.nonce(), quote(fixture.tpm(), challenge.nonce()));
    assertThat(fixture.core().attest(TENANT, challenge.sessionId(), good))
        .isInstanceOf(AttestOutcome.Attested.class);
  }

  @Test
  void session_finishedBeforeARestart_isUsedUp() throws Exception {
    Challenge challenge = fixture.challenge("tpm");
    EvidenceSet good = answer(challenge.nonce(), quote(fixture.tpm(), challenge.nonce()));
    fixture.core().attest(TENANT, challenge.sessionId(), good);
    fixture.restart(store -> store);
    assertRefused(Code.SESSION_UNKNOWN, fixture.core().attest(TENANT, challenge.sessionId(), good));
    assertThrowsRefused(
        Code.SESSION_UNKNOWN, () -> fixture.core().session(TENANT, challenge.sessionId()));
  }

  @Test
  void session_whoseTokenIsPastItsEnd_keepsItsResultWhichReleasesNothing() throws Exception {
    fixture.restart(store -> store, Duration.ofSeconds(10));
    Challenge challenge = fixture.challenge("tpm");
    EvidenceSet good = answer(challenge.nonce(), quote(fixture.tpm(), challenge.nonce()));
    fixture.core().attest(TENANT, challenge.sessionId(), good);
    fixture.move(Duration.ofSeconds(71));
    SessionView view = fixture.core().session(TENANT, challenge.sessionId());
    assertRefused(Code.TOKEN_EXPIRED, fixture.release(view.attested().orElseThrow().result()));
  }

  @Test
  void session_answeredTwiceAtOnce_hasOneResult() throws Exception {
    Challenge challenge = fixture.challenge("tpm");
    EvidenceSet good = answer(challenge.nonce(), quote(fixture.tpm(), challenge.nonce()));
    List<Future<AttestOutcome>> outcomes = new ArrayList<>();
    try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < 8; i++) {
        outcomes.add(
            executor.submit(() -> fixture.core().attest(TENANT, challenge.sessionId(), good)));
      }
    }
    Set<String> tokens = new HashSet<>();
    for (Future<AttestOutcome> outcome : outcomes) {
      tokens.add(((AttestOutcome.Attested) outcome.get()).token());
    }
    assertThat(tokens).hasSize(1);
  }

  @Test
  void session_unknown_isRefused() throws Exception {
    assertThrowsRefused(Code.SESSION_UNKNOWN, () -> fixture.core().session(TENANT, "0".repeat(32)));
    assertRefused(
        Code.SESSION_UNKNOWN, fixture.core().attest(TENANT, "x", answer("nonce", Json.of("junk"))));
    Challenge challenge = fixture.challenge("tpm");
    assertThrowsRefused(
        Code.SESSION_UNKNOWN,
        () -> fixture.core().session(new Tenant("other"), challenge.sessionId()));
  }

  @Test
  void session_pastItsEnd_isRefused() throws Exception {
    Challenge challenge = fixture.challenge("tpm");
    fixture.move(Duration.ofMinutes(5));
    assertThrowsRefused(
        Code.SESSION_EXPIRED, () -> fixture.core().session(TENANT, challenge.sessionId()));
    assertRefused(
        Code.SESSION_EXPIRED,
        fixture
            .core()
            .attest(
                TENANT,
                challenge.sessionId(),
                answer(challenge.nonce(), quote(fixture.tpm(), challenge.nonce()))));
  }

  @Test
  void evidence_ofAnotherKindThanAsked_isRefused() throws Exception {
    Challenge challenge = fixture.challenge("sample");
    assertRefused(
        Code.TEE_MISMATCH,
        fixture
            .core()
            .attest(
                TENANT,
                challenge.sessionId(),
                answer(challenge.nonce(), quote(fixture.tpm(), challenge.nonce()))));
  }

  @Test
  void evidence_withoutVerifier_isRefused() throws Exception {
    Challenge challenge = fixture.challenge("snp");
    Json.Obj runtimeData = CoreFixture.runtimeData(challenge.nonce(), GUEST_KEY);
    EvidenceSet evidence =
        new EvidenceSet(
            challenge.nonce(),
            List.of(
                new EvidenceSet.Submission(
                    "snp",
                    Json.of("x"),
                    new ExpectedBinding(CoreFixture.digest(runtimeData), Optional.empty()),
                    runtimeData)),
            Optional.empty());
    assertRefused(
        Code.UNSUPPORTED_TEE, fixture.core().attest(TENANT, challenge.sessionId(), evidence));
  }

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

  @Test
  void bareKey_onTheTenantsList_isTakenUntilItIsRemoved() throws Exception {
    SoftTpm machine = CoreFixture.stranger();
    machine.boot(BootLog.direct(CoreFixture.KERNEL, CoreFixture.COMMAND_LINE, CoreFixture.INITRD));
    machine.measureInitData(INIT_DATA);
    assertRefused(Code.AK_NOT_TRUSTED, bare(machine));
    fixture
        .admin()
        .putTrustedAk(
            TENANT, Administrator.of("test"), new TrustedAk(machine.akPublic(), "lab machine"));
    AttestOutcome.Attested attested = (AttestOutcome.Attested) bare(machine);
    assertThat(value(fixture.release(attested.result()))).isEqualTo(CoreFixture.VALUE);
    assertThat(fixture.admin().removeTrustedAk(TENANT, "test", machine.akPublic())).isTrue();
    assertRefused(Code.AK_NOT_TRUSTED, bare(machine));
    assertRefused(Code.AK_NOT_TRUSTED, fixture.release(attested.result()));
  }

  private AttestOutcome bare(SoftTpm machine) throws TransactionRefusedException {
    Challenge challenge = fixture.challenge("tpm");
    Bytes bound = CoreFixture.digest(CoreFixture.runtimeData(challenge.nonce(), GUEST_KEY));
    return fixture
        .core()
        .attest(
            TENANT,
            challenge.sessionId(),
            answer(challenge.nonce(), machine.evidence().reportData(bound).bare().build()));
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
