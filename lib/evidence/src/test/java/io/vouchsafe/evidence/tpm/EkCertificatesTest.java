package io.vouchsafe.evidence.tpm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Pem;
import io.vouchsafe.encoding.SecretBytes;
import io.vouchsafe.testkit.Vectors;
import io.vouchsafe.testkit.tpm.EkAuthority;
import io.vouchsafe.testkit.tpm.SoftTpm;
import io.vouchsafe.tpm.Credential;
import io.vouchsafe.tpm.TpmtPublic;
import io.vouchsafe.verdict.Code;
import io.vouchsafe.verdict.RefusedException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collections;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class EkCertificatesTest {
  private static final Instant NOW = Instant.parse("2026-11-25T00:00:00Z");
  private static final EkAuthority AUTHORITY = EkAuthority.create();
  private static final SoftTpm TPM = SoftTpm.create(AUTHORITY);
  private static final KeyPair RSA = rsa(2048);

  private static KeyPair rsa(int bits) {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
      generator.initialize(bits);
      return generator.generateKeyPair();
    } catch (java.security.NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private static EkCertificates named(Bytes... roots) throws FormatException {
    return EkCertificates.of(List.of(roots));
  }

  private static void assertRefused(ThrowingCallable call, EkCheck check, Code code) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            RefusedException.class,
            e -> {
              assertThat(e.refusal().check()).isEqualTo(check.id());
              assertThat(e.code()).isEqualTo(code);
            });
  }

  private static Bytes issued(EkAuthority.Profile profile) {
    return AUTHORITY.issue(RSA.getPublic(), profile);
  }

  @Test
  void chain_toNamedRoot_givesTheKey() throws Exception {
    VerifiedEk ek = named(AUTHORITY.root()).verify(List.of(TPM.ekCertificate()), NOW);
    assertThat(ek.digest()).isEqualTo(TPM.ekDigest());
    assertThat(ek.area().isEndorsementKey()).isTrue();
    assertThat(ek.root()).contains("Vouchsafe test EK root");
    assertThat(ek.checks()).hasSize(EkCheck.values().length);
  }

  @Test
  void chain_withItsRoot_givesTheKey() throws Exception {
    assertThat(
            named(AUTHORITY.root())
                .verify(List.of(TPM.ekCertificate(), AUTHORITY.root()), NOW)
                .digest())
        .isEqualTo(TPM.ekDigest());
  }

  @Test
  void credential_forVerifiedKey_isOpenedByItsTpm() throws Exception {
    VerifiedEk ek = named(AUTHORITY.root()).verify(List.of(TPM.ekCertificate()), NOW);
    try (SecretBytes secret = SecretBytes.copyOf(new byte[] {4, 5, 6})) {
      Credential credential =
          Credential.make(ek.area(), TPM.akArea().name(), secret, new SecureRandom());
      assertThat(TPM.activate(credential).matches(secret)).isTrue();
      SoftTpm other = SoftTpm.create(AUTHORITY);
      assertThatThrownBy(() -> other.activate(credential)).isInstanceOf(FormatException.class);
      Credential otherKey =
          Credential.make(ek.area(), other.akArea().name(), secret, new SecureRandom());
      assertThatThrownBy(() -> TPM.activate(otherKey)).isInstanceOf(FormatException.class);
    }
  }

  @Test
  void chain_ofRealSwtpm_verifiesWithItsPublicArea() throws Exception {
    Bytes leaf = Bytes.of(Vectors.bytes("tpm/swtpm/ekcert.der"));
    Bytes issuer = pem("issuercert.pem");
    Bytes root = pem("swtpm-localca-rootca-cert.pem");
    TpmtPublic area = TpmtPublic.parseSized(Bytes.of(Vectors.bytes("tpm/swtpm/ek.pub")));
    VerifiedEk ek = named(root).verify(List.of(leaf, issuer), area, NOW);
    assertThat(ek.area()).isEqualTo(area);
    assertThat(named(root).verify(List.of(leaf, issuer, root), NOW).area()).isEqualTo(area);
  }

  private static Bytes pem(String name) throws Exception {
    return Pem.parse(Bytes.of(Vectors.bytes("tpm/swtpm/" + name)), "CERTIFICATE").getFirst();
  }

  @Test
  void chain_withoutItsIntermediate_isInvalid() throws Exception {
    Bytes leaf = Bytes.of(Vectors.bytes("tpm/swtpm/ekcert.der"));
    EkCertificates roots = named(pem("swtpm-localca-rootca-cert.pem"));
    assertRefused(() -> roots.verify(List.of(leaf), NOW), EkCheck.CHAIN, Code.CHAIN_INVALID);
  }

  @Test
  void chain_toAnotherRoot_isInvalid() throws Exception {
    EkCertificates roots = named(EkAuthority.create().root());
    assertRefused(
        () -> roots.verify(List.of(TPM.ekCertificate()), NOW), EkCheck.CHAIN, Code.CHAIN_INVALID);
  }

  @Test
  void chain_whereNoRootIsNamed_isInvalid() throws Exception {
    EkCertificates none = named();
    assertRefused(
        () -> none.verify(List.of(TPM.ekCertificate()), NOW), EkCheck.CHAIN, Code.CHAIN_INVALID);
  }

  @Test
  void chain_bringingItsOwnRoot_isInvalid() throws Exception {
    EkAuthority own = EkAuthority.create();
    EkCertificates roots = named(AUTHORITY.root());
    assertRefused(
        () -> roots.verify(List.of(own.issue(RSA.getPublic()), own.root()), NOW),
        EkCheck.CHAIN,
        Code.CHAIN_INVALID);
  }

  @Test
  void certificate_flippedAnywhere_isRefused() throws Exception {
    EkCertificates roots = named(AUTHORITY.root());
    Bytes leaf = TPM.ekCertificate();
    for (int i = 0; i < leaf.size(); i += 7) {
      byte[] broken = leaf.toByteArray();
      broken[i] ^= 1;
      assertThatThrownBy(() -> roots.verify(List.of(Bytes.of(broken)), NOW))
          .as("byte %d", i)
          .isInstanceOf(RefusedException.class);
    }
  }

  @Test
  void certificate_withTrailingByte_isMalformed() throws Exception {
    EkCertificates roots = named(AUTHORITY.root());
    assertRefused(
        () -> roots.verify(List.of(TPM.ekCertificate().concat(Bytes.zeros(1))), NOW),
        EkCheck.FORMAT,
        Code.MALFORMED);
  }

  @Test
  void certificate_past_isExpired() throws Exception {
    EkCertificates roots = named(AUTHORITY.root());
    Bytes leaf =
        issued(new EkAuthority.Profile(NOW.minus(1, ChronoUnit.DAYS), true, true, true, false));
    assertRefused(() -> roots.verify(List.of(leaf), NOW), EkCheck.CHAIN, Code.CERT_EXPIRED);
  }

  @Test
  void certificate_future_isNotYetValid() throws Exception {
    EkCertificates roots = named(AUTHORITY.root());
    Instant before = EkAuthority.FROM.minus(1, ChronoUnit.DAYS);
    assertRefused(
        () -> roots.verify(List.of(TPM.ekCertificate()), before),
        EkCheck.CHAIN,
        Code.CERT_NOT_YET_VALID);
  }

  @Test
  void certificate_notForEndorsementKeys_isInvalid() throws Exception {
    EkCertificates roots = named(AUTHORITY.root());
    Instant to = EkAuthority.TO;
    for (EkAuthority.Profile profile :
        List.of(
            new EkAuthority.Profile(to, false, true, true, false),
            new EkAuthority.Profile(to, true, false, true, false),
            new EkAuthority.Profile(to, true, true, false, false),
            new EkAuthority.Profile(to, true, true, true, true))) {
      Bytes leaf = issued(profile);
      assertRefused(() -> roots.verify(List.of(leaf), NOW), EkCheck.PROFILE, Code.CHAIN_INVALID);
    }
  }

  @Test
  void key_ofAnotherTpm_isRefused() throws Exception {
    EkCertificates roots = named(AUTHORITY.root());
    TpmtPublic other = TpmtPublic.endorsementKey(RSA.getPublic());
    assertRefused(
        () -> roots.verify(List.of(TPM.ekCertificate()), other, NOW),
        EkCheck.KEY,
        Code.KEY_ATTRIBUTES);
  }

  @Test
  void key_thatCouldSign_isRefused() throws Exception {
    EkCertificates roots = named(AUTHORITY.root());
    byte[] area = TpmtPublic.endorsementKey(RSA.getPublic()).raw().toByteArray();
    area[5] |= 0x04; // objectAttributes: sign
    TpmtPublic signing = TpmtPublic.parse(Bytes.of(area));
    Bytes leaf = AUTHORITY.issue(RSA.getPublic());
    assertRefused(
        () -> roots.verify(List.of(leaf), signing, NOW), EkCheck.KEY, Code.KEY_ATTRIBUTES);
  }

  @Test
  void key_tooShort_isWeak() throws Exception {
    EkCertificates roots = named(AUTHORITY.root());
    Bytes leaf = AUTHORITY.issue(rsa(1024).getPublic());
    assertThatThrownBy(() -> roots.verify(List.of(leaf), NOW))
        .isInstanceOfSatisfying(
            RefusedException.class,
            e -> assertThat(e.code()).isIn(Code.WEAK_KEY, Code.CHAIN_INVALID));
  }

  @Test
  void key_outsideOfTheTemplates_needsItsPublicArea() throws Exception {
    EkCertificates roots = named(AUTHORITY.root());
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(384);
    Bytes leaf = AUTHORITY.issue(generator.generateKeyPair().getPublic());
    assertRefused(() -> roots.verify(List.of(leaf), NOW), EkCheck.KEY, Code.UNSUPPORTED_ALGORITHM);
  }

  @Test
  void chain_emptyOrTooLong_isRefused() throws Exception {
    EkCertificates roots = named(AUTHORITY.root());
    assertRefused(() -> roots.verify(List.of(), NOW), EkCheck.FORMAT, Code.MALFORMED);
    assertRefused(
        () -> roots.verify(Collections.nCopies(9, TPM.ekCertificate()), NOW),
        EkCheck.FORMAT,
        Code.OVERSIZED);
  }

  @Test
  void root_thatIsNoCertificate_isRefusedWhenNamed() {
    assertThatThrownBy(() -> named(Bytes.utf8("no certificate")))
        .isInstanceOf(FormatException.class);
  }
}
