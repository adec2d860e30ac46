package io.vouchsafe.evidence.tpm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.encoding.SecretBytes;
import io.vouchsafe.evidence.ExpectedBinding;
import io.vouchsafe.testkit.tpm.BootLog;
import io.vouchsafe.testkit.tpm.EkAuthority;
import io.vouchsafe.testkit.tpm.SwTpm;
import io.vouchsafe.tpm.Credential;
import io.vouchsafe.tpm.EventLog;
import io.vouchsafe.tpm.HashAlg;
import io.vouchsafe.tpm.PcrSelection;
import io.vouchsafe.tpm.TpmCommands;
import io.vouchsafe.tpm.TpmtPublic;
import io.vouchsafe.verdict.Code;
import io.vouchsafe.verdict.RefusedException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Enrolment and attestation with a real TPM, from the certificate to the claims.
class SwTpmEvidenceIT {
  private static final Instant NOW = Instant.parse("2026-11-25T00:00:00Z");
  private static final EkAuthority AUTHORITY = EkAuthority.create();
  private static final Bytes REPORT_DATA = HashAlg.SHA384.digest(Bytes.utf8("this session"));
  private static final Bytes INIT_DATA = HashAlg.SHA256.digest(Bytes.utf8("init-data"));
  private static final Bytes KERNEL = HashAlg.SHA256.digest(Bytes.utf8("kernel"));
  private static final Bytes LOG = BootLog.direct(KERNEL, KERNEL, KERNEL);

  @TempDir Path state;
  private SwTpm tpm;
  private TpmCommands commands;
  private TpmCommands.LoadedKey ek;
  private TpmCommands.LoadedKey ak;

  @BeforeEach
  void start() throws Exception {
    assumeTrue(SwTpm.isInstalled(), "swtpm is not installed");
    tpm = SwTpm.start(state);
    commands = tpm.commands();
    for (EventLog.Event event : EventLog.parse(LOG).events()) {
      extend((int) event.pcr(), event.digest(HashAlg.SHA256).orElseThrow());
    }
    extend(8, INIT_DATA);
    ek = commands.createEk();
    ak = commands.createAk();
  }

  @AfterEach
  void stop() throws Exception {
    if (tpm != null) {
      tpm.close();
    }
  }

  private void extend(int pcr, Bytes digest) throws Exception {
    commands.pcrExtend(pcr, List.of(new TpmCommands.BankDigest(HashAlg.SHA256, digest)));
  }

  private VerifiedEk verifiedEk() throws Exception {
    return EkCertificates.of(List.of(AUTHORITY.root()))
        .verify(List.of(AUTHORITY.issue(ek.area().publicKey())), NOW);
  }

  private Json evidence(HashAlg bank) throws Exception {
    TpmCommands.QuoteResult quote =
        commands.quote(ak.handle(), REPORT_DATA.fit(32), List.of(PcrSelection.all(bank)));
    List<Json> pcrs = new ArrayList<>();
    for (Bytes value : commands.pcrRead(HashAlg.SHA256)) {
      pcrs.add(Json.of(value.hex()));
    }
    return Json.object()
        .put(
            "tpm_quote",
            Json.object()
                .put("message", quote.message().base64())
                .put("signature", quote.signature().base64())
                .put("pcrs", Json.array(pcrs))
                .build())
        .put("ak_public", ak.area().spki().base64())
        .put("ak_tpmt", ak.area().raw().base64())
        .put("event_log", LOG.base64())
        .build();
  }

  private TpmVerifier trusting(TpmtPublic key, Bytes ekDigest) {
    return new TpmVerifier((name, spki) ->
        name.equals(key.name()) ? Optional.of(new AkOrigin.Enrolled(ekDigest)) : Optional.empty());
  }

  @Test
  void realTpm_enrolledAndBooted_isVerifiedWithItsBootFacts() throws Exception {
    VerifiedEk verified = verifiedEk();
    assertThat(verified.area()).isEqualTo(ek.area());
    try (SecretBytes secret = SecretBytes.copyOf(new byte[] {1, 2, 3})) {
      Credential credential =
          Credential.make(verified.area(), ak.area().name(), secret, new SecureRandom());
      SecretBytes opened =
          commands.openCredential(ak.handle(), ek.handle(), Bytes.zeros(16), credential);
      assertThat(opened.matches(secret)).isTrue();
    }
    Json.Obj claims =
        trusting(ak.area(), verified.digest())
            .verify(
                evidence(HashAlg.SHA256),
                new ExpectedBinding(REPORT_DATA, Optional.of(INIT_DATA)),
                NOW)
            .claims();
    assertThat(claims.object("boot").string("kernel")).isEqualTo(KERNEL.hex());
    assertThat(claims.string("ek_digest")).isEqualTo(verified.digest().hex());
    assertThat(claims.string("ak_name")).isEqualTo(ak.name().hex());
  }

  @Test
  void realTpm_sha1BankOnly_isWeak() throws Exception {
    assertRefused(
        evidence(HashAlg.SHA1),
        trusting(ak.area(), Bytes.zeros(32)),
        REPORT_DATA,
        Code.PCR_BANK_WEAK);
  }

  @Test
  void realTpm_forAnotherSession_isRefused() throws Exception {
    assertRefused(
        evidence(HashAlg.SHA256),
        trusting(ak.area(), Bytes.zeros(32)),
        HashAlg.SHA384.digest(Bytes.utf8("another session")),
        Code.REPORT_DATA_MISMATCH);
  }

  @Test
  void realTpm_anotherKeyEnrolled_isNotTrusted() throws Exception {
    TpmCommands.LoadedKey other = commands.createAk(Bytes.utf8("other"));
    assertRefused(
        evidence(HashAlg.SHA256),
        trusting(other.area(), Bytes.zeros(32)),
        REPORT_DATA,
        Code.AK_NOT_TRUSTED);
  }

  @Test
  void realTpm_extendedAfterItsLog_doesNotReplay() throws Exception {
    extend(4, KERNEL);
    assertRefused(
        evidence(HashAlg.SHA256),
        trusting(ak.area(), Bytes.zeros(32)),
        REPORT_DATA,
        Code.EVENTLOG_MISMATCH);
  }

  private static void assertRefused(
      Json evidence, TpmVerifier verifier, Bytes reportData, Code code) {
    assertThatThrownBy(() ->
            verifier.verify(evidence, new ExpectedBinding(reportData, Optional.of(INIT_DATA)), NOW))
        .isInstanceOfSatisfying(RefusedException.class, e -> assertThat(e.code()).isEqualTo(code));
  }
}
