package io.vouchsafe.ec;

import static org.assertj.core.api.Assertions.assertThat;

import io.vouchsafe.encoding.Bytes;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Security;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECGenParameterSpec;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// With AWS-LC installed, the same signatures count.
@Isolated
class NativeVerificationTest {
  private static final Bytes MESSAGE = Bytes.utf8("a message");

  @BeforeAll
  static void install() {
    Security.addProvider(Providers.AWS_LC);
  }

  @AfterAll
  static void remove() {
    Security.removeProvider(Providers.AWS_LC.getName());
  }

  private static KeyPair key(Curve curve) throws Exception {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC", "SunEC");
    generator.initialize(new ECGenParameterSpec(curve == Curve.P256 ? "secp256r1" : "secp384r1"));
    return generator.generateKeyPair();
  }

  private static Bytes sign(Curve curve, KeyPair key) throws Exception {
    Signature signature =
        Signature.getInstance(curve.hash().replace("-", "") + "withECDSA", "SunEC");
    signature.initSign(key.getPrivate());
    signature.update(MESSAGE.toByteArray());
    return Bytes.of(signature.sign());
  }

  @ParameterizedTest
  @EnumSource(Curve.class)
  void verify_manyKeysAndSignatures_sameAnswers(Curve curve) throws Exception {
    assertThat(NativeVerification.isHere()).isTrue();
    for (int i = 0; i < 40; i++) {
      KeyPair key = key(curve);
      EcdsaVerifier verifier = EcdsaVerifier.of(curve, (ECPublicKey) key.getPublic());
      EcdsaSignature good = EcdsaSignature.ofDer(curve, sign(curve, key));
      assertThat(verifier.verify(MESSAGE, good)).isTrue();
      assertThat(verifier.verify(MESSAGE.concat(MESSAGE), good)).isFalse();
      EcdsaSignature strangers = EcdsaSignature.ofDer(curve, sign(curve, key(curve)));
      assertThat(verifier.verify(MESSAGE, strangers)).isFalse();
      assertThat(good.bigEndian()).hasSize(2 * curve.size());
      EcdsaSignature again = EcdsaSignature.ofBigEndian(curve, Bytes.of(good.bigEndian()));
      assertThat(verifier.verify(MESSAGE, again)).isTrue();
    }
  }

  @ParameterizedTest
  @EnumSource(Curve.class)
  void verify_numbersOutOfRange_areRefusedBeforeAnybodyIsAsked(Curve curve) throws Exception {
    EcdsaVerifier verifier = EcdsaVerifier.of(curve, (ECPublicKey) key(curve).getPublic());
    for (Bytes number : new Bytes[] {Bytes.zeros(curve.size()), ones(curve.size())}) {
      Bytes both = number.concat(number);
      assertThat(verifier.verify(MESSAGE, EcdsaSignature.ofBigEndian(curve, both))).isFalse();
    }
  }

  private static Bytes ones(int size) {
    byte[] bytes = new byte[size];
    java.util.Arrays.fill(bytes, (byte) 0xff);
    return Bytes.of(bytes);
  }

  @Test
  void verify_againAndAgain_buildsTheTableAsWithout() throws Exception {
    KeyPair key = key(Curve.P256);
    EcdsaVerifier verifier = EcdsaVerifier.of(Curve.P256, (ECPublicKey) key.getPublic());
    EcdsaSignature signature = EcdsaSignature.ofDer(Curve.P256, sign(Curve.P256, key));
    for (int i = 1; i < Domain.KEY_TABLE_AFTER; i++) {
      assertThat(verifier.verify(MESSAGE, signature)).isTrue();
    }
    assertThat(verifier.isPrepared()).isFalse();
    assertThat(verifier.verify(MESSAGE, signature)).isTrue();
    assertThat(verifier.isPrepared()).isTrue();
    assertThat(verifier.verify(MESSAGE, signature)).isTrue();
  }
}
