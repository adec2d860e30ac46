package io.vouchsafe.tpm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.encoding.JsonLimits;
import io.vouchsafe.encoding.SecretBytes;
import io.vouchsafe.testkit.Vectors;
import java.security.SecureRandom;
import org.junit.jupiter.api.Test;

class CredentialTest {
  private static Json.Obj vector() throws Exception {
    return Json.parse(Vectors.text("tpm/swtpm/credential.json"), JsonLimits.MESSAGE)
        .asObject("credential");
  }

  private static Bytes hex(String member) throws Exception {
    return Bytes.fromHex(vector().string(member));
  }

  @Test
  void credential_withKnownSeed_equalsVector() throws Exception {
    Credential credential =
        Credential.withSeed(
            TpmtPublic.parse(hex("ek_pub")),
            hex("ak_name"),
            SecretBytes.copyOf(hex("secret").toByteArray()),
            hex("seed").toByteArray(),
            hex("encryptedSecret"));
    assertThat(credential.blob()).isEqualTo(hex("credentialBlob"));
  }

  @Test
  void storageAndIntegrityKey_ofKnownSeed_equalVector() throws Exception {
    byte[] seed = hex("seed").toByteArray();
    assertThat(Bytes.of(Kdf.a(HashAlg.SHA256, seed, "STORAGE", hex("ak_name"), Bytes.EMPTY, 128)))
        .isEqualTo(hex("storageKey"));
    assertThat(Bytes.of(Kdf.a(HashAlg.SHA256, seed, "INTEGRITY", Bytes.EMPTY, Bytes.EMPTY, 256)))
        .isEqualTo(hex("hmacKey"));
  }

  @Test
  void credential_forRsaKey_hasTheShapeOfTheVector() throws Exception {
    Credential credential =
        Credential.make(
            TpmtPublic.parse(hex("ek_pub")),
            hex("ak_name"),
            SecretBytes.copyOf(hex("secret").toByteArray()),
            new SecureRandom());
    assertThat(credential.blob().size()).isEqualTo(hex("credentialBlob").size());
    assertThat(credential.encryptedSecret().size()).isEqualTo(258);
  }

  @Test
  void credential_madeTwice_differs() throws Exception {
    TpmtPublic ek = TpmtPublic.parse(hex("ek_pub"));
    try (SecretBytes secret = SecretBytes.copyOf(new byte[32])) {
      Credential first = Credential.make(ek, hex("ak_name"), secret, new SecureRandom());
      Credential second = Credential.make(ek, hex("ak_name"), secret, new SecureRandom());
      assertThat(first.blob()).isNotEqualTo(second.blob());
      assertThat(first.encryptedSecret()).isNotEqualTo(second.encryptedSecret());
    }
  }

  @Test
  void credential_forKeyWithoutCipher_isRefused() throws Exception {
    TpmtPublic signingKey =
        TpmtPublic.parseSized(Bytes.of(Vectors.bytes("tpm/swtpm/ak-rsassa.pub")));
    assertThatThrownBy(() ->
            Credential.make(
                signingKey, hex("ak_name"), SecretBytes.copyOf(new byte[8]), new SecureRandom()))
        .isInstanceOf(FormatException.class);
  }

  @Test
  void credential_secretLongerThanDigest_isMisuse() throws Exception {
    TpmtPublic ek = TpmtPublic.parse(hex("ek_pub"));
    assertThatThrownBy(() ->
            Credential.make(
                ek, hex("ak_name"), SecretBytes.copyOf(new byte[33]), new SecureRandom()))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
