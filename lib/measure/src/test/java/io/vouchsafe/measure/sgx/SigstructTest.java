package io.vouchsafe.measure.sgx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.verdict.Code;
import io.vouchsafe.verdict.RefusedException;
import java.math.BigInteger;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SigstructTest {
  private static SignedEnclave signer;
  private static byte[] good;

  @BeforeAll
  static void sign() throws Exception {
    signer = SignedEnclave.newSigner();
    good = signer.sign(SignedEnclave.body());
  }

  private static byte[] changed(int at) {
    byte[] copy = good.clone();
    copy[at] ^= 1;
    return copy;
  }

  private static void assertRefused(byte[] raw, Code code, String check) throws FormatException {
    Sigstruct parsed = Sigstruct.parse(Bytes.of(raw));
    assertThatThrownBy(parsed::verify)
        .isInstanceOfSatisfying(
            RefusedException.class,
            e -> {
              assertThat(e.code()).isEqualTo(code);
              assertThat(e.refusal().check()).isEqualTo(check);
            });
  }

  @Test
  void verify_ownSignature_passesAllChecks() throws Exception {
    Sigstruct parsed = Sigstruct.parse(Bytes.of(good));
    assertThat(parsed.verify()).hasSize(4);
    assertThat(parsed.date()).isEqualTo("20261125");
    assertThat(parsed.isvProdId()).isEqualTo(3);
    assertThat(parsed.isvSvn()).isEqualTo(9);
    assertThat(parsed.mrSigner().size()).isEqualTo(32);
  }

  @Test
  void verify_eachSignedByteChanged_isRefused() {
    for (int at = 0; at < 1028; at++) {
      if (at >= 128 && at < 900) {
        continue; // key and signature
      }
      byte[] raw = changed(at);
      assertThatThrownBy(() -> Sigstruct.parse(Bytes.of(raw)).verify())
          .as("byte " + at)
          .isInstanceOfAny(FormatException.class, RefusedException.class);
    }
  }

  @Test
  void verify_eachByteOfKeySignatureAndQuotientsChanged_isRefused() throws Exception {
    for (int at = 128; at < 900; at += 11) {
      Sigstruct parsed = Sigstruct.parse(Bytes.of(changed(at)));
      assertThatThrownBy(parsed::verify).as("byte " + at).isInstanceOf(RefusedException.class);
    }
    for (int at = 1040; at < Sigstruct.SIZE; at += 11) {
      assertRefused(changed(at), Code.SIGNATURE_INVALID, "sgx.sigstruct.quotients");
    }
  }

  @Test
  void verify_anotherExponent_isRefused() throws Exception {
    byte[] raw = good.clone();
    raw[512] = 1;
    assertRefused(raw, Code.UNSUPPORTED_ALGORITHM, "sgx.sigstruct.key");
  }

  @Test
  void verify_shortModulus_isRefused() throws Exception {
    byte[] raw = good.clone();
    raw[511] = 0;
    assertRefused(raw, Code.WEAK_KEY, "sgx.sigstruct.key");
  }

  @Test
  void verify_evenModulus_isRefused() throws Exception {
    assertRefused(changed(128), Code.WEAK_KEY, "sgx.sigstruct.key");
  }

  @Test
  void verify_signaturePlusModulus_isRefused() throws Exception {
    byte[] raw = good.clone();
    BigInteger s = signer.number(raw, 516).add(signer.modulus());
    if (s.bitLength() <= 3072) {
      signer.put(raw, 516, s);
      assertRefused(raw, Code.SIGNATURE_INVALID, "sgx.sigstruct.signature");
    }
    signer.put(raw, 516, BigInteger.ZERO);
    assertRefused(raw, Code.SIGNATURE_INVALID, "sgx.sigstruct.signature");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 15, 16, 17, 24, 39, 44, 127, 910, 992, 1007, 1028, 1039})
  void parse_fixedByteChanged_isMalformed(int at) {
    assertThatThrownBy(() -> Sigstruct.parse(Bytes.of(changed(at))))
        .isInstanceOf(FormatException.class);
  }

  @Test
  void parse_dateOfNoDigits_isMalformed() {
    byte[] raw = good.clone();
    raw[20] = 0x1a;
    assertThatThrownBy(() -> Sigstruct.parse(Bytes.of(raw))).isInstanceOf(FormatException.class);
  }

  @Test
  void parse_vendorIntel_isTaken() throws Exception {
    byte[] raw = good.clone();
    raw[16] = (byte) 0x86;
    raw[17] = (byte) 0x80;
    assertThat(Sigstruct.parse(Bytes.of(raw)).vendor()).isEqualTo(0x8086);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1807, 1809})
  void parse_anotherLength_isMalformed(int length) {
    assertThatThrownBy(() -> Sigstruct.parse(Bytes.of(good).fit(length)))
        .isInstanceOf(FormatException.class);
  }
}
