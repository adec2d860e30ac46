package io.vouchsafe.trust.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.protocol.HashAlgorithm;
import io.vouchsafe.protocol.InitData;
import io.vouchsafe.protocol.ProtocolVersion;
import io.vouchsafe.protocol.RuntimeData;
import io.vouchsafe.trust.store.LedgerAudit;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TrustServerIT {
  @TempDir Path home;
  private TrustServer server;
  private Client client;
  private SampleGuest guest;
  private String[] admin;

  @BeforeEach
  void start() throws Exception {
    server = TrustServer.start(TrustServerOptions.at(home).withInsecureSample());
    client = new Client(server);
    guest = new SampleGuest(client);
    admin =
        new String[] {
          "Authorization", "Bearer " + AdminToken.make(home, Instant.now(), Duration.ofMinutes(5))
        };
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private void releasePolicy(String name) throws Exception {
    assertThat(
            client
                .send(
                    "PUT",
                    "/v1/admin/policies/release",
                    Bytes.utf8("{\"type\":\"builtin\",\"name\":\"" + name + "\"}"),
                    admin)
                .status())
        .isEqualTo(200);
  }

  private void put(String path, String value) throws Exception {
    assertThat(client.post("/kbs/v0/resource/" + path, value, admin).status()).isEqualTo(200);
  }

  private String[] bearer(String token) {
    return new String[] {"Authorization", "Bearer " + token};
  }

  @Test
  void files_ofTheHome_areTheOwnersAlone() throws Exception {
    try (var files = Files.list(home)) {
      // The lock file is empty.
      assertThat(files.filter(file -> !file.toString().endsWith(".lock")))
          .allSatisfy(file ->
              assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                  .as(file.toString())
                  .startsWith("rw-------"));
    }
  }

  @Test
  void resource_withAttestedSessionAndToken_isSealedToTheGuest() throws Exception {
    put("default/key/one", "top secret");
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
    put("default/key/one", "top secret");
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
    put("default/key/one", "top secret");
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
    put("default/key/one", "top secret");
    releasePolicy("allow-all");
    String token = guest.token();
    assertThat(client.send("DELETE", "/v1/admin/policies/release", Bytes.EMPTY, admin).text())
        .isEqualTo("{\"revoked\":true}");

    Client.Answer answer = client.get("/kbs/v0/resource/default/key/one", bearer(token));

    assertThat(answer.status()).isEqualTo(401);
    assertThat(answer.code()).isEqualTo("POLICY_REVOKED");
  }

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
    server = TrustServer.start(TrustServerOptions.at(home));
    client = new Client(server);
    guest = new SampleGuest(client);

    Client.Answer answer = guest.attest(guest.auth());

    assertThat(answer.status()).isEqualTo(401);
    assertThat(answer.code()).isEqualTo("UNSUPPORTED_TEE");
  }

  @Test
  void restart_keepsAuthorityTokensAndResources() throws Exception {
    put("default/key/one", "top secret");
    releasePolicy("allow-all");
    String token = guest.token();
    String fingerprint = server.caFingerprint();
    server.close();

    server = TrustServer.start(TrustServerOptions.at(home).withInsecureSample());
    client = new Client(server);

    assertThat(server.caFingerprint()).isEqualTo(fingerprint);
    assertThat(guest.open(client.get("/kbs/v0/resource/default/key/one", bearer(token))))
        .isEqualTo("top secret");
  }

  @Test
  void start_twiceInOneHome_isRefused() {
    assertThatThrownBy(() -> TrustServer.start(TrustServerOptions.at(home)))
        .isInstanceOf(TrustServerException.class);
  }

  @Test
  void token_tamperedForeignOrWithoutSignature_isRefused() throws Exception {
    put("default/key/one", "top secret");
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
  void admin_regoThatDoesNotCompile_isRefusedAndReplacesNothing() throws Exception {
    Client.Answer before = client.get("/v1/admin/policies/release", admin);
    String rego = Bytes.utf8("package policy\nallow { true }\n").base64Url();
    Client.Answer resource =
        client.post("/kbs/v0/resource-policy", "{\"policy\":\"" + rego + "\"}", admin);
    Client.Answer attestation =
        client.post(
            "/kbs/v0/attestation-policy",
            "{\"type\":\"rego\",\"policy_id\":\"default_cpu\",\"policy\":\"" + rego + "\"}",
            admin);

    assertThat(resource.status()).isEqualTo(401);
    assertThat(resource.json().string("type")).endsWith("/PolicyEngineError");
    assertThat(resource.json().string("detail")).contains("policy.rego:2:7");
    assertThat(resource.code()).isEqualTo("POLICY_INVALID");
    assertThat(attestation.json().string("detail"))
        .isEqualTo("Attestation error: Set Attestation Policy failed");
    assertThat(client.get("/v1/admin/policies/release", admin).text()).isEqualTo(before.text());
  }

  @Test
  void report_ofAGuest_isInTheLedger() throws Exception {
    String report =
        "{\"code\":\"SIGNER_UNTRUSTED\",\"check\":\"image.signature\",\"expected\":\"a\","
            + "\"found\":\"b\",\"subject\":\"image\"}";

    Client.Answer answer = client.post("/v1/report", report, bearer(guest.token()));

    String id = answer.json().string("id");
    assertThat(client.get("/v1/admin/decisions/" + id, admin).text()).contains("SIGNER_UNTRUSTED");
    assertThat(client.post("/v1/report", report).code()).isEqualTo("TOKEN_MISSING");
    assertThat(client.post("/v1/report", "{}", bearer(guest.token())).code())
        .isEqualTo("MALFORMED");
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

  @Test
  void ledger_raw_hasTheRootOfItsTexts() throws Exception {
    put("default/key/one", "top secret");
    client.get("/kbs/v0/resource/default/key/one", bearer(guest.token()));
    LedgerAudit audit = new LedgerAudit();
    Json.Obj page = client.get("/v1/admin/ledger?raw&from=0&limit=2", admin).json();
    while (audit.head().size() < page.integer("size")) {
      for (Json item : page.array("entries")) {
        Bytes data = Bytes.fromBase64(item.asObject("entry").string("data"));
        for (String digest : LedgerAudit.named(data)) {
          Bytes piece = Bytes.fromBase64(page.object("pieces").string(digest));
          assertThat(LedgerAudit.isPiece(digest, piece)).isTrue();
        }
        audit.add(data);
      }
      long next = audit.head().size();
      page = client.get("/v1/admin/ledger?raw&limit=2&from=" + next, admin).json();
    }
    assertThat(audit.head().root().hex()).isEqualTo(page.string("root"));
    assertThat(audit.head().size()).isGreaterThan(4);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "GET resources",
        "GET policies/release",
        "GET policies/attestation",
        "GET reference-values",
        "GET ledger?from=0&limit=5",
        "GET ledger?raw",
        "GET ledger/head",
        "POST ledger/verify",
        "GET trusted-aks"
      })
  void admin_endpoints_answerToTheAdminOnly(String endpoint) throws Exception {
    String[] parts = endpoint.split(" ");
    String target = "/v1/admin/" + parts[1];

    assertThat(client.send(parts[0], target, Bytes.EMPTY, admin).status()).isEqualTo(200);
    assertThat(client.send(parts[0], target, Bytes.EMPTY).code()).isEqualTo("ADMIN_DENIED");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "GET nothing", "PUT policies/release", "POST reference-values",
        "DELETE reference-values", "GET ledger?from=x", "POST trusted-aks",
        "GET decisions/0000", "DELETE trusted-aks?spki=%ff"
      })
  void admin_malformedRequests_areRefusedWithDetails(String endpoint) throws Exception {
    String[] parts = endpoint.split(" ");

    Client.Answer answer = client.send(parts[0], "/v1/admin/" + parts[1], Bytes.utf8("{}"), admin);

    assertThat(answer.status()).isIn(400, 404);
    assertThat(answer.json().members()).containsKeys("code", "check", "expected", "found");
  }

  @Test
  void admin_referenceValues_areAddedListedAndDeleted() throws Exception {
    String entries =
        "{\"entries\":[{\"name\":\"tpm_pcr04\",\"value\":\"aa\",\"provenance\":\"predicted\","
            + "\"expires\":\"2100-01-01T00:00:00Z\",\"origin\":\"test\"}]}";
    assertThat(client.post("/v1/admin/reference-values", entries, admin).text())
        .isEqualTo("{\"state\":\"active\",\"added\":1,\"deleted\":0}");

    Json.Obj listed = client.get("/v1/admin/reference-values?name=tpm_pcr04", admin).json();

    long id = listed.array("entries").getFirst().asObject("e").integer("id");
    assertThat(listed.compact()).contains("predicted");
    assertThat(
            client.send("DELETE", "/v1/admin/reference-values?id=" + id, Bytes.EMPTY, admin).text())
        .isEqualTo("{\"state\":\"active\",\"added\":0,\"deleted\":1}");
  }

  @Test
  void jwks_verifiesTheTokens() throws Exception {
    var set = com.nimbusds.jose.jwk.JWKSet.parse(client.get("/.well-known/jwks.json").text());
    var token = com.nimbusds.jwt.SignedJWT.parse(guest.token());

    assertThat(
            token.verify(
                new com.nimbusds.jose.crypto.ECDSAVerifier(
                    set.getKeyByKeyId(token.getHeader().getKeyID()).toECKey())))
        .isTrue();
  }

  @Test
  void bearer_of200KiB_isRead() throws Exception {
    Client.Answer answer = client.get("/kbs/v0/resource/a/b/c", bearer("x".repeat(200 << 10)));

    assertThat(answer.code()).isEqualTo("TOKEN_INVALID");
  }

  @Test
  void metrics_countRefusalsByCode() throws Exception {
    guest.token();
    client.get("/kbs/v0/resource/a/b/c");

    String metrics = client.get("/metrics").text();

    assertThat(metrics)
        .contains("kbs_auth_requests_total 1")
        .contains("kbs_attestation_successes_total{tee_type=\"sample\"} 1")
        .contains("vouchsafe_refusals_total{code=\"TOKEN_MISSING\"} 1")
        .doesNotContain("resource_path");
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

  @Test
  void clock_steppedBack_refusesAsTheServersOwnTrouble() throws Exception {
    Path other = home.resolve("other");
    AtomicReference<Instant> clock = new AtomicReference<>(Instant.now());
    try (TrustServer stepped =
        TrustServer.start(
            TrustServerOptions.at(other).withInsecureSample().withClock(clock::get))) {
      Client there = new Client(stepped);
      assertThat(new SampleGuest(there).token()).isNotEmpty();
      clock.set(Instant.now().minus(Duration.ofHours(1)));

      Client.Answer answer =
          there.post(
              "/kbs/v0/auth", "{\"version\":\"0.4.0\",\"tee\":\"sample\",\"extra-params\":\"\"}");

      assertThat(answer.status()).isEqualTo(503);
      assertThat(answer.code()).isEqualTo("CLOCK_STEPPED_BACK");
      assertThat(answer.json().members()).containsKeys("type", "detail");
    }
  }

  @Test
  void requests_fromManyGuestsAtOnce_eachGetTheirOwn() throws Exception {
    releasePolicy("allow-all");
    put("default/key/one", "top secret");
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<String>> answers = new ArrayList<>();
      for (int i = 0; i < 16; i++) {
        answers.add(
            threads.submit(() -> {
              SampleGuest one = new SampleGuest(client);
              return one.open(client.get("/kbs/v0/resource/default/key/one", bearer(one.token())));
            }));
      }
      for (Future<String> answer : answers) {
        assertThat(answer.get()).isEqualTo("top secret");
      }
    }
  }
}
