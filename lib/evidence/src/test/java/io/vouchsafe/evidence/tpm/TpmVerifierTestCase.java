package io.vouchsafe.evidence.tpm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.evidence.ExpectedBinding;
import io.vouchsafe.evidence.VerifiedEvidence;
import io.vouchsafe.testkit.tpm.BootLog;
import io.vouchsafe.testkit.tpm.EkAuthority;
import io.vouchsafe.testkit.tpm.SoftEvidence;
import io.vouchsafe.testkit.tpm.SoftTpm;
import io.vouchsafe.tpm.HashAlg;
import io.vouchsafe.tpm.PcrSelection;
import io.vouchsafe.verdict.CheckResult;
import io.vouchsafe.verdict.Code;
import io.vouchsafe.verdict.RefusedException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;

/// A machine that booted, its evidence, and a verifier that knows its key.
abstract class TpmVerifierTestCase {
  static final Instant NOW = Instant.parse("2026-11-25T00:00:00Z");
  static final EkAuthority AUTHORITY = EkAuthority.create();
  static final SoftTpm TPM = SoftTpm.create(AUTHORITY);
  static final SoftTpm OTHER = SoftTpm.create(AUTHORITY);
  static final Bytes REPORT_DATA = digest("nonce, key and evidence").fit(48);
  static final Bytes INIT_DATA = digest("init-data");
  static final Bytes KERNEL = digest("kernel");
  static final Bytes COMMAND_LINE = digest("command line");
  static final Bytes INITRD = digest("initrd");
  static final ExpectedBinding BINDING = new ExpectedBinding(REPORT_DATA, Optional.of(INIT_DATA));
  static final PcrSelection BOOT = PcrSelection.of(HashAlg.SHA256, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9);
  final TpmVerifier verifier =
      new TpmVerifier((name, spki) ->
          name.equals(TPM.akArea().name())
              ? Optional.of(new AkOrigin.Enrolled(TPM.ekDigest()))
              : Optional.empty());

  static Bytes digest(String text) {
    return HashAlg.SHA256.digest(Bytes.utf8(text));
  }

  @BeforeEach
  void boot() {
    for (SoftTpm tpm : List.of(TPM, OTHER)) {
      tpm.boot(BootLog.direct(KERNEL, COMMAND_LINE, INITRD));
      tpm.measureInitData(INIT_DATA);
    }
  }

  static SoftEvidence valid() {
    return TPM.evidence().reportData(REPORT_DATA);
  }

  VerifiedEvidence accepted(Json evidence) throws RefusedException {
    return verifier.verify(evidence, BINDING, NOW);
  }

  void assertRefused(Json evidence, TpmCheck check, Code code) {
    assertRefused(verifier, evidence, BINDING, check, code);
  }

  static void assertRefused(
      TpmVerifier by, Json evidence, ExpectedBinding binding, TpmCheck check, Code code) {
    assertThatThrownBy(() -> by.verify(evidence, binding, NOW))
        .isInstanceOfSatisfying(
            RefusedException.class,
            e -> {
              assertThat(e.refusal().check()).isEqualTo(check.id());
              assertThat(e.code()).isEqualTo(code);
              assertThat(e.results()).last().extracting(CheckResult::check).isEqualTo(check.id());
            });
  }
}
