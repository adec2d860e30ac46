package io.vouchsafe.trust.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.Json;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What a server would decide, asked over HTTPS.
class PolicyTrialIT extends SampleServerTestCase {
  private static final String TRY = "/v1/admin/policies/try";

  private Json.Obj question() throws Exception {
    Json.Obj message = guest.evidence("any nonce", guest.teeKey(), Optional.empty()).toJson();
    return Json.object().put("document", message.utf8().base64()).build();
  }

  private Client.Answer ask(Json.Obj question) throws Exception {
    return client.post(TRY, question.compact(), admin);
  }

  private long ledgerSize() throws Exception {
    return client.get("/v1/admin/ledger/head", admin).json().integer("size");
  }

  private Json.Obj decided(Json.Obj question) throws Exception {
    Client.Answer answer = ask(question);
    assertThat(answer.status()).as(answer.text()).isEqualTo(200);
    return answer.json();
  }

  @Test
  void policiesInForce_decide_andNothingIsWritten() throws Exception {
    long before = ledgerSize();

    Json.Obj answer = decided(question());

    assertThat(answer.object("decision").string("outcome")).isEqualTo("refused");
    assertThat(answer.object("decision").object("refusal").string("code"))
        .isEqualTo("NO_REFERENCE_VALUE");
    assertThat(answer.object("claims").object("submods").object("cpu0").string("ear.status"))
        .isNotEqualTo("affirming");
    assertThat(answer.array("not_tried").toString()).contains("freshness", "none was named");
    assertThat(answer.array("not_tried").toString()).doesNotContain("binding");
    assertThat(ledgerSize()).isEqualTo(before);
  }

  @Test
  void candidate_isTriedAndNotPut_andTheLineThatDecidesIsNamed() throws Exception {
    Json.Obj open = decided(question().with("release", rego("package policy\n\nallow if true\n")));
    assertThat(open.object("decision").string("outcome")).isEqualTo("granted");
    assertThat(open.object("because").string("release")).contains("policy.rego:3:1) holds");

    Json.Obj closed =
        decided(
            question()
                .with(
                    "release",
                    rego(
                        "package policy\n\nallow if {\n  data.plugin == \"resource\"\n"
                            + "  input.submods.cpu0[\"ear.status\"] == \"affirming\"\n}\n")));
    assertThat(closed.object("decision").string("outcome")).isEqualTo("refused");
    assertThat(closed.object("because").string("release")).contains("at 5:3", "ear.status");
    assertThat(client.get("/v1/admin/policies/release", admin).json().integer("version"))
        .isEqualTo(1);
  }

  @Test
  void candidateForOneClass_appraises_andItsExtensionsAreInTheClaims() throws Exception {
    Json.Obj candidate =
        Json.object()
            .put("class", "cpu")
            .put(
                "text",
                "package policy\ntrust_claims := {\"executables\": 3, \"hardware\": 2}\n"
                    + "extensions := [{\"name\": \"org.example\", \"key\": 1, \"value\": 7}]\n")
            .build();
    Json.Obj question =
        question()
            .with("attestation_class", candidate)
            .with("release", Json.object().put("type", "builtin").put("name", "affirming").build());

    Json.Obj answer = decided(question);

    assertThat(answer.object("decision").string("outcome")).isEqualTo("granted");
    Json.Obj submodule = answer.object("claims").object("submods").object("cpu0");
    assertThat(submodule.string("ear.status")).isEqualTo("affirming");
    assertThat(submodule.integer("org.example")).isEqualTo(7);
  }

  @Test
  void namedResource_mustBeThere() throws Exception {
    Json.Obj question =
        question()
            .with("release", rego("package policy\nallow if true\n"))
            .with("resource", Json.of("default/key/one"));

    Json.Obj missing = decided(question);
    client.post("/kbs/v0/resource/default/key/one", "x", admin);
    Json.Obj there = decided(question);

    assertThat(missing.object("decision").object("refusal").string("code"))
        .isEqualTo("RESOURCE_NOT_FOUND");
    assertThat(there.object("decision").string("outcome")).isEqualTo("granted");
    assertThat(there.compact()).doesNotContain("none was named");
  }

  @Test
  void evidenceAlone_isTakenWithWhatItBinds() throws Exception {
    Json evidence = guest.evidence("any", guest.teeKey(), Optional.empty()).primaryEvidence();
    Json.Obj question = Json.object().put("document", evidence.utf8().base64()).build();

    Json.Obj answer = decided(question);

    assertThat(answer.array("not_tried").toString()).contains("binding");
    assertThat(answer.object("decision").string("kind")).isEqualTo("release");
  }

  @Test
  void evidenceThatIsNotBoundToItsKey_isRefusedByTheVerifier() throws Exception {
    Json.Obj message = guest.evidence("one nonce", guest.teeKey(), Optional.empty()).toJson();
    Json.Obj other =
        message.with(
            "runtime-data", message.object("runtime-data").with("nonce", Json.of("another")));

    Json.Obj answer = decided(Json.object().put("document", other.utf8().base64()).build());

    assertThat(answer.object("decision").string("step")).isEqualTo("verify");
    assertThat(answer.object("decision").object("refusal").string("code"))
        .isEqualTo("REPORT_DATA_MISMATCH");
    assertThat(answer.object("claims").members()).isEmpty();
  }

  @Test
  void revokedPolicy_decidesToo() throws Exception {
    client.send("DELETE", "/v1/admin/policies/release", Bytes.EMPTY, admin);

    assertThat(decided(question()).object("decision").object("refusal").string("code"))
        .isEqualTo("POLICY_REVOKED");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "{\"document\":\"!\"}",
        "{\"document\":\"\"}",
        "{\"document\":\"e30=\"}",
        "{\"document\":\"e30=\",\"tee\":1}"
      })
  void question_thatIsNone_isRefused(String body) throws Exception {
    Client.Answer answer = client.post(TRY, body, admin);

    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.code()).isEqualTo("MALFORMED");
  }

  @Test
  void candidate_thatDoesNotCompile_isRefusedWithItsPosition() throws Exception {
    Client.Answer answer = ask(question().with("release", rego("package policy\nallow if x\n")));

    assertThat(answer.code()).isEqualTo("POLICY_INVALID");
    assertThat(answer.json().string("found")).contains("policy.rego:2:10");
    assertThat(client.post(TRY, question().compact()).code()).isEqualTo("ADMIN_DENIED");
  }
}
