package io.vouchsafe.verdict;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class ChecklistTest {

  private enum Step implements Check {
    FIRST,
    SECOND;

    @Override
    public Definition definition() {
      return new Definition(
          "test." + name().toLowerCase(java.util.Locale.ROOT), "the step holds", Code.MALFORMED);
    }
  }

  @Test
  void require_conditionHolds_isRecordedAsPassed() throws Exception {
    Checklist list = new Checklist();
    list.require(Step.FIRST, true, Code.MALFORMED, "a", "a");
    assertThat(list.results())
        .containsExactly(new CheckResult("test.first", CheckResult.Outcome.PASSED, "a", "a"));
  }

  @Test
  void require_conditionFails_refusesWithAllResults() throws Exception {
    Checklist list = new Checklist();
    list.pass(Step.FIRST, "a", "a");
    assertThatThrownBy(() -> list.require(Step.SECOND, false, Code.MALFORMED, "a", "b"))
        .isInstanceOfSatisfying(
            RefusedException.class,
            e -> {
              assertThat(e.code()).isEqualTo(Code.MALFORMED);
              assertThat(e.refusal().expected()).isEqualTo("a");
              assertThat(e.refusal().found()).isEqualTo("b");
              assertThat(e.refusal().remedy()).isEqualTo(Code.MALFORMED.remedy());
              assertThat(e.results())
                  .extracting(CheckResult::outcome)
                  .containsExactly(CheckResult.Outcome.PASSED, CheckResult.Outcome.FAILED);
            });
  }

  @Test
  void refuse_codeThatTheCheckDoesNotList_isMisuse() {
    assertThatThrownBy(() -> new Checklist().refuse(Step.FIRST, Code.INTERNAL, "", ""))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("test.first");
  }

  @Test
  void everyCode_hasMeaningAndRemedy() {
    assertThat(Code.values())
        .allSatisfy(code -> {
          assertThat(code.meaning()).endsWith(".");
          assertThat(code.remedy()).endsWith(".");
        });
  }
}
