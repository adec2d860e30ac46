package io.vouchsafe.ec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import java.math.BigInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class EcdsaSignatureTest {
  private static Bytes hex(String hex) throws FormatException {
    return Bytes.fromHex(hex.replace(" ", ""));
  }

  @Test
  void ofDer_smallNumbers_read() throws Exception {
    EcdsaSignature signature = EcdsaSignature.ofDer(Curve.P256, hex("3006 020101 020102"));
    assertThat(signature.inRange()).isTrue();
    assertThat(signature.curve()).isEqualTo(Curve.P256);
    assertThat(signature.r()).containsExactly(1, 0, 0, 0, 0);
    assertThat(signature.s()).containsExactly(2, 0, 0, 0, 0);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "30",
        "3000",
        "3003 020101",
        // a length in long form that fits the short one
        "308106 020101 020102",
        "3007 02810101 020102",
        "3007 020101 02810102",
        "30820006 020101 020102",
        // indefinite length
        "3080 020101 020102 0000",
        // leading zeros
        "3007 02020001 020102",
        "3007 020101 02020002",
        // negative
        "3006 0201ff 020102",
        "3006 020101 020180",
        // negative, more than one byte; redundant sign bytes
        "3007 0202ffff 020101",
        // empty numbers
        "3005 0200 020101",
        "3005 020101 0200",
        // after the end, inside and outside
        "3009 020101 020102 020103",
        "3008 020101 020102 0500",
        "3006 020101 020102 00",
        "3006 020101 020102 3006 020101 020102",
        // lengths that lie
        "3005 020101 020102",
        "3007 020101 020102",
        "3006 020201 020102",
        "30ff 020101 020102",
        "3085 0100000000 020101",
        // other types
        "3106 020101 020102",
        "2006 020101 020102",
        "3006 030101 020102",
        "3006 0a0101 020102",
        "3006 220101 020102",
        "a006 020101 020102",
      })
  void ofDer_notTheOneEncoding_refused(String text) throws Exception {
    Bytes der = hex(text);
    assertThatThrownBy(() -> EcdsaSignature.ofDer(Curve.P256, der))
        .isInstanceOf(FormatException.class);
  }

  @ParameterizedTest
  @EnumSource
  void ofDer_numberLongerThanTheOrder_outOfRange(Curve curve) throws Exception {
    BigInteger big = BigInteger.ONE.shiftLeft(8 * curve.size());
    assertThat(EcdsaSignature.ofDer(curve, Forger.der(big, BigInteger.ONE)).inRange()).isFalse();
    assertThat(EcdsaSignature.ofDer(curve, Forger.der(BigInteger.ONE, big)).inRange()).isFalse();
  }

  @ParameterizedTest
  @EnumSource
  void ofBigEndian_otherLengths_refused(Curve curve) {
    int right = 2 * curve.size();
    for (int length : new int[] {0, 1, right - 2, right - 1, right + 1, right + 2, 2 * right}) {
      assertThatThrownBy(() -> EcdsaSignature.ofBigEndian(curve, Bytes.zeros(length)))
          .isInstanceOf(FormatException.class);
    }
  }

  @ParameterizedTest
  @EnumSource
  void ofLittleEndian_paddedAsByAmd_isTheSameNumbers(Curve curve) throws Exception {
    byte[] r = new byte[72];
    byte[] s = new byte[72];
    byte[] both = new byte[2 * curve.size()];
    for (int i = 0; i < curve.size(); i++) {
      r[i] = (byte) (i + 1);
      s[i] = (byte) (2 * i + 1);
      both[curve.size() - 1 - i] = r[i];
      both[2 * curve.size() - 1 - i] = s[i];
    }
    EcdsaSignature little = EcdsaSignature.ofLittleEndian(curve, Bytes.of(r), Bytes.of(s));
    EcdsaSignature big = EcdsaSignature.ofBigEndian(curve, Bytes.of(both));
    assertThat(little.r()).isEqualTo(big.r());
    assertThat(little.s()).isEqualTo(big.s());
    assertThat(Limbs.value(big.r(), Modulus.WIDTH))
        .isEqualTo(new BigInteger(1, Bytes.of(both).slice(0, curve.size()).toByteArray()));
  }

  @ParameterizedTest
  @EnumSource
  void ofLittleEndian_paddingNotZeroOrTooShort_refused(Curve curve) {
    for (int at = curve.size(); at < 72; at++) {
      byte[] bad = new byte[72];
      bad[0] = 1;
      bad[at] = 1;
      Bytes number = Bytes.of(bad);
      assertThatThrownBy(() -> EcdsaSignature.ofLittleEndian(curve, number, Bytes.zeros(72)))
          .isInstanceOf(FormatException.class);
      assertThatThrownBy(() -> EcdsaSignature.ofLittleEndian(curve, Bytes.zeros(72), number))
          .isInstanceOf(FormatException.class);
    }
    Bytes tooShort = Bytes.zeros(curve.size() - 1);
    assertThatThrownBy(() -> EcdsaSignature.ofLittleEndian(curve, tooShort, tooShort))
        .isInstanceOf(FormatException.class);
  }

  @ParameterizedTest
  @EnumSource
  void inRange_zeros_false(Curve curve) throws Exception {
    assertThat(EcdsaSignature.ofBigEndian(curve, Bytes.zeros(2 * curve.size())).inRange())
        .isFalse();
    assertThat(EcdsaSignature.ofLittleEndian(curve, Bytes.zeros(72), Bytes.zeros(72)).inRange())
        .isFalse();
  }
}
