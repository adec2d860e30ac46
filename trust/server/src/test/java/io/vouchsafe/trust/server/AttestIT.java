package io.vouchsafe.trust.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.protocol.HashAlgorithm;
import io.vouchsafe.protocol.ProtocolVersion;
import io.vouchsafe.protocol.RuntimeData;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The handshake over HTTPS, and how it goes wrong.
class AttestIT extends SampleServerTestCase {
  @Test
  void attest_keySwapped_isRefused() throws Exception {
    SampleGuest.Session session = guest.auth();
    SampleGuest other = new SampleGuest(client);
    Json.Obj body = guest.evidence(session.nonce(), guest.teeKey(), Optional.empty()).toJson();
    Json.Obj runtimeData = body.object("runtime-data").with("tee-pubkey", other.teeKey().toJson());

    Client.Answer answer = guest.attest(session, body.with("runtime-data", runtimeData));

    assertThat(answer.status()).isEqualTo(401);
    assertThat(answer.code()).isEqualTo("REPORT_DATA_MISMATCH");
  }

  @Test
  void attest_foreignNonce_isRefused() throws Exception {
    SampleGuest.Session mine = guest.auth();
    SampleGuest.Session other = guest.auth();

    Client.Answer answer =
        guest.attest(
            mine, guest.evidence(other.nonce(), guest.teeKey(), Optional.empty()).toJson());

    assertThat(answer.code()).isEqualTo("NONCE_MISMATCH");
  }

  @Test
  void attest_threeFailures_consumeTheNonce() throws Exception {
    SampleGuest.Session session = guest.auth();
    Json.Obj wrong = guest.evidence("x", guest.teeKey(), Optional.empty()).toJson();
    for (int i = 0; i < 3; i++) {
      assertThat(guest.attest(session, wrong).code()).isEqualTo("NONCE_MISMATCH");
    }

    Client.Answer answer = guest.attest(session);

    assertThat(answer.status()).isEqualTo(401);
    assertThat(answer.code()).isEqualTo("NONCE_CONSUMED");
  }

  @Test
  void attest_additionalEvidenceTampered_breaksThePrimary() throws Exception {
    SampleGuest.Session session = guest.auth();
    Json.Obj body = guest.evidence(session.nonce(), guest.teeKey(), Optional.empty()).toJson();
    Json.Obj evidence = body.object("tee-evidence").with("additional_evidence", Json.of("{}"));

    assertThat(guest.attest(session, body.with("tee-evidence", evidence)).code())
        .isEqualTo("REPORT_DATA_MISMATCH");
  }

  @Test
  void attest_bodyTruncatedAnywhere_isRefused() throws Exception {
    SampleGuest.Session session = guest.auth();
    String body =
        guest.evidence(session.nonce(), guest.teeKey(), Optional.empty()).toJson().compact();
    for (int length = 0; length < body.length(); length += 37) {
      Client.Answer answer =
          client.post("/kbs/v0/attest", body.substring(0, length), "Cookie", session.cookie());
      assertThat(answer.status()).isEqualTo(401);
      assertThat(answer.code()).isEqualTo("MALFORMED");
    }
    assertThat(guest.attest(session).status()).isEqualTo(200);
  }

  @Test
  void attest_beyondTwoMebibytes_is413() throws Exception {
    for (String endpoint : new String[] {"auth", "attest"}) {
      Client.Answer answer = client.post("/kbs/v0/" + endpoint, " ".repeat((2 << 20) + 1));

      assertThat(answer.status()).isEqualTo(413);
      assertThat(answer.text()).isEqualTo("payload reached size limit");
    }
  }

  @Test
  void attest_unknownTeeOfADevice_isRefused() throws Exception {
    assertThat(
            client
                .post(
                    "/kbs/v0/auth",
                    "{\"version\":\"0.4.0\",\"tee\":\"frob\",\"extra-params\":\"\"}")
                .code())
        .isEqualTo("UNSUPPORTED_TEE");
  }

  @Test
  void attest_sampleWithoutTheFlag_isRefused() throws Exception {
    server.close();
    start(TrustServerOptions.at(home));

    Client.Answer answer = guest.attest(guest.auth());

    assertThat(answer.status()).isEqualTo(401);
    assertThat(answer.code()).isEqualTo("UNSUPPORTED_TEE");
  }

  @Test
  void enroll_withoutRoots_isRefusedWithoutSayingWhatWasFound() throws Exception {
    Client.Answer answer =
        client.post("/v1/tpm/enroll", "{\"ek_chain\":[\"MAA=\"],\"ak_tpmt\":\"AAAA\"}");

    assertThat(answer.status()).isIn(400, 403);
    assertThat(answer.header("content-type")).contains("application/problem+json");
    assertThat(answer.json().members()).containsKeys("code", "check", "id", "remedy");
    assertThat(answer.json().members()).doesNotContainKeys("expected", "found");
    assertThat(client.post("/v1/tpm/activate", "{\"id\":\"x\",\"secret\":\"AAAA\"}").status())
        .isNotEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(strings = {"0.2.0", "0.3.0"})
  void handshake_ofOlderVersions_isSpoken(String text) throws Exception {
    ProtocolVersion version = ProtocolVersion.parse(text);
    Client.Answer auth =
        client.post(
            "/kbs/v0/auth",
            "{\"version\":\"" + text + "\",\"tee\":\"sample\",\"extra-params\":\"\"}");
    Bytes digest =
        new RuntimeData(auth.json().string("nonce"), guest.teeKey())
            .primaryDigest(version, HashAlgorithm.SHA384, "");
    Json.Obj evidence = Json.object().put("svn", "1").put("report_data", digest.base64()).build();
    Json.Obj shaped =
        version == ProtocolVersion.V0_2_0
            ? evidence
            : Json.object()
                .put("primary_evidence", evidence)
                .put("additional_evidence", "")
                .build();
    Json body =
        Json.object()
            .put("tee-pubkey", guest.teeKey().toJson())
            .put("tee-evidence", shaped)
            .build();
    SampleGuest.Session session =
        new SampleGuest.Session(auth.cookie(), auth.json().string("nonce"));

    assertThat(guest.attest(session, body).status()).isEqualTo(200);
    assertThat(guest.attest(guest.auth(), body).code()).isEqualTo("MALFORMED");
  }
}
