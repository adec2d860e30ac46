package io.vouchsafe.trust.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.protocol.HashAlgorithm;
import io.vouchsafe.protocol.InitData;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/// Resources and the tokens that open them, asked for over HTTPS.
class ResourceIT extends SampleServerTestCase {
  @Test
  void resource_withAttestedSessionAndToken_isSealedToTheGuest() throws Exception {
    putResource("default/key/one", "top secret");
    releasePolicy("allow-all");
    SampleGuest.Session session = guest.auth();
    String token = guest.attest(session).json().string("token");

    Client.Answer byCookie =
        client.get("/kbs/v0/resource/default/key/one", "Cookie", session.cookie());
    Client.Answer byToken = client.get("/kbs/v0/resource/default/key/one", bearer(token));

    assertThat(guest.open(byCookie)).isEqualTo("top secret");
    assertThat(guest.open(byToken)).isEqualTo("top secret");
    assertThat(byToken.header("content-type")).contains("application/json");
  }

  @Test
  void resource_defaultPolicyAndSampleEvidence_isDeniedWithCodeAndId() throws Exception {
    putResource("default/key/one", "top secret");
    String token = guest.token();

    Client.Answer answer = client.get("/kbs/v0/resource/default/key/one", bearer(token));

    assertThat(answer.status()).isEqualTo(401);
    assertThat(answer.json().string("detail")).isEqualTo("Access denied by policy");
    assertThat(answer.code()).isEqualTo("NO_REFERENCE_VALUE");
    String id = answer.header("Vouchsafe-Id").orElseThrow();
    Json.Obj why = client.get("/v1/admin/decisions/" + id, admin).json();
    assertThat(why.integer("schema")).isEqualTo(1);
    assertThat(why.object("refusal").string("code")).isEqualTo("NO_REFERENCE_VALUE");
    assertThat(why.array("changes")).isNotEmpty();
    assertThat(answer.text()).doesNotContain("expected").doesNotContain("changes");
    assertThat(why.compact()).doesNotContain("top secret");
  }

  @Test
  void resource_affirmingSampleWithRegisteredInitData_isReleasedByDefault() throws Exception {
    putResource("default/key/one", "top secret");
    InitData initData = InitData.of(HashAlgorithm.SHA256, Map.of("a", "b"));
    for (String values :
        new String[] {
          "{\"svn\":[\"1\"],\"launch_digest\":[\"abcde\"],\"major_version\":1,\"minimum_minor_version\":1}",
          "{\"init_data\":[\"" + initData.digest().hex() + "\"]}"
        }) {
      assertThat(
              client
                  .post(
                      "/kbs/v0/reference-value",
                      "{\"version\":\"0.1.0\",\"type\":\"sample\",\"payload\":\""
                          + Bytes.utf8(values).base64()
                          + "\"}",
                      admin)
                  .status())
          .isEqualTo(200);
    }
    SampleGuest.Session session = guest.auth();
    Client.Answer attested =
        guest.attest(
            session,
            guest.evidence(session.nonce(), guest.teeKey(), Optional.of(initData)).toJson());
    assertThat(attested.status()).as(attested.text()).isEqualTo(200);

    Client.Answer answer =
        client.get("/kbs/v0/resource/default/key/one", "Cookie", session.cookie());

    assertThat(answer.status()).as(answer.text() + answer.code()).isEqualTo(200);
    assertThat(guest.open(answer)).isEqualTo("top secret");
  }

  @Test
  void resource_policyRevoked_isDenied() throws Exception {
    putResource("default/key/one", "top secret");
    releasePolicy("allow-all");
    String token = guest.token();
    assertThat(client.send("DELETE", "/v1/admin/policies/release", Bytes.EMPTY, admin).text())
        .isEqualTo("{\"revoked\":true}");

    Client.Answer answer = client.get("/kbs/v0/resource/default/key/one", bearer(token));

    assertThat(answer.status()).isEqualTo(401);
    assertThat(answer.code()).isEqualTo("POLICY_REVOKED");
  }

  @Test
  void token_tamperedForeignOrWithoutSignature_isRefused() throws Exception {
    putResource("default/key/one", "top secret");
    releasePolicy("allow-all");
    String token = guest.token();
    String[] parts = token.split("\\.");
    String none = Bytes.utf8("{\"alg\":\"none\"}").base64Url();
    String symmetric = Bytes.utf8("{\"alg\":\"HS256\"}").base64Url();
    for (String wrong :
        new String[] {
          none + "." + parts[1] + ".",
          symmetric + "." + parts[1] + "." + parts[2],
          parts[0] + "." + parts[1] + "." + Bytes.zeros(64).base64Url(),
          parts[0] + "." + parts[1],
          token + "A",
          AdminToken.make(home, Instant.now(), Duration.ofMinutes(5)),
          "a.b"
        }) {
      Client.Answer answer = client.get("/kbs/v0/resource/default/key/one", bearer(wrong));
      assertThat(answer.status()).isEqualTo(401);
      assertThat(answer.json().string("type")).endsWith("/TokenVerifierError");
      assertThat(answer.code()).isEqualTo("TOKEN_INVALID");
    }
  }

  @Test
  void token_ofAGuest_isNoAdminToken() throws Exception {
    String token = guest.token();

    assertThat(client.post("/kbs/v0/resource/default/key/one", "x", bearer(token)).code())
        .isEqualTo("ADMIN_DENIED");
    assertThat(client.get("/v1/admin/resources", bearer(token)).status()).isEqualTo(403);
  }

  @Test
  void bearer_of200KiB_isRead() throws Exception {
    Client.Answer answer = client.get("/kbs/v0/resource/a/b/c", bearer("x".repeat(200 << 10)));

    assertThat(answer.code()).isEqualTo("TOKEN_INVALID");
  }
}
