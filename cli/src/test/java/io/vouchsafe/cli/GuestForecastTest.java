package io.vouchsafe.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.vouchsafe.appraisal.Provenance;
import io.vouchsafe.appraisal.ReferenceValue;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.encoding.JsonLimits;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class GuestForecastTest {
  private static final String TCB = "Milan, bootloader 3, tee 0, snp 8, microcode 115";

  private static final Instant NOW = Instant.parse("2026-11-25T00:00:00Z");
  private static final String REGO =
      """
      package policy
      import rego.v1
      default executables := 33
      executables := 3 if input.kernel in query_reference_value("k")
      trust_claims := {"executables": executables}
      """;

  private static ReferenceValue value(String name, String json) throws Exception {
    return new ReferenceValue(
        name,
        Json.parse(json, JsonLimits.MESSAGE),
        NOW.plusSeconds(60),
        Provenance.DECLARED,
        "test");
  }

  private static String finding(String check, String name, String found) {
    return "{\"check\":\"%s\",\"outcome\":\"passed\",\"found\":\"%s\",\"reference\":{\"name\":\"%s\"}}"
        .formatted(check, found, name);
  }

  private static String bound(String name, String found) {
    return finding("b", name, found).replace("\"found\"", "\"expected\":\"at least\",\"found\"");
  }

  private static Json.Obj entry(String outcome, String status, String checks, String... findings)
      throws Exception {
    return Json.parse(
            "{\"id\":\"i1\",\"at\":\"2026-11-25T00:00:00Z\",\"outcome\":\"%s\",\"resource\":\"a/b/c\",\"submodules\":[{\"name\":\"cpu0\",\"status\":\"%s\",\"appraisal\":[%s]}],\"checks\":[%s]}"
                .formatted(outcome, status, String.join(",", findings), checks),
            JsonLimits.MESSAGE)
        .asObject("entry");
  }

  private static Json.Obj granted(String... findings) throws Exception {
    return entry("granted", "affirming", "", findings);
  }

  private static Json.Obj refused(
      List<ReferenceValue> now, List<ReferenceValue> then, Json.Obj... entries) {
    GuestForecast forecast = new GuestForecast(now, then, NOW);
    for (Json.Obj entry : entries) {
      forecast.add(entry);
    }
    assertThat(forecast.lines()).isNotEmpty();
    return forecast.json();
  }

  @Test
  void guest_whoseKernelIsNotInB_wouldBeRefused() throws Exception {
    List<ReferenceValue> now = List.of(value("k", "\"old\""), value("k", "\"new\""));
    Json.Obj said =
        refused(
            now,
            List.of(value("k", "\"new\"")),
            granted(finding("kernel", "k", "old")),
            granted(finding("kernel", "k", "old")),
            granted(finding("kernel", "k", "new")));
    assertThat(said.integer("guests")).isEqualTo(2);
    Json.Obj guest = said.array("refused").getFirst().asObject("guest");
    assertThat(said.array("refused")).hasSize(1);
    assertThat(guest.integer("decisions")).isEqualTo(2);
    assertThat(guest.string("last")).isEqualTo("i1");
    assertThat(guest.array("resources")).containsExactly(Json.of("a/b/c"));
    assertThat(guest.array("reasons").getFirst().asString("reason")).contains("kernel: k old");
  }

  @Test
  void guest_withoutAnyValueLeft_wouldBeRefused_thatIsSaid() throws Exception {
    Json.Obj said =
        refused(List.of(value("k", "1")), List.of(), granted(finding("kernel", "k", "1")));
    assertThat(said.array("refused").getFirst().compact()).contains("no value");
  }

  @Test
  void guest_refusedAlready_isNotCounted() throws Exception {
    Json.Obj said =
        refused(
            List.of(value("k", "\"new\"")),
            List.of(),
            granted(finding("kernel", "k", "old")),
            entry("refused", "affirming", "", finding("kernel", "k", "new")),
            entry("attested", "contraindicated", "", finding("kernel", "k", "new")));
    assertThat(said.integer("guests")).isZero();
  }

  @Test
  void bound_isComparedAsOne() throws Exception {
    String milan =
        "{\"product\":\"Milan\",\"bootloader\":%d,\"tee\":0,\"snp\":8,\"microcode\":115}";
    List<ReferenceValue> now = new ArrayList<>(List.of(value("tcb", milan.formatted(3))));
    now.add(value("svn", "2"));
    assertThat(refused(now, now, granted(bound("tcb", TCB), bound("svn", "3"))).array("refused"))
        .isEmpty();
    for (ReferenceValue higher :
        List.of(
            value("tcb", milan.formatted(4)),
            value("tcb", milan.replace("Milan", "Genoa").formatted(3)))) {
      List<ReferenceValue> then = List.of(higher, value("svn", "2"));
      assertThat(refused(now, then, granted(bound("tcb", TCB), bound("svn", "3"))).array("refused"))
          .hasSize(1);
    }
    List<ReferenceValue> svn = List.of(value("tcb", milan.formatted(1)), value("svn", "4"));
    assertThat(refused(now, svn, granted(bound("tcb", TCB), bound("svn", "3"))).array("refused"))
        .hasSize(1);
  }

  @Test
  void initData_ofReleases_counts() throws Exception {
    List<ReferenceValue> now = List.of(value("k", "\"a\""), value("init_data", "\"d1\""));
    Json.Obj said =
        refused(
            now,
            List.of(value("k", "\"a\"")),
            entry(
                "granted",
                "affirming",
                finding("release.init-data", "init_data", "d1"),
                finding("kernel", "k", "a")));
    assertThat(said.array("refused").getFirst().asObject("guest").string("initData"))
        .isEqualTo("d1");
  }

  /// A granted release whose attestation policy is `rego`, and saw that kernel.
  private static Json.Obj asked(String rego, String kernel) throws Exception {
    Json.Obj body =
        Json.object()
            .put("type", "rego")
            .put("classes", Json.object().put("cpu", rego).build())
            .build();
    Json.Obj claims =
        Json.object().put("kernel", kernel).put("init_data", "d1").put("nonce", "(hidden)").build();
    Json.Obj seen = Json.object().put("ear.veraison.annotated-evidence", claims).build();
    Json.Obj submods = Json.object().put("cpu0", seen).build();
    return granted("{\"check\":\"rego.claims\",\"outcome\":\"passed\",\"found\":\"{}\"}")
        .with("attestation_policy", Json.object().put("body", body).build())
        .with("input", Json.object().put("submods", submods).build());
  }

  @Test
  void guest_thatAPolicyInRegoWouldNotTake_wouldBeRefused() throws Exception {
    List<ReferenceValue> now = List.of(value("k", "\"old\""), value("k", "\"new\""));
    Json.Obj said =
        refused(
            now,
            List.of(value("k", "[\"new\", \"newer\"]")),
            asked(REGO, "old"),
            asked(REGO, "old"),
            asked(REGO, "new"));
    assertThat(said.integer("guests")).isEqualTo(2);
    assertThat(said.integer("notJudged")).isZero();
    assertThat(said.array("refused")).hasSize(1);
    Json.Obj guest = said.array("refused").getFirst().asObject("guest");
    assertThat(guest.integer("decisions")).isEqualTo(2);
    assertThat(guest.string("initData")).isEqualTo("d1");
    assertThat(guest.array("reasons").getFirst().asString("reason"))
        .startsWith("cpu0: ")
        .contains("input.kernel in query_reference_value(\"k\")");
  }

  @Test
  void decision_whosePolicyLooksAtWhatIsNotRecorded_isNotJudged() throws Exception {
    String nonce = REGO.replace("input.kernel in", "input.nonce in");
    List<ReferenceValue> values = List.of(value("k", "\"old\""));
    Json.Obj said =
        refused(
            values,
            values,
            asked(nonce, "old"),
            asked("package policy\nimport rego.v1\ntrust_claims := 1 / 0", "old"),
            asked("no policy", "old"),
            granted("{\"check\":\"rego.claims\",\"outcome\":\"passed\",\"found\":\"{}\"}"));
    assertThat(said.integer("notJudged")).isEqualTo(4);
    assertThat(said.integer("guests")).isZero();
  }

  @Test
  void record_ofAnotherForm_isNotJudged() throws Exception {
    Json.Obj said =
        refused(
            List.of(),
            List.of(),
            Json.parse("{\"outcome\":\"granted\",\"submodules\":[1]}", JsonLimits.MESSAGE)
                .asObject("entry"),
            Json.object().build());
    assertThat(said.integer("notJudged")).isEqualTo(1);
    assertThat(said.integer("guests")).isZero();
  }
}
