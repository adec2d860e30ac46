package io.vouchsafe.rego.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class YamlReaderTest {
  @Test
  void document_ofAllForms_isRead() throws Exception {
    String text =
        """
        ---
        # a comment
        title: Plain text # not this
        count: 3
        ratio: 1.5
        on: true
        none:
        quoted: "a: \\"b\\" \\u0041"
        single: 'it''s'
        list:
        - one
        - two: 2
          three: [3, {four: "4"}]
        nested:
          deep:
            - - x
        block: |
          line 1
            line 2
        version: 1.2.3
        """;
    assertThat(YamlReader.read(text).toString())
        .isEqualTo(
            "{\"block\": \"line 1\\n  line 2\\n\", \"count\": 3, \"list\": [\"one\", {\"three\": [3,"
                + " {\"four\": \"4\"}], \"two\": 2}], \"nested\": {\"deep\": [[\"x\"]]}, \"none\":"
                + " null, \"on\": true, \"quoted\": \"a: \\\"b\\\" A\", \"ratio\": 1.5, \"single\":"
                + " \"it's\", \"title\": \"Plain text\", \"version\": \"1.2.3\"}");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a: 1\na: 2",
        "a: [1",
        "a: &x 1",
        "a: !!int 1",
        "a: \"\\q\"",
        "\tb: 1",
        "a: 1\n b: 2\nc",
        "{a: 1} x",
        "'a' 'b'",
        "a: \"b\" \"c\""
      })
  void document_thatIsOther_isRefused(String text) {
    assertThatThrownBy(() -> YamlReader.read(text)).isInstanceOf(YamlReader.YamlException.class);
  }

  @Test
  void nesting_withoutEnd_isRefused() {
    assertThatThrownBy(() -> YamlReader.read("[".repeat(10_000)))
        .isInstanceOf(YamlReader.YamlException.class);
    assertThatThrownBy(() -> YamlReader.read("- ".repeat(10_000) + "x"))
        .isInstanceOf(YamlReader.YamlException.class);
  }
}
