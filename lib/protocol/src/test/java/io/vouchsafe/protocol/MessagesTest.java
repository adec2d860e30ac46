package io.vouchsafe.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.verdict.Code;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MessagesTest {
  private static final String KEY =
      """
      {"kty":"EC","crv":"P-256","alg":"ECDH-ES+A256KW","x":"AA","y":"AA"}\
      """;

  @ParameterizedTest
  @CsvSource({
    "0.4.0, V0_4_0",
    "0.4.0+b, V0_4_0",
    "0.4.0+b.7-x, V0_4_0",
    "0.3.0, V0_3_0",
    "0.2.0, V0_2_0"
  })
  void version_spoken_isFound(String text, ProtocolVersion version) throws Exception {
    assertThat(ProtocolVersion.parse(text)).isEqualTo(version);
  }

  @ParameterizedTest
  @ValueSource(strings = {"0.1.0", "0.4.1", "0.5.0", "1.0.0", "0.4.0-rc1", "0.4.0-0.a"})
  void version_notSpoken_isUnsupported(String text) {
    assertThatThrownBy(() -> ProtocolVersion.parse(text))
        .isInstanceOfSatisfying(
            FormatException.class, e -> assertThat(e.code()).isEqualTo(Code.UNSUPPORTED_VERSION));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "", "abc", "0.4", "0.4.0.0", "v0.4.0", "00.4.0", "0.04.0", "0.4.0-", "0.4.0+", " 0.4.0"
      })
  void version_notSemantic_isMalformed(String text) {
    assertThatThrownBy(() -> ProtocolVersion.parse(text))
        .isInstanceOfSatisfying(
            FormatException.class, e -> assertThat(e.code()).isEqualTo(Code.MALFORMED));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"version\":\"0.4.0\",\"tee\":\"sample\",\"extra-params\":null}",
        "{\"version\":\"0.4.0\",\"tee\":\"sample\",\"extra-params\":\"\",\"foo\":1}",
        "[\"0.4.0\",\"sample\",\"\"]"
      })
  void auth_formsOfTheReference_parse(String body) throws Exception {
    AuthRequest request = AuthRequest.parse(Bytes.utf8(body));

    assertThat(request.tee()).isEqualTo(Tee.SAMPLE);
    assertThat(request.version()).isEqualTo("0.4.0");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{}",
        "null",
        "[]",
        "[\"0.4.0\",\"sample\"]",
        "[\"0.4.0\",\"sample\",1,2]",
        "{\"version\":\"0.4.0\",\"tee\":",
        "{\"version\":\"0.4.0\",\"tee\":\"sample\"}",
        "{\"version\":\"0.4.0\",\"extra-params\":\"\"}",
        "{\"version\":4,\"tee\":\"sample\",\"extra-params\":\"\"}",
        "{\"version\":\"0.4.0\",\"tee\":\"SNP\",\"extra-params\":\"\"}",
        "{\"version\":\"0.4.0\",\"tee\":\"frob\",\"extra-params\":\"\"}",
        "{\"version\":\"0.4.0\",\"version\":\"0.4.0\",\"tee\":\"sample\",\"extra-params\":\"\"}",
        "{\"version\":\"0.4.0\",\"tee\":\"sample\",\"extra-params\":\"\"}x"
      })
  void auth_otherForms_areRefused(String body) {
    assertThatThrownBy(() -> AuthRequest.parse(Bytes.utf8(body)))
        .isInstanceOf(FormatException.class);
  }

  @Test
  void challenge_selectedHash_isTakenElseSha384() throws Exception {
    assertThat(ChallengeMessage.of("n").hash()).isEqualTo(HashAlgorithm.SHA384);
    assertThat(challenge("{\"selected-hash-algorithm\":\"sha512\"}").hash())
        .isEqualTo(HashAlgorithm.SHA512);
    assertThat(challenge("{\"selected-hash-algorithm\":null}").hash())
        .isEqualTo(HashAlgorithm.SHA384);
    assertThat(challenge("null").hash()).isEqualTo(HashAlgorithm.SHA384);
    assertThatThrownBy(() -> challenge("{\"selected-hash-algorithm\":\"sm3\"}").hash())
        .isInstanceOf(FormatException.class);
  }

  private static ChallengeMessage challenge(String extraParams) throws FormatException {
    return ChallengeMessage.parse(
        Bytes.utf8("{\"nonce\":\"n\",\"extra-params\":" + extraParams + "}"));
  }

  @Test
  void attest_version04_keepsTheAdditionalEvidenceAsSent() throws Exception {
    AttestRequest request =
        parse(
            ProtocolVersion.V0_4_0,
            "{'init-data':{'format':'toml','body':'x'},'runtime-data':{'nonce':'n','tee-pubkey':KEY},"
                + "'tee-evidence':{'primary_evidence':{},'additional_evidence':'{ \\'a\\' : 1 }'}}");

    assertThat(request.initData()).contains("x");
    assertThat(request.nonce()).contains("n");
    assertThat(request.additionalEvidence()).isEqualTo("{ \"a\" : 1 }");
    assertThat(request.devices()).containsOnlyKeys("a");
  }

  @Test
  void attest_olderVersions_haveNoNonce() throws Exception {
    AttestRequest v2 = parse(ProtocolVersion.V0_2_0, "{'tee-pubkey':KEY,'tee-evidence':{'a':1}}");
    AttestRequest v3 =
        parse(
            ProtocolVersion.V0_3_0,
            "{'tee-pubkey':KEY,'tee-evidence':{'primary_evidence':1,'additional_evidence':''}}");

    assertThat(v2.nonce()).isEmpty();
    assertThat(v2.primaryEvidence()).isEqualTo(Json.object().put("a", 1).build());
    assertThat(v3.primaryEvidence()).isEqualTo(Json.of(1));
    assertThat(v3.initData()).isEqualTo(Optional.empty());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "[]",
        "{'runtime-data':{'nonce':'n','tee-pubkey':KEY}}",
        "{'tee-evidence':{'primary_evidence':{},'additional_evidence':''}}",
        "{'runtime-data':{'tee-pubkey':KEY},'tee-evidence':{'primary_evidence':{},'additional_evidence':''}}",
        "{'runtime-data':{'nonce':'n'},'tee-evidence':{'primary_evidence':{},'additional_evidence':''}}",
        "{'runtime-data':{'nonce':'n','tee-pubkey':KEY},'tee-evidence':{'primary_evidence':{}}}",
        "{'runtime-data':{'nonce':'n','tee-pubkey':KEY},'tee-evidence':{'primary-evidence':{},'additional-evidence':''}}",
        "{'runtime-data':{'nonce':'n','tee-pubkey':KEY},'tee-evidence':{'primary_evidence':{},'additional_evidence':{}}}",
        "{'init-data':{'format':'json','body':'{}'},'runtime-data':{'nonce':'n','tee-pubkey':KEY},'tee-evidence':{'primary_evidence':{},'additional_evidence':''}}",
        "{'init-data':{'body':'x'},'runtime-data':{'nonce':'n','tee-pubkey':KEY},'tee-evidence':{'primary_evidence':{},'additional_evidence':''}}",
        "{'init-data':'x','runtime-data':{'nonce':'n','tee-pubkey':KEY},'tee-evidence':{'primary_evidence':{},'additional_evidence':''}}",
        "{'runtime-data':{'nonce':'n','nonce':'n','tee-pubkey':KEY},'tee-evidence':{'primary_evidence':{},'additional_evidence':''}}"
      })
  void attest_otherForms_areRefused(String body) {
    assertThatThrownBy(() -> parse(ProtocolVersion.V0_4_0, body))
        .isInstanceOf(FormatException.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"x", "[]", "{", "1"})
  void devices_notAnObject_areRefused(String additional) {
    AttestRequest request =
        new AttestRequest(Optional.empty(), Optional.empty(), key(), Json.NULL, additional);

    assertThatThrownBy(request::devices).isInstanceOf(FormatException.class);
  }

  @Test
  void error_kindIsTheLastPartOfTheType() throws Exception {
    BrokerError error = BrokerError.of(BrokerError.Kind.POLICY_DENY, "Access denied by policy");

    assertThat(error.toJson().compact())
        .isEqualTo(
            "{\"type\":\"https://github.com/confidential-containers/kbs/errors/PolicyDeny\","
                + "\"detail\":\"Access denied by policy\"}");
    assertThat(BrokerError.parse(error.toJson().utf8()).kind()).isEqualTo("PolicyDeny");
    assertThatThrownBy(() -> BrokerError.parse(Bytes.utf8("nope")))
        .isInstanceOf(FormatException.class);
  }

  private static AttestRequest parse(ProtocolVersion version, String body) throws FormatException {
    // Single quotes keep the bodies readable; a quoted quote is written \'.
    String json =
        body.replace("\\'", "\u0001")
            .replace('\'', '"')
            .replace("\u0001", "\\\"")
            .replace("KEY", KEY);
    return AttestRequest.parse(Bytes.utf8(json), version);
  }

  private static TeeKey key() {
    try {
      return TeeKey.parse(
          Json.parseObject(Bytes.utf8(KEY), io.vouchsafe.encoding.JsonLimits.MESSAGE));
    } catch (FormatException e) {
      throw new AssertionError(e);
    }
  }
}
