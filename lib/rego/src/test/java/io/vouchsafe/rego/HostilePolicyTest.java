package io.vouchsafe.rego;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class HostilePolicyTest {
  private static final Limits SMALL = new Limits(100_000, 64, 1_000_000, Duration.ofSeconds(5));

  private static void run(String rules, Limits limits) throws Exception {
    Rego.policy("package t\n" + rules)
        .query("data.t.p")
        .evaluate(Evaluation.of(Rego.CAPABILITIES).withLimits(limits));
  }

  private static void refused(String rules, String message) {
    assertThatThrownBy(() -> run(rules, SMALL))
        .isInstanceOf(RegoException.class)
        .hasMessageContaining("eval_limit_error")
        .hasMessageContaining(message)
        .hasMessageContaining("test.rego:");
  }

  @Test
  void nestedLoops_areStopped() {
    StringBuilder loops = new StringBuilder("xs := [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]\np if {");
    for (int i = 0; i < 12; i++) {
      loops.append("some a").append(i).append(" in xs; ");
    }
    refused(loops.append("false }").toString(), "steps");
  }

  @Test
  void functionsThatDoubleEachTime_areStopped() {
    StringBuilder rules = new StringBuilder("f0(x) := x\n");
    for (int i = 1; i < 60; i++) {
      String before = "f" + (i - 1);
      rules.append("f" + i + "(x) := " + before + "(x) + " + before + "(x)\n");
    }
    refused(rules.append("p := f59(1)").toString(), "");
  }

  @Test
  void chainOfRules_thatIsTooDeep_isStopped() {
    StringBuilder rules = new StringBuilder("r0 := 1\n");
    for (int i = 1; i < 5_000; i++) {
      rules.append("r" + i + " := r" + (i - 1) + "\n");
    }
    refused(rules.append("p := r4999").toString(), "nested deeper");
  }

  @Test
  void arraysThatDouble_areStopped() {
    StringBuilder rules = new StringBuilder("a0 := [1, 2, 3, 4]\n");
    for (int i = 1; i < 40; i++) {
      rules.append("a" + i + " := array.concat(a" + (i - 1) + ", a" + (i - 1) + ")\n");
    }
    refused(rules.append("p := a39").toString(), "memory cells");
  }

  @Test
  void numbersThatSquare_areRefused() throws Exception {
    StringBuilder rules = new StringBuilder("n0 := 12345678901234567890\n");
    for (int i = 1; i < 40; i++) {
      rules.append("n" + i + " := n" + (i - 1) + " * n" + (i - 1) + "\n");
    }
    run(rules.append("p := n39").toString(), SMALL);
  }

  @Test
  void time_thatRunsOut_isNoticed() throws Exception {
    long[] nanos = {Long.MAX_VALUE - 500_000_000};
    Capabilities capabilities =
        Capabilities.of(
            Rego.CAPABILITIES.clock(), () -> nanos[0] += 400_000_000, new java.util.Random(1));
    Query query =
        Rego.policy(
                "package t\nxs := [0,1,2,3,4,5,6,7,8,9]\n"
                    + "p if { some a in xs; some b in xs; some c in xs; some d in xs; some e in xs"
                    + "; false }")
            .query("data.t.p");
    Limits limits = new Limits(10_000_000, 64, 10_000_000, Duration.ofSeconds(1));
    assertThatThrownBy(() -> query.evaluate(Evaluation.of(capabilities).withLimits(limits)))
        .hasMessageContaining("evaluation took longer than")
        .hasMessageContaining("test.rego:3:");
  }

  @Test
  void clock_thatStandsStill_stopsNoWatch() throws Exception {
    long[] nanos = {0};
    Capabilities capabilities =
        Capabilities.of(
            Rego.CAPABILITIES.clock(), () -> nanos[0] += 400_000_000, new java.util.Random(1));
    Query now = Rego.policy("package t\np := time.now_ns()").query("data.t.p");
    assertThat(now.evaluate(Evaluation.of(capabilities)).value().orElseThrow())
        .hasToString("1767323045000000000");
  }

  @Test
  void nesting_thatIsTooDeep_isRefusedByTheParser() {
    for (String deep : new String[] {"[", "{\"a\": ", "(", "f(", "[x | ", "not ", "{x: "}) {
      assertThatThrownBy(() -> Rego.policy("package t\np := " + deep.repeat(100_000)))
          .isInstanceOf(RegoException.class)
          .hasMessageContaining("rego_parse_error");
    }
  }

  @Test
  void text_thatIsAmbiguous_isRefusedInTime() {
    StringBuilder text = new StringBuilder("package t\np := ");
    text.append("{a | ".repeat(100)).append("1").append(" ; }".repeat(100));
    assertThatThrownBy(() -> Rego.policy(text.toString())).isInstanceOf(RegoException.class);
    String bars = "[a | b".repeat(80) + "]".repeat(80);
    assertThatThrownBy(() -> Rego.policy("package t\np := " + bars))
        .isInstanceOf(RegoException.class);
  }

  @Test
  void number_ofAMillionDigits_isRefused() {
    assertThatThrownBy(() -> Rego.policy("package t\np := " + "9".repeat(1_000_000)))
        .hasMessageContaining("rego_parse_error: number of more than");
    assertThatThrownBy(() -> Rego.policy("package t\np := 1e999999999"))
        .hasMessageContaining("rego_parse_error: number of more than");
  }

  @Test
  void walk_overALargeValue_isStopped() throws Exception {
    StringBuilder deep = new StringBuilder();
    deep.append("[".repeat(120)).append("]".repeat(120));
    Query query =
        Rego.policy(
                "package t\np if { walk(input, [a, _]); walk(input, [b, _]); walk(input, [c, _]); false }")
            .query("data.t.p");
    Evaluation evaluation =
        Evaluation.of(Rego.json(deep.toString()), Rego.CAPABILITIES).withLimits(SMALL);
    assertThatThrownBy(() -> query.evaluate(evaluation)).hasMessageContaining("eval_limit_error");
  }

  @Test
  void body_inReverseOrder_compilesInTime() throws Exception {
    StringBuilder body = new StringBuilder("p := x0 if {\n");
    for (int i = 0; i < 300; i++) {
      body.append("x" + i + " = x" + (i + 1) + "\n");
    }
    Rego.policy("package t\n" + body.append("x300 = 1\n}"));
    assertThat(Rego.p(body.substring(0), "{}")).isEqualTo("1");
  }

  @Test
  void cyclicWalk_isRefusedWhileCompiling() {
    for (String rules :
        new String[] {
          "p := [x | walk(data.t, [_, x])]", "p := q\nq := [x | walk(p, [_, x])]", "p := data"
        }) {
      assertThatThrownBy(() -> Rego.policy("package t\n" + rules))
          .hasMessageContaining("rego_recursion_error")
          .hasMessageContaining("test.rego:2:");
    }
  }

  @Test
  void division_byZero_isUndefinedOrAnErrorWithItsPlace() throws Exception {
    assertThat(Rego.p("p := 1 / input.n", "{\"n\": 0}")).isEqualTo("undefined");
    Query query = Rego.policy("package t\np := 1 %\n  input.n").query("data.t.p");
    Evaluation strict = Evaluation.of(Rego.json("{\"n\": 0}"), Rego.CAPABILITIES).withStrict(true);
    assertThatThrownBy(() -> query.evaluate(strict))
        .hasMessageContaining("test.rego:2:")
        .hasMessageContaining("eval_builtin_error")
        .hasMessageContaining("modulo by zero");
  }

  @Test
  void stringsOfQuadraticLength_areStopped() {
    String rules =
        "xs := numbers.range(1, 20000)\n"
            + "p := count([s | some i in xs; s := concat(\"\", [sprintf(\"%d\", [x]) | some x in xs; x < i])])";
    refused(rules, "");
  }

  @Test
  void answersWithoutEnd_areStopped() {
    StringBuilder query =
        new StringBuilder("xs := numbers.range(1, 100)\np contains [a, b, c, d] if {");
    query.append("some a in xs; some b in xs; some c in xs; some d in xs }");
    refused(query.toString(), "");
  }

  @Test
  void number_ofAMillionDigits_inADocument_isRefused() throws Exception {
    String digits = "9".repeat(1_000_000);
    assertThat(Rego.p("p := to_number(input)", "\"" + digits + "\"")).isEqualTo("undefined");
    assertThat(Rego.p("p := json.unmarshal(input)", "\"" + digits + "\"")).isEqualTo("undefined");
    assertThat(Rego.p("p := yaml.unmarshal(input)", "\"a: " + digits + "\""))
        .isEqualTo("undefined");
  }
}
