package io.vouchsafe.rego.internal.syntax;

import io.vouchsafe.rego.Position;
import java.util.List;

/// One token.
///
/// @param text the name, the operator, the number's text, or the decoded string
/// @param parts of a template string: texts and the tokens between braces
/// @param newline whether a line break stands before it
/// @param space whether anything blank stands before it
/// @param start offset of it
/// @param end offset after it
record Token(
    Kind kind,
    String text,
    List<Part> parts,
    Position position,
    boolean newline,
    boolean space,
    int start,
    int end) {

  /// The kinds of token.
  enum Kind {
    NAME,
    NUMBER,
    STRING,
    TEMPLATE,
    OPERATOR,
    END
  }

  /// A piece of a template string.
  sealed interface Part {
    /// Text as it stands.
    record Text(String text) implements Part {}

    /// An expression, with an END token last.
    record Hole(List<Token> tokens) implements Part {}
  }

  boolean is(String operator) {
    return kind == Kind.OPERATOR && text.equals(operator);
  }

  boolean isName(String name) {
    return kind == Kind.NAME && text.equals(name);
  }

  String described() {
    return switch (kind) {
      case NAME, OPERATOR, NUMBER -> "`" + text + "`";
      case STRING -> "a string";
      case TEMPLATE -> "a template string";
      case END -> "the end of the text";
    };
  }
}
