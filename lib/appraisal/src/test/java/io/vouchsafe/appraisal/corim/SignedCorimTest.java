package io.vouchsafe.appraisal.corim;

import static io.vouchsafe.appraisal.corim.Manifests.NOW;
import static io.vouchsafe.appraisal.corim.Manifests.plain;
import static io.vouchsafe.appraisal.corim.Manifests.signed;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.Cbor;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.verdict.Code;
import io.vouchsafe.verdict.RefusedException;
import java.security.KeyPair;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SignedCorimTest {
  private KeyPair key;

  @BeforeAll
  void makeKey() throws Exception {
    key = Manifests.key();
  }

  private CorimSigner signer(Set<String> vendors, Set<String> profiles) {
    return new CorimSigner("acme", key.getPublic(), vendors, profiles);
  }

  private void refuses(Bytes manifest, CorimSigner signer, Instant at, Code code, String check)
      throws Exception {
    SignedCorim parsed = SignedCorim.parse(manifest);
    assertThatExceptionOfType(RefusedException.class)
        .isThrownBy(() -> parsed.verify(List.of(signer), at))
        .satisfies(refused -> {
          assertThat(refused.refusal().code()).isEqualTo(code);
          assertThat(refused.refusal().check()).isEqualTo(check);
        });
  }

  @Test
  void verify_namedSigner_givesTheManifest() throws Exception {
    Corim corim =
        SignedCorim.parse(signed(plain(), key)).verify(List.of(signer(Set.of(), Set.of())), NOW);
    assertThat(corim.id()).isEqualTo("manifest");
  }

  @Test
  void verify_signerOfThisVendorAndProfile_passes() throws Exception {
    Corim corim =
        SignedCorim.parse(signed(plain(), key))
            .verify(List.of(signer(Set.of("ACME"), Set.of("https://example.com/profile"))), NOW);
    assertThat(corim.modules()).hasSize(1);
  }

  @Test
  void verify_otherKey_isRefused() throws Exception {
    refuses(
        signed(plain(), Manifests.key()),
        signer(Set.of(), Set.of()),
        NOW,
        Code.REFERENCE_VALUE_SIGNER_UNTRUSTED,
        "corim.signer");
  }

  @Test
  void verify_noSignerNamed_isRefused() throws Exception {
    SignedCorim parsed = SignedCorim.parse(signed(plain(), key));
    assertThatExceptionOfType(RefusedException.class)
        .isThrownBy(() -> parsed.verify(List.of(), NOW))
        .withMessageContaining("none is named");
  }

  @Test
  void verify_signerOfAnotherVendor_isRefused() throws Exception {
    refuses(
        signed(plain(), key),
        signer(Set.of("Other Inc."), Set.of()),
        NOW,
        Code.REFERENCE_VALUE_SIGNER_UNTRUSTED,
        "corim.vendor");
  }

  @Test
  void verify_signerOfAnotherProfile_isRefused() throws Exception {
    refuses(
        signed(plain(), key),
        signer(Set.of(), Set.of("https://example.com/other")),
        NOW,
        Code.REFERENCE_VALUE_SIGNER_UNTRUSTED,
        "corim.profile");
  }

  @Test
  void verify_pastItsEnd_isRefused() throws Exception {
    refuses(
        signed(plain(), key),
        signer(Set.of(), Set.of()),
        Manifests.END.plusSeconds(1),
        Code.REFERENCE_VALUE_EXPIRED,
        "corim.signature-validity");
  }

  @Test
  void verify_beforeItsStart_isRefused() throws Exception {
    refuses(
        signed(plain(), key),
        signer(Set.of(), Set.of()),
        Manifests.START.minusSeconds(1),
        Code.REFERENCE_VALUE_NOT_YET_VALID,
        "corim.signature-validity");
  }

  @Test
  void verify_manifestThatEndsBeforeItsSignature_isRefused() throws Exception {
    Cbor longer = Cbor.map().put(1, Cbor.of(Manifests.END.getEpochSecond() * 2)).build();
    refuses(
        signed(plain(), key, "application/rim+cbor", longer),
        signer(Set.of(), Set.of()),
        Manifests.END.plusSeconds(1),
        Code.REFERENCE_VALUE_EXPIRED,
        "corim.validity");
  }

  @Test
  void verify_anyByteOfThePayloadChanged_isRefused() throws Exception {
    byte[] manifest = signed(plain(), key).toByteArray();
    byte[] payload = plain().encode().toByteArray();
    int from = java.util.Collections.indexOfSubList(list(manifest), list(payload));
    for (int i = 0; i < payload.length; i++) {
      byte[] changed = manifest.clone();
      changed[from + i] ^= 1;
      SignedCorim parsed;
      try {
        parsed = SignedCorim.parse(Bytes.of(changed));
      } catch (FormatException _) {
        continue; // refused before the signature
      }
      assertThatExceptionOfType(RefusedException.class)
          .isThrownBy(() -> parsed.verify(List.of(signer(Set.of(), Set.of())), NOW));
    }
  }

  private static List<Byte> list(byte[] bytes) {
    List<Byte> list = new java.util.ArrayList<>();
    for (byte value : bytes) {
      list.add(value);
    }
    return list;
  }

  @Test
  void parse_otherContentType_isRefused() throws Exception {
    Bytes manifest = signed(plain(), key, "application/json", Manifests.validity());
    assertThatExceptionOfType(FormatException.class).isThrownBy(() -> SignedCorim.parse(manifest));
  }

  @Test
  void parse_unsignedManifest_isRefused() {
    Bytes manifest = plain().encode();
    assertThatExceptionOfType(FormatException.class).isThrownBy(() -> SignedCorim.parse(manifest));
  }
}
