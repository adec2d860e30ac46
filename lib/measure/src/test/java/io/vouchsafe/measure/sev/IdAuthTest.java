package io.vouchsafe.measure.sev;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.verdict.Code;
import io.vouchsafe.verdict.RefusedException;
import java.math.BigInteger;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IdAuthTest {
  private static final IdBlock BLOCK =
      new IdBlock(Bytes.zeros(48), Bytes.zeros(16), Bytes.zeros(16), 7, 0x30000);
  private static IdSigner owner;
  private static IdSigner author;

  private static IdSigner signer(String curve) throws Exception {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(new ECGenParameterSpec(curve));
    KeyPair pair = generator.generateKeyPair();
    return IdSigner.of(pair.getPrivate(), (ECPublicKey) pair.getPublic());
  }

  @BeforeAll
  static void keys() throws Exception {
    owner = signer("secp384r1");
    author = signer("secp384r1");
  }

  @Test
  void sign_thenParse_verifies() throws Exception {
    IdAuth auth = IdAuth.sign(BLOCK, owner, Optional.of(author));
    IdAuth parsed = IdAuth.parse(auth.encode());
    assertThat(parsed).isEqualTo(auth);
    parsed.verify(IdBlock.parse(BLOCK.encode()));
    assertThat(parsed.idKey()).hasToString(owner.publicKey().digest().hex());
  }

  @Test
  void sign_withoutAuthor_leavesItsPartZero() throws Exception {
    IdAuth auth = IdAuth.sign(BLOCK, owner, Optional.empty());
    auth.verify(BLOCK);
    assertThat(IdAuth.parse(auth.encode())).isEqualTo(auth);
    assertThat(auth.encode().slice(0x680, 4096)).isEqualTo(Bytes.zeros(4096 - 0x680));
  }

  @Test
  void verify_anotherBlock_isRefused() throws Exception {
    IdAuth auth = IdAuth.sign(BLOCK, owner, Optional.of(author));
    byte[] block = BLOCK.encode().toByteArray();
    for (int at = 0; at < block.length; at++) {
      if (at >= 80 && at < 84) {
        continue; // the version
      }
      byte[] changed = block.clone();
      changed[at] ^= 1;
      assertRefused(auth, IdBlock.parse(Bytes.of(changed)), "snp.id-block.signature");
    }
  }

  @Test
  void verify_anotherIdKey_isRefused() throws Exception {
    IdAuth auth = IdAuth.sign(BLOCK, owner, Optional.empty());
    assertRefused(
        new IdAuth(auth.blockSignature(), author.publicKey(), Optional.empty()),
        BLOCK,
        "snp.id-block.signature");
  }

  @Test
  void verify_authorWhoDidNotSign_isRefused() throws Exception {
    IdAuth auth = IdAuth.sign(BLOCK, owner, Optional.of(author));
    IdAuth.Author other =
        new IdAuth.Author(auth.author().orElseThrow().keySignature(), owner.publicKey());
    assertRefused(
        new IdAuth(auth.blockSignature(), auth.idKey(), Optional.of(other)),
        BLOCK,
        "snp.id-key.signature");
  }

  @Test
  void verify_signatureOfZeros_isRefused() throws Exception {
    IdSignature zero = new IdSignature(BigInteger.ZERO, BigInteger.ZERO);
    assertRefused(
        new IdAuth(zero, owner.publicKey(), Optional.empty()), BLOCK, "snp.id-block.signature");
    BigInteger all = BigInteger.ONE.shiftLeft(384).subtract(BigInteger.ONE);
    assertRefused(
        new IdAuth(new IdSignature(all, all), owner.publicKey(), Optional.empty()),
        BLOCK,
        "snp.id-block.signature");
  }

  private static void assertRefused(IdAuth auth, IdBlock block, String check) {
    assertThatThrownBy(() -> auth.verify(block))
        .isInstanceOfSatisfying(
            RefusedException.class,
            e -> {
              assertThat(e.code()).isEqualTo(Code.SIGNATURE_INVALID);
              assertThat(e.refusal().check()).isEqualTo(check);
            });
  }

  @Test
  void parse_eachByteChanged_isMalformedOrDoesNotVerify() throws Exception {
    byte[] encoded = IdAuth.sign(BLOCK, owner, Optional.of(author)).encode().toByteArray();
    for (int at = 0; at < encoded.length; at += 7) {
      byte[] changed = encoded.clone();
      changed[at] ^= 0x10;
      assertThatThrownBy(() -> IdAuth.parse(Bytes.of(changed)).verify(BLOCK))
          .isInstanceOfAny(FormatException.class, RefusedException.class);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 95, 1028, 4095, 4097})
  void parse_anotherLength_isMalformed(int length) {
    assertThatThrownBy(() -> IdAuth.parse(Bytes.zeros(length))).isInstanceOf(FormatException.class);
    assertThatThrownBy(() -> IdBlock.parse(Bytes.zeros(length)))
        .isInstanceOf(FormatException.class);
    assertThatThrownBy(() -> IdSignature.parse(Bytes.zeros(length)))
        .isInstanceOf(FormatException.class);
  }

  @Test
  void parse_pointOffTheCurve_isMalformed() {
    byte[] key = owner.publicKey().encode().toByteArray();
    key[10] ^= 1;
    assertThatThrownBy(() -> IdKey.parse(Bytes.of(key))).isInstanceOf(FormatException.class);
    assertThatThrownBy(() -> IdKey.parse(Bytes.of(new byte[] {2}).fit(IdKey.SIZE)))
        .isInstanceOf(FormatException.class);
  }

  @Test
  void of_anotherCurve_isRefused() {
    assertThatThrownBy(() -> signer("secp256r1"))
        .isInstanceOfSatisfying(
            FormatException.class, e -> assertThat(e.code()).isEqualTo(Code.UNSUPPORTED_ALGORITHM));
  }

  @Test
  void parse_blockOfAnotherVersion_isRefused() {
    byte[] block = BLOCK.encode().toByteArray();
    block[80] = 2;
    assertThatThrownBy(() -> IdBlock.parse(Bytes.of(block)))
        .isInstanceOfSatisfying(
            FormatException.class, e -> assertThat(e.code()).isEqualTo(Code.UNSUPPORTED_VERSION));
  }

  @Test
  void ofP1363_anotherLength_isMalformed() {
    assertThatThrownBy(() -> IdSignature.ofP1363(Bytes.zeros(64)))
        .isInstanceOf(FormatException.class);
  }
}
