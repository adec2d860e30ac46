package io.vouchsafe.rego.internal.syntax;

import io.vouchsafe.rego.Position;
import io.vouchsafe.rego.RegoException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Rego text to tokens.
final class Lexer {
  /// The longest source text, in UTF-16 units.
  static final int MAX_TEXT = 8 << 20;

  /// Template strings within template strings.
  private static final int MAX_TEMPLATES = 16;

  private static final String[] OPERATORS = {
    ":=", "==", "!=", "<=", ">=", "=", "<", ">", "+", "-", "*", "/", "%", "&", "|", "(", ")", "[",
    "]", "{", "}", ",", ";", ":", "."
  };

  private final String source;
  private final String text;
  private final List<Module.Comment> comments = new ArrayList<>();
  private int at;
  private int line = 1;
  private int lineStart;
  private int tokenStart;

  Lexer(String source, String text) {
    this.source = source;
    this.text = text;
  }

  List<Module.Comment> comments() {
    return comments;
  }

  List<Token> tokens() throws RegoException {
    if (text.length() > MAX_TEXT) {
      throw error(here(), "source of more than " + MAX_TEXT + " characters", "split the policy");
    }
    return tokensUntilBrace(0);
  }

  /// Tokens up to the end, or, within a template, up to the brace that closes the hole.
  private List<Token> tokensUntilBrace(int templates) throws RegoException {
    List<Token> tokens = new ArrayList<>();
    int open = 0;
    while (true) {
      int before = at;
      int lineBefore = line;
      skipBlank();
      boolean newline = line != lineBefore;
      boolean space = at != before;
      Position position = here();
      if (at == text.length()) {
        if (templates > 0) {
          throw error(position, "template string without its end", "close the brace and the quote");
        }
        tokens.add(plain(Token.Kind.END, "", position, true, true));
        return tokens;
      }
      char c = text.charAt(at);
      if (templates > 0 && c == '}' && open == 0) {
        tokens.add(plain(Token.Kind.END, "", position, false, space));
        return tokens;
      }
      open += c == '{' ? 1 : c == '}' ? -1 : 0;
      tokenStart = at;
      tokens.add(next(c, position, newline, space, templates));
    }
  }

  private Token next(char c, Position position, boolean newline, boolean space, int templates)
      throws RegoException {
    if (isNameStart(c)) {
      int start = at;
      while (at < text.length() && isNamePart(text.charAt(at))) {
        at++;
      }
      return plain(Token.Kind.NAME, text.substring(start, at), position, newline, space);
    }
    if (isDigit(c) || c == '.' && startsFraction(space)) {
      return plain(Token.Kind.NUMBER, number(position), position, newline, space);
    }
    if (c == '"') {
      at++;
      return plain(Token.Kind.STRING, quoted(position), position, newline, space);
    }
    if (c == '`') {
      at++;
      return plain(Token.Kind.STRING, raw(position), position, newline, space);
    }
    if (c == '$'
        && at + 1 < text.length()
        && (text.charAt(at + 1) == '"' || text.charAt(at + 1) == '`')) {
      boolean raw = text.charAt(at + 1) == '`';
      at += 2;
      int start = tokenStart;
      List<Token.Part> parts = template(position, raw, templates + 1);
      return new Token(Token.Kind.TEMPLATE, "", parts, position, newline, space, start, at);
    }
    for (String operator : OPERATORS) {
      if (text.startsWith(operator, at)) {
        at += operator.length();
        return plain(Token.Kind.OPERATOR, operator, position, newline, space);
      }
    }
    String shown = Character.getName(text.codePointAt(at));
    throw error(position, "illegal character (" + shown + ")", "Rego has no such token");
  }

  private Token plain(
      Token.Kind kind, String value, Position position, boolean newline, boolean space) {
    return new Token(kind, value, List.of(), position, newline, space, tokenStart, at);
  }

  private void skipBlank() {
    while (at < text.length()) {
      char c = text.charAt(at);
      if (c == '\n') {
        at++;
        newLine();
      } else if (c == ' ' || c == '\t' || c == '\r' || c == '\ufeff' && at == 0) {
        at++;
      } else if (c == '#') {
        int start = at;
        int end = text.indexOf('\n', at);
        at = end < 0 ? text.length() : end;
        String comment = text.substring(start + 1, at);
        comments.add(new Module.Comment(line, start - lineStart + 1, comment.stripTrailing()));
      } else {
        return;
      }
    }
  }

  private void newLine() {
    line++;
    lineStart = at;
  }

  /// Whether a dot starts a number such as `.5`, and not the rest of a path.
  private boolean startsFraction(boolean space) {
    return at + 1 < text.length()
        && isDigit(text.charAt(at + 1))
        && (space || at == 0 || "([{,:=<>+-*/%&|;".indexOf(text.charAt(at - 1)) >= 0);
  }

  private String number(Position position) throws RegoException {
    int start = at;
    digits();
    if (at - start > 1 && text.charAt(start) == '0') {
      throw error(position, "number with a leading zero", "write it without");
    }
    if (at + 1 < text.length() && text.charAt(at) == '.' && isDigit(text.charAt(at + 1))) {
      at++;
      digits();
    }
    if (at < text.length() && (text.charAt(at) == 'e' || text.charAt(at) == 'E')) {
      at++;
      if (at < text.length() && (text.charAt(at) == '+' || text.charAt(at) == '-')) {
        at++;
      }
      int exponent = at;
      digits();
      if (at == exponent) {
        throw error(position, "number whose exponent has no digits", "1e3 is 1000");
      }
    }
    if (at < text.length() && isNameStart(text.charAt(at))) {
      throw error(position, "number with letters", "a name must not start with a digit");
    }
    return text.substring(start, at);
  }

  private void digits() {
    while (at < text.length() && isDigit(text.charAt(at))) {
      at++;
    }
  }

  private String raw(Position position) throws RegoException {
    int start = at;
    while (at < text.length() && text.charAt(at) != '`') {
      if (text.charAt(at++) == '\n') {
        newLine();
      }
    }
    if (at == text.length()) {
      throw error(position, "raw string without its end", "close it with a backquote");
    }
    return text.substring(start, at++);
  }

  private String quoted(Position position) throws RegoException {
    StringBuilder out = new StringBuilder();
    while (at < text.length() && text.charAt(at) != '"') {
      character(out, position, false);
    }
    if (at == text.length()) {
      throw error(position, "string without its end", "close it with a quote");
    }
    at++;
    return whole(out);
  }

  /// Text with U+FFFD for each half of a pair that an escape wrote without the other.
  private static String whole(StringBuilder out) {
    for (int i = 0; i < out.length(); i++) {
      if (!Character.isSurrogate(out.charAt(i))) {
        continue;
      }
      if (Character.isSupplementaryCodePoint(out.codePointAt(i))) {
        i++;
      } else {
        out.setCharAt(i, '\uFFFD');
      }
    }
    return out.toString();
  }

  private void character(StringBuilder out, Position position, boolean template)
      throws RegoException {
    char c = text.charAt(at++);
    if (c == '\n') {
      throw error(position, "string without its end on its line", "use a raw string: `...`");
    }
    if (c != '\\') {
      out.append(c);
      return;
    }
    char escaped = at < text.length() ? text.charAt(at++) : 0;
    switch (escaped) {
      case '"', '\\', '/' -> out.append(escaped);
      case 'b' -> out.append('\b');
      case 'f' -> out.append('\f');
      case 'n' -> out.append('\n');
      case 'r' -> out.append('\r');
      case 't' -> out.append('\t');
      case 'u' -> {
        if (at + 4 > text.length()) {
          throw error(position, "string with a broken \\u escape", "four hexadecimal digits");
        }
        int unit = 0;
        for (int i = 0; i < 4; i++) {
          int digit = Character.digit(text.charAt(at++), 16);
          if (digit < 0) {
            throw error(position, "string with a broken \\u escape", "four hexadecimal digits");
          }
          unit = unit << 4 | digit;
        }
        out.append((char) unit);
      }
      default -> {
        if (template && escaped == '{') {
          out.append('{');
        } else {
          throw error(position, "string with an unknown escape", "use a raw string: `...`");
        }
      }
    }
  }

  private List<Token.Part> template(Position position, boolean raw, int templates)
      throws RegoException {
    if (templates > MAX_TEMPLATES) {
      throw error(
          position, "template strings nested too deep", "give the inner one a name of its own");
    }
    char quote = raw ? '`' : '"';
    List<Token.Part> parts = new ArrayList<>();
    StringBuilder plain = new StringBuilder();
    while (at < text.length() && text.charAt(at) != quote) {
      char c = text.charAt(at);
      if (c == '{') {
        at++;
        if (!plain.isEmpty()) {
          parts.add(new Token.Part.Text(whole(plain)));
          plain.setLength(0);
        }
        parts.add(new Token.Part.Hole(tokensUntilBrace(templates)));
        at++;
      } else if (!raw) {
        character(plain, position, true);
      } else {
        if (c == '\\' && at + 1 < text.length() && text.charAt(at + 1) == '{') {
          at++;
          c = '{';
        }
        plain.append(c);
        at++;
        if (c == '\n') {
          newLine();
        }
      }
    }
    if (at == text.length()) {
      throw error(position, "template string without its end", "close it with its quote");
    }
    at++;
    if (!plain.isEmpty()) {
      parts.add(new Token.Part.Text(whole(plain)));
    }
    return parts;
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }

  private static boolean isNameStart(char c) {
    return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_';
  }

  private static boolean isNamePart(char c) {
    return isNameStart(c) || isDigit(c);
  }

  private Position here() {
    return new Position(source, line, at - lineStart + 1);
  }

  private static RegoException error(Position position, String problem, String hint) {
    return new RegoException(RegoException.Code.PARSE, Optional.of(position), problem, hint);
  }
}
