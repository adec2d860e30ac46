package io.vouchsafe.trust.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.trust.store.LedgerAudit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What administrators read and change, and the ledger, over HTTPS.
class AdminEndpointsIT extends SampleServerTestCase {
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
  void ledger_raw_hasTheRootOfItsTexts() throws Exception {
    putResource("default/key/one", "top secret");
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
}
