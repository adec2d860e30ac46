package io.vouchsafe.appraisal;

import static io.vouchsafe.appraisal.Fixtures.NOW;
import static io.vouchsafe.appraisal.Fixtures.keyPair;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vouchsafe.appraisal.fuzz.EarCborFuzzer;
import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.Cbor;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.testkit.Mutations;
import io.vouchsafe.testkit.Vectors;
import io.vouchsafe.verdict.Code;
import io.vouchsafe.verdict.RefusedException;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EarCborTest {
  private static final KeyPair PAIR = keyPair("secp256r1");
  private static final ECPublicKey KEY = (ECPublicKey) PAIR.getPublic();
  private static final long ES256 = -7;

  private static Cbor.DictBuilder claims(Cbor submodule) {
    return Cbor.map()
        .put(265, Cbor.of("tag:ietf.org,2026:rats/ear#03"))
        .put(6, Cbor.of(1_666_529_184L))
        .put(4, Cbor.of(NOW.getEpochSecond()))
        .put(1004, Cbor.map().put(0, Cbor.of("a developer")).put(1, Cbor.of("a build")).build())
        .put(266, Cbor.map().put("cpu0", submodule).build());
  }

  private static Cbor submodule(long status, long executables) {
    return Cbor.map()
        .put(1000, Cbor.of(status))
        .put(1001, Cbor.map().put(2, Cbor.of(executables)).build())
        .put(1003, Cbor.array(Cbor.of("first"), Cbor.of("second")))
        .put(-70_000, Cbor.map().put("measured", Cbor.of(Bytes.of((byte) 1))).build())
        .put(99, Cbor.of("unknown"))
        .build();
  }

  private static Bytes token(KeyPair signer, long algorithm, Bytes payload) {
    Bytes header = Cbor.map().put(1, Cbor.of(algorithm)).build().encode();
    Cbor signed =
        Cbor.array(Cbor.of("Signature1"), Cbor.of(header), Cbor.of(Bytes.EMPTY), Cbor.of(payload));
    Cbor message =
        Cbor.array(
            Cbor.of(header),
            Cbor.map().build(),
            Cbor.of(payload),
            Cbor.of(sign(signer, signed.encode())));
    return new Cbor.Tagged(18, message).encode();
  }

  private static Bytes sign(KeyPair signer, Bytes content) {
    try {
      Signature signature = Signature.getInstance("SHA256withECDSAinP1363Format");
      signature.initSign(signer.getPrivate());
      signature.update(content.toByteArray());
      return Bytes.of(signature.sign());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void assertRefused(Bytes token) {
    assertThatThrownBy(() -> EarToken.verify(token, KEY))
        .isInstanceOfSatisfying(
            RefusedException.class, e -> assertThat(e.code()).isEqualTo(Code.TOKEN_INVALID));
  }

  @ParameterizedTest
  @CsvSource({"ear-cbor-1,CONTRAINDICATED,CONTRAINDICATED", "ext-veraison-cbor-1,NONE,AFFIRMING"})
  void vector_ofTheDraft_isRead(String name, TrustTier status, TrustTier worst) throws Exception {
    Json.Obj claims = EarToken.claims(Bytes.of(Vectors.bytes("ear/draft/" + name + ".cbor")));
    AttestationResult read =
        AttestationResult.ofVerifiedClaims(claims.with("exp", Json.of(NOW.getEpochSecond())));
    assertThat(read.submodules().getFirst().status()).isEqualTo(status);
    assertThat(read.submodules().getFirst().appraisal().vector().tier()).isEqualTo(worst);
    assertThat(read.affirming()).isFalse();
  }

  @Test
  void token_signed_isReadUnderTheNamesOfJson() throws Exception {
    Bytes payload = claims(submodule(2, 3)).build().encode();
    Json.Obj claims = EarToken.verify(token(PAIR, ES256, payload), KEY);

    assertThat(claims.object("ear.verifier-id").string("build")).isEqualTo("a build");
    AttestationResult read = AttestationResult.ofVerifiedClaims(claims);
    assertThat(read.affirming()).isTrue();
    assertThat(read.expires()).isEqualTo(NOW);
    assertThat(read.submodules().getFirst().policyId()).isEqualTo("first second");
    assertThat(claims.object("submods").object("cpu0").compact())
        .contains("{\"measured\":\"AQ\"}")
        .doesNotContain("unknown");
  }

  @Test
  void token_byAnotherKeyOrAlgorithmOrChanged_isRefused() {
    Bytes payload = claims(submodule(2, 3)).build().encode();
    assertRefused(token(keyPair("secp256r1"), ES256, payload));
    for (long algorithm : new long[] {-35, -37, 0, 5, -65_535}) {
      assertRefused(token(PAIR, algorithm, payload));
    }
    byte[] changed = token(PAIR, ES256, payload).toByteArray();
    changed[changed.length - 70] ^= 1;
    assertRefused(Bytes.of(changed));
    assertRefused(payload);
    assertRefused(Bytes.EMPTY);
    assertRefused(Bytes.zeros(EarToken.MAX_LENGTH + 1));
  }

  @Test
  void token_withoutWhatAResultMustHave_isRefused() {
    Cbor good = submodule(2, 3);
    for (Cbor payload :
        List.of(
            Cbor.of(1),
            Cbor.map().build(),
            Cbor.map().put(265, Cbor.of("p")).put(6, Cbor.of(1)).build(),
            Cbor.map()
                .put(265, Cbor.of("p"))
                .put(6, new Cbor.Real(1))
                .put(1004, Cbor.map().put(0, Cbor.of("d")).put(1, Cbor.of("b")).build())
                .put(266, Cbor.map().put("cpu0", good).build())
                .build(),
            Cbor.map()
                .put(265, Cbor.of("p"))
                .put(6, Cbor.of(1))
                .put(1004, Cbor.map().put(0, Cbor.of("d")).build())
                .put(266, Cbor.map().put("cpu0", good).build())
                .build(),
            claims(Cbor.of(1)).build(),
            claims(Cbor.map().build()).build())) {
      assertRefused(token(PAIR, ES256, payload.encode()));
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {-1, 1, 3, 33, 97})
  void status_ofNoTier_isRefused(long status) {
    assertRefused(token(PAIR, ES256, claims(submodule(status, 2)).build().encode()));
  }

  @ParameterizedTest
  @CsvSource({"2,33", "2,97", "32,-128", "2,128", "0,33"})
  void status_betterThanTheWorstClaim_isNoResult(long status, long executables) throws Exception {
    Json.Obj claims =
        EarToken.verify(
            token(PAIR, ES256, claims(submodule(status, executables)).build().encode()), KEY);
    assertThatThrownBy(() -> AttestationResult.ofVerifiedClaims(claims))
        .isInstanceOf(FormatException.class);
  }

  @Test
  void annotatedEvidence_withKeysThatWouldCollide_isRefused() {
    Cbor twice = Cbor.map().put("1", Cbor.of(1)).put(1, Cbor.of(2)).build();
    Cbor submodule = Cbor.map().put(1000, Cbor.of(2)).put(-70_000, twice).build();
    assertRefused(token(PAIR, ES256, claims(submodule).build().encode()));
  }

  @Test
  void claims_mutated_areRefusedOrRead() throws Exception {
    Mutations.feed(
        EarCborFuzzer::fuzzerTestOneInput,
        47,
        300,
        List.of(
            Vectors.bytes("ear/draft/ear-cbor-1.cbor"),
            Vectors.bytes("ear/draft/ext-veraison-cbor-1.cbor")));
  }
}
