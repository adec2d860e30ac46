package io.vouchsafe.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.encoding.JsonLimits;
import io.vouchsafe.verdict.Code;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class DecisionsTest {
  private static final String ATTESTATION =
      """
      {"kind":"attest","submodules":[{"name":"cpu0",
        "checks":[{"check":"tpm.quote.signature","outcome":"passed"}],
        "appraisal":[{"check":"appraisal.tpm.kernel","outcome":"passed"}]}]}\
      """;

  private static Json.Obj json(String text) throws FormatException {
    return Json.parseObject(Bytes.utf8(text), JsonLimits.MESSAGE);
  }

  private static List<String> names(Map<String, List<Json.Obj>> groups, String group)
      throws FormatException {
    List<String> names = new java.util.ArrayList<>();
    for (Json.Obj check : groups.getOrDefault(group, List.of())) {
      names.add(check.string("check") + " " + check.string("outcome"));
    }
    return names;
  }

  @Test
  void groups_ofARelease_takeTheNewAppraisalOnce() throws FormatException {
    Map<String, List<Json.Obj>> groups =
        Decisions.groups(
            json(
                """
                {"kind":"release","attestation":"x","attestation_entry":%s,
                 "submodules":[{"appraisal":[{"check":"appraisal.tpm.kernel","outcome":"failed"}]}],
                 "checks":[{"check":"release.affirming","outcome":"failed"}]}\
                """
                    .formatted(ATTESTATION)));
    assertThat(groups.keySet()).containsExactly("evidence", "appraisal", "policy");
    assertThat(names(groups, "evidence")).containsExactly("tpm.quote.signature passed");
    assertThat(names(groups, "appraisal")).containsExactly("appraisal.tpm.kernel failed");
    assertThat(names(groups, "policy")).containsExactly("release.affirming failed");
  }

  @Test
  void groups_ofARefusedAttestation_areItsEvidence() throws FormatException {
    Map<String, List<Json.Obj>> groups =
        Decisions.groups(
            json("{\"checks\":[{\"check\":\"tpm.quote.report-data\",\"outcome\":\"failed\"}]}"));
    assertThat(groups.keySet()).containsExactly("evidence");
  }

  @Test
  void groups_ofAnAttestation_areEvidenceAndAppraisal() throws FormatException {
    assertThat(Decisions.groups(json(ATTESTATION)).keySet())
        .containsExactly("evidence", "appraisal");
  }

  @Test
  void groups_ofSomethingElse_areNone() throws FormatException {
    assertThat(Decisions.groups(json("{\"checks\":7,\"submodules\":[1,{\"checks\":[2]}]}")))
        .isEmpty();
  }

  @Test
  void refusal_ofServerAndOfGuest_isRead() throws FormatException {
    String body =
        "{\"code\":\"NONCE_MISMATCH\",\"check\":\"c\",\"expected\":\"e\",\"found\":\"f\"}";
    assertThat(Decisions.refusal(json(body)).orElseThrow().code()).isEqualTo(Code.NONCE_MISMATCH);
    assertThat(Decisions.refusal(json("{\"refusal\":" + body + "}")).orElseThrow().check())
        .isEqualTo("c");
  }

  @Test
  void refusal_ofWhatIsNone_isEmpty() throws FormatException {
    assertThat(Decisions.refusal(json("{}"))).isEmpty();
    assertThat(Decisions.refusal(json("{\"refusal\":{\"code\":\"NO_SUCH\"}}"))).isEmpty();
  }
}
