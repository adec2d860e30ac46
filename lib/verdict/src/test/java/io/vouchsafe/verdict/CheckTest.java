package io.vouchsafe.verdict;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class CheckTest {

  private static final Check FORM =
      () -> new Check.Definition("test.form", "the form holds", Code.OVERSIZED, Code.MALFORMED);

  @Test
  void codes_ofDefinition_areInTheOrderOfTheCatalogue() {
    assertThat(FORM.codes()).containsExactly(Code.MALFORMED, Code.OVERSIZED);
  }

  @Test
  void codes_ofDefinition_cannotBeChanged() {
    assertThatThrownBy(() -> FORM.codes().clear())
        .isInstanceOf(UnsupportedOperationException.class);
  }

  @Test
  void definition_withoutCodes_isMisuse() {
    assertThatThrownBy(() -> new Check.Definition("test.form", "the form holds"))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void definition_sameCodeTwice_isMisuse() {
    assertThatThrownBy(() ->
            new Check.Definition("test.form", "the form holds", Code.MALFORMED, Code.MALFORMED))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void codeFor_failureThatTheCheckLists_isTheFailures() {
    assertThat(FORM.codeFor(Code.OVERSIZED, Code.MALFORMED)).isEqualTo(Code.OVERSIZED);
  }

  @Test
  void codeFor_failureThatTheCheckDoesNotList_isTheOther() {
    assertThat(FORM.codeFor(Code.INTERNAL, Code.MALFORMED)).isEqualTo(Code.MALFORMED);
  }
}
