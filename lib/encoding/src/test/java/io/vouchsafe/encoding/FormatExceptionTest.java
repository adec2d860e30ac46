package io.vouchsafe.encoding;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class FormatExceptionTest {
  @Test
  void message_namesOffsetOnlyIfThereIsOne() {
    assertThat(FormatException.malformed(7, "a", "b")).hasMessage("at byte 7: expected a, found b");
    assertThat(FormatException.unexpected("a", "b")).hasMessage("expected a, found b");
    assertThat(FormatException.unexpected("a", "b").offset()).isEqualTo(FormatException.NO_OFFSET);
  }

  @Test
  void texts_withControlCharacters_areEscapedAndBounded() {
    FormatException e = FormatException.malformed(0, "x\ny", "\u001b[2J\u009b" + "z".repeat(1_000));
    assertThat(e.expected()).isEqualTo("x\\u000ay");
    assertThat(e.found()).startsWith("\\u001b[2J\\u009bz").endsWith("z…").hasSizeLessThan(350);
  }
}
