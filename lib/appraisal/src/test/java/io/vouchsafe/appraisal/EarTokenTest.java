package io.vouchsafe.appraisal;

import static io.vouchsafe.appraisal.Fixtures.NOW;
import static io.vouchsafe.appraisal.Fixtures.SUN;
import static io.vouchsafe.appraisal.Fixtures.TIME;
import static io.vouchsafe.appraisal.Fixtures.issued;
import static io.vouchsafe.appraisal.Fixtures.keyPair;
import static io.vouchsafe.appraisal.Fixtures.tpm;
import static io.vouchsafe.appraisal.Fixtures.tpmClaims;
import static io.vouchsafe.appraisal.Fixtures.tpmValues;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.encoding.JsonLimits;
import io.vouchsafe.testkit.Vectors;
import io.vouchsafe.verdict.Code;
import io.vouchsafe.verdict.RefusedException;
import java.io.ByteArrayInputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.AlgorithmParameters;
import java.security.InvalidKeyException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPoint;
import java.security.spec.ECPublicKeySpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EarTokenTest {
  private static final KeyPair PAIR = keyPair("secp256r1");
  private static final EarSigner SIGNER = signer();
  private static final AttestationResult RESULT = issued(tpm(tpmClaims()), tpmValues());

  private static EarSigner signer() {
    try {
      return EarSigner.of(PAIR, List.of(), SUN);
    } catch (InvalidKeyException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void assertRefused(Code code, EarCheck check, ThrowingCallable action) {
    assertThatThrownBy(action)
        .isInstanceOfSatisfying(
            RefusedException.class,
            e -> {
              assertThat(e.code()).isEqualTo(code);
              assertThat(e.refusal().check()).isEqualTo(check.id());
            });
  }

  private static Json.Obj part(String token, int index) throws FormatException {
    return Json.parseObject(Bytes.fromBase64Url(token.split("\\.")[index]), JsonLimits.MESSAGE);
  }

  private static AttestationResult read(String token) throws RefusedException {
    return EarToken.result(token, SIGNER.publicKey(), SUN, NOW);
  }

  @Test
  void token_signedAndRead_isTheSameResult() throws Exception {
    AttestationResult read = read(SIGNER.sign(RESULT));
    assertThat(read.claims()).isEqualTo(RESULT.claims());
    assertThat(read.id()).isEqualTo(RESULT.id());
    assertThat(read.expires()).isEqualTo(RESULT.expires());
    SubmoduleResult submodule = read.submodules().getFirst();
    assertThat(submodule.evidence()).isEqualTo(RESULT.submodules().getFirst().evidence());
    assertThat(
            read.again(AttestationPolicy.DEFAULT, ReferenceValues.of(tpmValues()), TIME)
                .submodules())
        .isEqualTo(RESULT.submodules());
  }

  @Test
  void header_hasKeyAndThumbprint() throws Exception {
    Json.Obj header = part(SIGNER.sign(RESULT), 0);
    assertThat(header.members().keySet()).containsExactly("typ", "alg", "jwk", "kid");
    assertThat(header.object("jwk").members().keySet())
        .containsExactly("alg", "kty", "crv", "x", "y");
    assertThat(SIGNER.jwks().array("keys"))
        .containsExactly(header.object("jwk").with("kid", header.require("kid")));
  }

  @Test
  void claims_againstARecordedToken_areEqualInNameOrderAndValue() throws Exception {
    Json.Obj recording =
        Json.parseObject(
            Bytes.of(Vectors.bytes("trustee-recordings/refval/attest-affirming.json")),
            JsonLimits.DOCUMENT);
    Json last = recording.array("exchanges").getLast();
    String body = last.asObject("exchange").object("response").string("body");
    String token = Json.parse(body, JsonLimits.MESSAGE).asObject("body").string("token");
    Json.Obj theirs = part(token, 1);
    AttestationResult read = AttestationResult.ofVerifiedClaims(theirs);
    EvidenceClaims foreign = read.submodules().getFirst().evidence();
    EvidenceClaims evidence =
        new EvidenceClaims(
            "sample",
            "cpu",
            EvidenceClaims.INSECURE_SAMPLE,
            foreign.claims(),
            foreign.runtimeData(),
            Optional.empty());
    EarIdentity identity =
        new EarIdentity(
            theirs.string("eat_profile"),
            theirs.object("ear.verifier-id").string("developer"),
            theirs.object("ear.verifier-id").string("build"),
            theirs.string("iss"));
    SubmoduleResult submodule =
        SubmoduleResult.appraise(
            "cpu0",
            evidence,
            AttestationPolicy.DEFAULT,
            ReferenceValues.of(Fixtures.sampleValues()),
            TIME);
    Json.Obj ours =
        AttestationResult.issue(
                identity, "id", List.of(submodule), read.issuedAt(), Duration.ofMinutes(5))
            .claims();
    Json.Obj ourSubmodule = ours.object("submods").object("cpu0").without("ear.vouchsafe");
    Json.Obj comparable =
        ours.without("jti").with("submods", Json.object().put("cpu0", ourSubmodule).build());
    assertThat(comparable.compact()).isEqualTo(theirs.compact());
  }

  @Test
  void claims_ofATrusteeFixture_areRead() throws Exception {
    AttestationResult read =
        AttestationResult.ofVerifiedClaims(
            Json.parseObject(
                Bytes.of(Vectors.bytes("trustee/token-jwk/example.token.json")),
                JsonLimits.DOCUMENT));
    assertThat(read.submodules().getFirst().status()).isEqualTo(TrustTier.CONTRAINDICATED);
    assertThat(read.submodules().getFirst().evidence().tee()).isEqualTo("sgx");
    assertThat(read.affirming()).isFalse();
  }

  @Test
  void jwks_ofATrusteeFixture_areThatButForTheKeyId() throws Exception {
    Json.Obj expected =
        Json.parseObject(
            Bytes.of(Vectors.bytes("trustee/token-jwk/expected-jwks.json")), JsonLimits.DOCUMENT);
    X509Certificate certificate =
        (X509Certificate)
            CertificateFactory.getInstance("X.509")
                .generateCertificate(
                    new ByteArrayInputStream(Vectors.bytes("trustee/token-jwk/cert-chain.pem")));
    String pem = Vectors.text("trustee/token-jwk/signing-key.pem");
    byte[] der = Base64.getMimeDecoder().decode(pem.replaceAll("-----[^-]+-----", ""));
    KeyPair pair =
        new KeyPair(
            certificate.getPublicKey(),
            KeyFactory.getInstance("EC").generatePrivate(new PKCS8EncodedKeySpec(der)));
    EarSigner signer = EarSigner.of(pair, List.of(certificate), SUN);
    Json.Obj ours = signer.jwks().array("keys").getFirst().asObject("key");
    assertThat(ours.without("kid")).isEqualTo(expected.array("keys").getFirst());
    EarToken.verify(signer.sign(RESULT), signer.publicKey(), SUN);
  }

  @Test
  void signer_withKeyOnAnotherCurve_isRefused() {
    assertThatThrownBy(() -> EarSigner.of(keyPair("secp384r1"), List.of(), SUN))
        .isInstanceOf(InvalidKeyException.class);
  }

  private static ECPublicKey vectorKey() throws Exception {
    Json.Obj jwk =
        Json.parseObject(Bytes.of(Vectors.bytes("ear/arc-pkey.json")), JsonLimits.MESSAGE);
    AlgorithmParameters parameters = AlgorithmParameters.getInstance("EC");
    parameters.init(new ECGenParameterSpec("secp256r1"));
    ECPoint point =
        new ECPoint(
            new BigInteger(1, Bytes.fromBase64Url(jwk.string("x")).toByteArray()),
            new BigInteger(1, Bytes.fromBase64Url(jwk.string("y")).toByteArray()));
    return (ECPublicKey)
        KeyFactory.getInstance("EC")
            .generatePublic(
                new ECPublicKeySpec(point, parameters.getParameterSpec(ECParameterSpec.class)));
  }

  @Test
  void vector_good_isAccepted() throws Exception {
    Json.Obj claims = EarToken.verify(Vectors.text("ear/good-es256.jwt").strip(), vectorKey(), SUN);
    assertThat(claims.object("submods").object("test").string("ear.status")).isEqualTo("affirming");
  }

  @ParameterizedTest
  @ValueSource(strings = {"bad-empty-claims", "bad-format-leading-dot", "bad-hs256"})
  void vector_bad_isRefused(String name) throws Exception {
    String token = Vectors.text("ear/" + name + ".jwt").strip();
    ECPublicKey key = vectorKey();
    assertThatThrownBy(() -> EarToken.verify(token, key, SUN))
        .isInstanceOfSatisfying(
            RefusedException.class, e -> assertThat(e.code()).isEqualTo(Code.TOKEN_INVALID));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "arc-ear-claims",
        "arc-ear-claims-extension-ok",
        "arc-ear-claims-key-attestation-ok",
        "arc-ear-claims-tv-ok"
      })
  void vector_claims_areRead(String name) throws Exception {
    Json.Obj claims =
        Json.parseObject(Bytes.of(Vectors.bytes("ear/" + name + ".json")), JsonLimits.MESSAGE);
    AttestationResult read =
        AttestationResult.ofVerifiedClaims(claims.with("exp", Json.of(NOW.getEpochSecond())));
    assertThat(read.affirming()).isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "ear-json-1,CONTRAINDICATED",
    "ext-teep-json-1,CONTRAINDICATED",
    "ext-veraison-json-1,CONTRAINDICATED",
    "ext-veraison-json-2,AFFIRMING"
  })
  void vector_ofTheDraft_isReadUnderItsNames(String name, TrustTier status) throws Exception {
    Json.Obj claims =
        Json.parseObject(
            Bytes.of(Vectors.bytes("ear/draft/" + name + ".json")), JsonLimits.MESSAGE);
    AttestationResult read =
        AttestationResult.ofVerifiedClaims(claims.with("exp", Json.of(NOW.getEpochSecond())));
    SubmoduleResult submodule = read.submodules().getFirst();
    assertThat(submodule.status()).isEqualTo(status);
    assertThat(submodule.appraisal().vector().tier()).isEqualTo(status);
    assertThat(submodule.policyId()).isEqualTo("https://veraison.example/policy/1/60a0068d");
    assertThat(read.claims().members()).containsKey("ear_verifier_id");
    assertThat(EarToken.verify(signed(claims), SIGNER.publicKey(), SUN)).isEqualTo(claims);
  }

  /// A token of ours with any claim set.
  private static String signed(Json.Obj claims) {
    return SIGNER.sign(new AttestationResult("id", NOW, NOW.plusSeconds(300), List.of(), claims));
  }

  private static Json.Obj claims(String members) throws FormatException {
    return Json.parse(
            "{\"eat_profile\":\"p\",\"ear.verifier-id\":{},\"exp\":"
                + NOW.plusSeconds(300).getEpochSecond()
                + ","
                + members
                + "}",
            JsonLimits.MESSAGE)
        .asObject("claims");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"iat\":1.5,\"submods\":{\"cpu0\":{\"ear.status\":\"none\"}}",
        "\"iat\":1666091373.0,\"submods\":{\"cpu0\":{\"ear.status\":\"none\"}}",
        "\"iat\":1e9,\"submods\":{\"cpu0\":{\"ear.status\":\"none\"}}",
        "\"iat\":\"1\",\"submods\":{\"cpu0\":{\"ear.status\":\"none\"}}",
        "\"iat\":1,\"submods\":{}",
        "\"iat\":1,\"submods\":{\"cpu0\":{\"ear.status\":0}}",
        "\"iat\":1,\"submods\":{\"cpu0\":{\"ear.status\":\"Affirming\"}}",
        "\"iat\":1,\"submods\":{\"cpu0\":{\"ear.status\":\"affirming\","
            + "\"ear_status\":\"contraindicated\"}}",
        "\"iat\":1,\"ear_verifier_id\":{},\"submods\":{\"cpu0\":{\"ear.status\":\"none\"}}",
        "\"iat\":1,\"submods\":{\"cpu0\":{\"ear_status\":\"none\",\"ear_appraisal_policy_ids\":[]}}",
        "\"iat\":1,\"submods\":{\"cpu0\":{\"ear_status\":\"none\",\"ear_appraisal_policy_ids\":\"a\"}}",
        "\"iat\":1,\"submods\":{\"cpu0\":{\"ear.status\":\"affirming\","
            + "\"ear.trustworthiness-vector\":{\"executables\":33}}}",
        "\"iat\":1,\"submods\":{\"cpu0\":{\"ear_status\":\"warning\","
            + "\"ear_trustworthiness_vector\":{\"executables\":-97}}}",
        "\"iat\":1,\"submods\":{\"cpu0\":{\"ear.status\":\"affirming\","
            + "\"ear.trustworthiness-vector\":{\"executables\":128}}}",
        "\"iat\":1,\"submods\":{\"cpu0\":{\"ear.status\":\"affirming\","
            + "\"ear.trustworthiness-vector\":{\"speed\":2}}}",
        "\"iat\":1,\"ear.status\":\"affirming\",\"submods\":{\"cpu0\":{\"ear.status\":\"warning\"}}",
        "\"iat\":1,\"nbf\":1.5,\"submods\":{\"cpu0\":{\"ear.status\":\"none\"}}",
        "\"iat\":1,\"nbf\":\"1\",\"submods\":{\"cpu0\":{\"ear.status\":\"none\"}}"
      })
  void token_signedButOfOddClaims_isRefused(String members) throws Exception {
    String token = signed(claims(members));
    assertRefused(Code.TOKEN_INVALID, EarCheck.CLAIMS, () -> read(token));
  }

  @Test
  void token_beforeItsBegin_isRefusedButForTheLeeway() throws Exception {
    long now = NOW.getEpochSecond();
    String rest = ",\"iat\":1,\"submods\":{\"cpu0\":{\"ear.status\":\"none\"}}";
    String early = signed(claims("\"nbf\":" + (now + 61) + rest));
    assertRefused(Code.TOKEN_INVALID, EarCheck.EXPIRY, () -> read(early));
    assertThat(read(signed(claims("\"nbf\":" + (now + 60) + rest))).affirming()).isFalse();
  }

  @Test
  void token_withThePublicKeyAsASharedSecret_isRefused() throws Exception {
    String[] parts = SIGNER.sign(RESULT).split("\\.");
    String header = Bytes.utf8("{\"alg\":\"HS256\",\"typ\":\"JWT\"}").base64Url() + '.' + parts[1];
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(SIGNER.publicKey().getEncoded(), "HmacSHA256"));
    byte[] tag = mac.doFinal(header.getBytes(StandardCharsets.US_ASCII));
    String token = header + '.' + Bytes.of(tag).base64Url();
    assertRefused(Code.TOKEN_INVALID, EarCheck.ALGORITHM, () -> read(token));
  }

  @Test
  void token_withItsOwnKeyInTheHeader_isVerifiedWithOurs() throws Exception {
    EarSigner stranger = EarSigner.of(keyPair("secp256r1"), List.of(), SUN);
    String token = stranger.sign(RESULT);
    assertRefused(Code.TOKEN_INVALID, EarCheck.SIGNATURE, () -> read(token));
  }

  @Test
  void token_byAnotherKey_isRefused() {
    ECPublicKey other = (ECPublicKey) keyPair("secp256r1").getPublic();
    String token = SIGNER.sign(RESULT);
    assertRefused(Code.TOKEN_INVALID, EarCheck.SIGNATURE, () -> EarToken.verify(token, other, SUN));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", ".", "..", "a.b", "a.b.c.d", "e30.e30.e30", "!.!.!"})
  void token_ofAnotherForm_isRefused(String token) {
    assertRefused(Code.TOKEN_INVALID, EarCheck.FORM, () -> read(token));
  }

  @Test
  void token_tooLong_isRefused() {
    String token = "a".repeat(EarToken.MAX_LENGTH + 1);
    assertRefused(Code.TOKEN_INVALID, EarCheck.FORM, () -> read(token));
  }

  private static String withHeader(String header) {
    String[] parts = SIGNER.sign(RESULT).split("\\.");
    byte[] bytes = header.getBytes(StandardCharsets.UTF_8);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes)
        + '.'
        + parts[1]
        + '.'
        + parts[2];
  }

  @Test
  void token_withoutSignatureAlgorithm_isRefused() {
    for (String alg : List.of("none", "HS256", "ES384", "es256")) {
      assertRefused(
          Code.TOKEN_INVALID,
          EarCheck.ALGORITHM,
          () -> read(withHeader("{\"alg\":\"" + alg + "\"}")));
    }
  }

  @Test
  void token_withCriticalExtension_isRefused() {
    assertRefused(
        Code.TOKEN_INVALID,
        EarCheck.FORM,
        () -> read(withHeader("{\"alg\":\"ES256\",\"crit\":[\"x\"]}")));
  }

  @Test
  void token_emptySignature_isRefused() {
    String token = SIGNER.sign(RESULT);
    String unsigned = token.substring(0, token.lastIndexOf('.') + 1);
    assertRefused(Code.TOKEN_INVALID, EarCheck.SIGNATURE, () -> read(unsigned));
  }

  @Test
  void token_pastItsEnd_isRefusedAfterTheLeeway() throws Exception {
    String token = SIGNER.sign(RESULT);
    Instant end = RESULT.expires().plus(EarToken.LEEWAY);
    assertThat(EarToken.result(token, SIGNER.publicKey(), SUN, end.minusSeconds(1)).expires())
        .isEqualTo(RESULT.expires());
    assertRefused(
        Code.TOKEN_EXPIRED,
        EarCheck.EXPIRY,
        () -> EarToken.result(token, SIGNER.publicKey(), SUN, end));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "{\"exp\":\"1\"}",
        "{\"exp\":-1}",
        "{\"exp\":1e30}",
        "{\"exp\":1,\"submods\":[]}",
        "{\"exp\":1,\"submods\":{\"cpu0\":1}}",
        "{\"exp\":1,\"submods\":{\"cpu0\":{}}}",
        "{\"exp\":1,\"submods\":{\"cpu0\":{\"ear.status\":\"good\"}}}",
        "{\"exp\":1,\"submods\":{\"cpu0\":{\"ear.status\":\"affirming\","
            + "\"ear.trustworthiness-vector\":{\"hardware\":97}}}}"
      })
  void claims_ofOddForm_areRefused(String text) {
    assertThatThrownBy(() ->
            AttestationResult.ofVerifiedClaims(
                Json.parse(text, JsonLimits.MESSAGE).asObject("claims")))
        .isInstanceOf(FormatException.class);
  }

  @Test
  void claims_withTooManySubmodules_areRefused() {
    Json.ObjBuilder submods = Json.object();
    for (int i = 0; i <= AttestationResult.MAX_SUBMODULES; i++) {
      submods.put("cpu" + i, Json.object().put("ear.status", "affirming").build());
    }
    Json.Obj claims = Json.object().put("exp", 1).put("submods", submods.build()).build();
    assertThatThrownBy(() -> AttestationResult.ofVerifiedClaims(claims))
        .isInstanceOf(FormatException.class);
  }

  @Test
  void key_ofAForeignToken_isFoundAtItsPlaces() throws FormatException {
    Json.Obj key = Json.object().put("kty", "EC").build();
    Json.Obj holder = Json.object().put("tee-pubkey", key).build();
    Json.Obj base = Json.object().put("exp", 1).build();
    for (Json.Obj claims :
        List.of(
            base.with("tee-pubkey", key),
            base.with("tdx", Json.object().put("attester_runtime_data", holder).build()),
            base.with("tdx", Json.object().put("attester_user_data", holder).build()),
            base.with("customized_claims", Json.object().put("runtime_data", holder).build()))) {
      assertThat(AttestationResult.ofVerifiedClaims(claims).teePublicKey()).contains(key);
    }
    assertThat(AttestationResult.ofVerifiedClaims(base).teePublicKey()).isEmpty();
  }
}
