package io.vouchsafe.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.vouchsafe.encoding.Json;
import io.vouchsafe.encoding.JsonLimits;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class GuestForecastTest {
  private static final String TCB = "Milan, bootloader 3, tee 0, snp 8, microcode 115";

  private static ReferenceDiff.Named value(String name, String json) throws Exception {
    return new ReferenceDiff.Named(name, Json.parse(json, JsonLimits.MESSAGE));
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
      Set<ReferenceDiff.Named> now, Set<ReferenceDiff.Named> then, Json.Obj... entries) {
    GuestForecast forecast = new GuestForecast(now, then);
    for (Json.Obj entry : entries) {
      forecast.add(entry);
    }
    assertThat(forecast.lines()).isNotEmpty();
    return forecast.json();
  }

  @Test
  void guest_whoseKernelIsNotInB_wouldBeRefused() throws Exception {
    Set<ReferenceDiff.Named> now = Set.of(value("k", "\"old\""), value("k", "\"new\""));
    Json.Obj said =
        refused(
            now,
            Set.of(value("k", "\"new\"")),
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
        refused(Set.of(value("k", "1")), Set.of(), granted(finding("kernel", "k", "1")));
    assertThat(said.array("refused").getFirst().compact()).contains("no value");
  }

  @Test
  void guest_refusedAlready_isNotCounted() throws Exception {
    Json.Obj said =
        refused(
            Set.of(value("k", "\"new\"")),
            Set.of(),
            granted(finding("kernel", "k", "old")),
            entry("refused", "affirming", "", finding("kernel", "k", "new")),
            entry("attested", "contraindicated", "", finding("kernel", "k", "new")));
    assertThat(said.integer("guests")).isZero();
  }

  @Test
  void bound_isComparedAsOne() throws Exception {
    String milan =
        "{\"product\":\"Milan\",\"bootloader\":%d,\"tee\":0,\"snp\":8,\"microcode\":115}";
    Set<ReferenceDiff.Named> now = new HashSet<>(List.of(value("tcb", milan.formatted(3))));
    now.add(value("svn", "2"));
    assertThat(refused(now, now, granted(bound("tcb", TCB), bound("svn", "3"))).array("refused"))
        .isEmpty();
    for (ReferenceDiff.Named higher :
        List.of(
            value("tcb", milan.formatted(4)),
            value("tcb", milan.replace("Milan", "Genoa").formatted(3)))) {
      Set<ReferenceDiff.Named> then = Set.of(higher, value("svn", "2"));
      assertThat(refused(now, then, granted(bound("tcb", TCB), bound("svn", "3"))).array("refused"))
          .hasSize(1);
    }
    Set<ReferenceDiff.Named> svn = Set.of(value("tcb", milan.formatted(1)), value("svn", "4"));
    assertThat(refused(now, svn, granted(bound("tcb", TCB), bound("svn", "3"))).array("refused"))
        .hasSize(1);
  }

  @Test
  void initData_ofReleases_counts() throws Exception {
    Set<ReferenceDiff.Named> now = Set.of(value("k", "\"a\""), value("init_data", "\"d1\""));
    Json.Obj said =
        refused(
            now,
            Set.of(value("k", "\"a\"")),
            entry(
                "granted",
                "affirming",
                finding("release.init-data", "init_data", "d1"),
                finding("kernel", "k", "a")));
    assertThat(said.array("refused").getFirst().asObject("guest").string("initData"))
        .isEqualTo("d1");
  }

  @Test
  void decision_ofRego_isNotJudged() throws Exception {
    Json.Obj said =
        refused(
            Set.of(),
            Set.of(),
            granted("{\"check\":\"rego.claims\",\"outcome\":\"passed\",\"found\":\"{}\"}"),
            Json.parse("{\"outcome\":\"granted\",\"submodules\":[1]}", JsonLimits.MESSAGE)
                .asObject("entry"),
            Json.object().build());
    assertThat(said.integer("notJudged")).isEqualTo(2);
    assertThat(said.integer("guests")).isZero();
  }
}
