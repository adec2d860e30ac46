package io.vouchsafe.testkit.tpm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.SecretBytes;
import io.vouchsafe.tpm.Credential;
import io.vouchsafe.tpm.HashAlg;
import io.vouchsafe.tpm.PcrSelection;
import io.vouchsafe.tpm.TpmCommands;
import io.vouchsafe.tpm.TpmException;
import io.vouchsafe.tpm.TpmsAttest;
import io.vouchsafe.tpm.TpmtPublic;
import io.vouchsafe.tpm.TpmtSignature;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SwTpmIT {
  private static final Bytes SESSION_NONCE = Bytes.zeros(16);

  @TempDir Path state;

  @BeforeEach
  void programIsInstalled() {
    assumeTrue(SwTpm.isInstalled(), "swtpm is not installed");
  }

  @Test
  void attestationKey_quotes_verifiably() throws Exception {
    try (SwTpm tpm = SwTpm.start(state)) {
      TpmCommands commands = tpm.commands();
      TpmCommands.LoadedKey ak = commands.createAk();
      assertThat(ak.area().isAttestationKey()).isTrue();
      assertThat(ak.name()).isEqualTo(ak.area().name());
      PcrSelection all = PcrSelection.all(HashAlg.SHA256);
      Bytes nonce = Bytes.utf8("a nonce that is 32 bytes long...");
      TpmCommands.QuoteResult quote = commands.quote(ak.handle(), nonce, List.of(all));
      TpmsAttest attest = TpmsAttest.parse(quote.message());
      assertThat(attest.extraData()).isEqualTo(nonce);
      assertThat(
              TpmtSignature.parse(quote.signature()).isBy(ak.area().publicKey(), quote.message()))
          .isTrue();
      Bytes digest = PcrSelection.digest(HashAlg.SHA256, all, commands.pcrRead(HashAlg.SHA256));
      assertThat(((TpmsAttest.Quote) attest.attested()).digest()).isEqualTo(digest);
    }
  }

  @Test
  void pcr_extended_holdsTheExtend() throws Exception {
    try (SwTpm tpm = SwTpm.start(state)) {
      Bytes digest = HashAlg.SHA256.digest(Bytes.utf8("init-data"));
      tpm.commands().pcrExtend(8, List.of(new TpmCommands.BankDigest(HashAlg.SHA256, digest)));
      assertThat(tpm.commands().pcrRead(HashAlg.SHA256).get(8))
          .isEqualTo(HashAlg.SHA256.extend(Bytes.zeros(32), digest));
    }
  }

  @Test
  void keys_madeTwice_areTheSame() throws Exception {
    try (SwTpm tpm = SwTpm.start(state)) {
      TpmCommands commands = tpm.commands();
      TpmCommands.LoadedKey first = commands.createAk();
      commands.flush(first.handle());
      TpmCommands.LoadedKey second = commands.createAk();
      assertThat(second.area()).isEqualTo(first.area());
      assertThat(commands.createAk(Bytes.utf8("other")).area()).isNotEqualTo(first.area());
    }
  }

  @Test
  void credential_forThisKey_isOpened() throws Exception {
    try (SwTpm tpm = SwTpm.start(state);
        SecretBytes secret = SecretBytes.copyOf(new byte[] {1, 2, 3, 4})) {
      TpmCommands commands = tpm.commands();
      TpmCommands.LoadedKey ek = commands.createEk();
      TpmCommands.LoadedKey ak = commands.createAk();
      Credential credential = Credential.make(ek.area(), ak.name(), secret, new SecureRandom());
      SecretBytes opened =
          commands.openCredential(ak.handle(), ek.handle(), SESSION_NONCE, credential);
      assertThat(opened.matches(secret)).isTrue();
    }
  }

  @Test
  void credential_forEllipticEndorsementKey_isOpened() throws Exception {
    try (SwTpm tpm = SwTpm.start(state);
        SecretBytes secret = SecretBytes.copyOf(new byte[32])) {
      TpmCommands commands = tpm.commands();
      TpmCommands.LoadedKey ek = commands.createPrimary(TpmCommands.ENDORSEMENT, templateL2());
      TpmCommands.LoadedKey ak = commands.createAk();
      assertThat(TpmtPublic.endorsementKey(ek.area().publicKey())).isEqualTo(ek.area());
      Credential credential = Credential.make(ek.area(), ak.name(), secret, new SecureRandom());
      SecretBytes opened =
          commands.openCredential(ak.handle(), ek.handle(), SESSION_NONCE, credential);
      assertThat(opened.matches(secret)).isTrue();
    }
  }

  /// Template L-2 of the EK credential profile.
  private static Bytes templateL2() throws FormatException {
    return Bytes.fromHex(
        "0023000b000300b20020837197674484b3f81a90cc8d46a5d724fd52d76e06520b64f2a1da1b331469aa"
            + "00060080004300100003001000200000000000000000000000000000000000000000000000000000"
            + "000000000000002000000000000000000000000000000000000000000000000000000000"
            + "00000000");
  }

  @Test
  void credential_forAnotherKey_isRefusedByTheTpm() throws Exception {
    try (SwTpm tpm = SwTpm.start(state);
        SecretBytes secret = SecretBytes.copyOf(new byte[32])) {
      TpmCommands commands = tpm.commands();
      TpmCommands.LoadedKey ek = commands.createEk();
      TpmCommands.LoadedKey ak = commands.createAk();
      Bytes otherName = HashAlg.SHA256.digest(Bytes.utf8("another key"));
      Credential credential =
          Credential.make(
              ek.area(),
              Bytes.of((byte) 0, (byte) 11).concat(otherName),
              secret,
              new SecureRandom());
      assertThatThrownBy(
              () -> commands.openCredential(ak.handle(), ek.handle(), SESSION_NONCE, credential))
          .isInstanceOfSatisfying(
              TpmException.class,
              e -> assertThat(e.responseCode()).isEqualTo(TpmException.CREDENTIAL_INTEGRITY));
    }
  }

  @Test
  void objects_moreThanThree_areRefusedWithWords() throws Exception {
    try (SwTpm tpm = SwTpm.start(state)) {
      TpmCommands commands = tpm.commands();
      assertThatThrownBy(
              () -> {
                for (int i = 0; i < 4; i++) {
                  commands.createAk(Bytes.of((byte) i));
                }
              })
          .isInstanceOf(TpmException.class)
          .hasMessageContaining("no room for another object");
    }
  }

  @Test
  void nvIndex_thatIsAbsent_isRefused() throws Exception {
    try (SwTpm tpm = SwTpm.start(state)) {
      assertThatThrownBy(() -> tpm.commands().nvRead(TpmCommands.NV_EK_CERTIFICATE_RSA2048))
          .isInstanceOf(TpmException.class)
          .hasMessageContaining("NV_READ_PUBLIC");
    }
  }
}
