package io.vouchsafe.rego;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class HostFunctionTest {
  private static final String RULES = "package t\np if 3 in lookup(\"svn\")\n";

  private static Policy policy() throws RegoException {
    return Policy.compile(List.of(Source.of("test.rego", RULES)), Map.of("lookup", 1));
  }

  private static Answer answer(HostFunction function) throws Exception {
    return policy()
        .query("data.t.p")
        .evaluate(Evaluation.of(Rego.CAPABILITIES).withHost(Map.of("lookup", function)));
  }

  @Test
  void call_hostGivesAValue_isUsed() throws Exception {
    ArrayValue values = ArrayValue.of(NumberValue.of(3));
    assertThat(
            answer(operands ->
                    operands.equals(List.of(StringValue.of("svn")))
                        ? Optional.of(values)
                        : Optional.empty())
                .holds())
        .isTrue();
  }

  @Test
  void call_hostGivesNothing_isUndefined() throws Exception {
    assertThat(answer(_ -> Optional.empty()).isDefined()).isFalse();
  }

  @Test
  void call_evaluationWithoutTheFunction_isUndefinedAndFailsWhenStrict() throws Exception {
    Query query = policy().query("data.t.p");
    assertThat(query.evaluate(Evaluation.of(Rego.CAPABILITIES)).isDefined()).isFalse();
    assertThatThrownBy(() -> query.evaluate(Evaluation.of(Rego.CAPABILITIES).withStrict(true)))
        .isInstanceOf(RegoException.class)
        .hasMessageContaining("not available in this evaluation");
  }

  @Test
  void compile_wrongNumberOfOperands_isRefused() {
    assertThatThrownBy(
            () -> Policy.compile(List.of(Source.of("test.rego", RULES)), Map.of("lookup", 2)))
        .isInstanceOf(RegoException.class);
  }

  @Test
  void compile_withoutDeclaration_isRefused() {
    assertThatThrownBy(() -> Policy.compile(List.of(Source.of("test.rego", RULES))))
        .isInstanceOf(RegoException.class)
        .hasMessageContaining("undefined function");
  }

  @Test
  void compile_nameOfABuiltIn_isRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Policy.compile(List.of(), Map.of("count", 1)));
  }
}
