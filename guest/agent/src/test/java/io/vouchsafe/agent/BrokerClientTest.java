package io.vouchsafe.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vouchsafe.agentapi.GuestRefusal;
import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.SecretBytes;
import io.vouchsafe.protocol.Jwe;
import io.vouchsafe.protocol.Jwk;
import io.vouchsafe.protocol.ResourceUri;
import io.vouchsafe.verdict.Code;
import java.io.IOException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.spec.ECGenParameterSpec;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BrokerClientTest {
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final GuestRefusal OURS =
      new GuestRefusal(Code.SIGNER_UNTRUSTED, "image.signature.key", "a", "b", "");
  private static KeyPair key;

  @BeforeAll
  static void key() throws Exception {
    key = newKey();
  }

  private static KeyPair newKey() throws Exception {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(new ECGenParameterSpec("secp256r1"));
    return generator.generateKeyPair();
  }

  private static BrokerTransport answering(int status, String body, Map<String, String> headers) {
    return (_, _, _) ->
        new BrokerTransport.Answer(
            status,
            Bytes.utf8(body),
            name -> headers.containsKey(name) ? List.of(headers.get(name)) : List.of());
  }

  private static SecretBytes resource(BrokerTransport broker) throws Exception {
    return new BrokerClient(broker, RANDOM)
        .resource(ResourceUri.parse("kbs:///a/b/c"), "token", key);
  }

  private static String error(String kind) {
    return "{\"type\":\"https://github.com/confidential-containers/kbs/errors/"
        + kind
        + "\",\"detail\":\"why\"}";
  }

  private static GuestRefusal refusal(BrokerTransport broker) {
    GuestRefusal[] found = new GuestRefusal[1];
    assertThatThrownBy(() -> resource(broker))
        .isInstanceOfSatisfying(GuestException.class, e -> found[0] = e.refusal());
    return found[0];
  }

  @Test
  void resource_sealedToTheKey_isOpened() throws Exception {
    String sealed =
        Jwe.seal(Jwk.of(key.getPublic()), SecretBytes.copyOf(new byte[] {1, 2}), RANDOM)
            .toJson()
            .compact();
    assertThat(resource(answering(200, sealed, Map.of())).size()).isEqualTo(2);
  }

  @Test
  void resource_sealedToAnotherKey_isRefused() throws Exception {
    String sealed =
        Jwe.seal(Jwk.of(newKey().getPublic()), SecretBytes.copyOf(new byte[] {1}), RANDOM)
            .toJson()
            .compact();
    assertThat(refusal(answering(200, sealed, Map.of())).code()).isEqualTo(Code.SEAL_INVALID);
  }

  @Test
  void resource_ourBroker_codeAndIdComeThrough() {
    GuestRefusal refusal =
        refusal(
            answering(
                401,
                error("PolicyDeny"),
                Map.of("vouchsafe-code", "POLICY_REVOKED", "vouchsafe-id", "d-1")));
    assertThat(refusal)
        .isEqualTo(
            new GuestRefusal(Code.POLICY_REVOKED, "broker.resource", "a release", "why", "d-1"));
  }

  @ParameterizedTest
  @CsvSource({
    "401,PolicyDeny,POLICY_DENIED",
    "401,AttestationError,NOT_AFFIRMING",
    "401,TokenNotFound,TOKEN_MISSING",
    "401,TokenVerifierError,TOKEN_INVALID",
    "404,PluginNotFound,PLUGIN_NOT_FOUND",
    "401,PluginInternalError,RESOURCE_NOT_FOUND",
    "500,SomethingNew,BROKER_UNREACHABLE",
  })
  void resource_brokerWithoutOurHeaders_kindBecomesCode(int status, String kind, Code code) {
    assertThat(refusal(answering(status, error(kind), Map.of())).code()).isEqualTo(code);
  }

  @ParameterizedTest
  @CsvSource({"200,''", "200,[]", "200,{}", "502,<html>", "301,''", "204,''"})
  void resource_nonsense_isUnreachable(int status, String body) {
    assertThat(refusal(answering(status, body, Map.of())).code())
        .isEqualTo(Code.BROKER_UNREACHABLE);
  }

  @Test
  void resource_unknownCodeInHeader_fallsBackToTheKind() {
    assertThat(
            refusal(answering(401, error("PolicyDeny"), Map.of("vouchsafe-code", "NEWER"))).code())
        .isEqualTo(Code.POLICY_DENIED);
  }

  @Test
  void resource_noAnswer_isUnreachable() {
    BrokerTransport dead =
        (_, _, _) -> {
          throw new IOException("refused");
        };
    assertThat(refusal(dead).code()).isEqualTo(Code.BROKER_UNREACHABLE);
  }

  @Test
  void report_accepted_hasTheLedgersId() throws Exception {
    BrokerTransport broker = answering(200, "{\"id\":\"d-7\"}", Map.of());
    assertThat(new BrokerClient(broker, RANDOM).report(OURS, "image", "token").id())
        .isEqualTo("d-7");
  }

  @ParameterizedTest
  @CsvSource({"404,''", "401,x", "200,{}", "200,nonsense"})
  void report_notAccepted_isTheRefusalAllTheSame(int status, String body) throws Exception {
    BrokerTransport broker = answering(status, body, Map.of());
    assertThat(new BrokerClient(broker, RANDOM).report(OURS, "image", "token")).isEqualTo(OURS);
  }
}
