package io.vouchsafe.rego.internal.syntax;

import io.vouchsafe.rego.Position;
import io.vouchsafe.rego.RegoException;
import java.util.List;
import java.util.Optional;

/// A place in a list of tokens.
abstract class Cursor {
  /// Nesting of terms and bodies.
  private static final int MAX_NESTING = 200;

  /// Operators in a row, such as `1 + 1 + 1`: the tree leans to the left.
  private static final int MAX_ROW = 500;

  /// Moves per token: some text is read twice before its kind is known, hostile text would be read
  /// exponentially often.
  private static final long MOVES_PER_TOKEN = 64;

  final String text;
  final Features features;
  private List<Token> tokens;
  private int at;
  private int nesting;
  private long moves;

  Cursor(String text, List<Token> tokens, Features features) {
    this.text = text;
    this.tokens = tokens;
    this.features = features;
    this.moves = 4_096 + MOVES_PER_TOKEN * tokens.size();
  }

  final Token token() {
    return tokens.get(at);
  }

  final Token following() {
    return tokens.get(Math.min(at + 1, tokens.size() - 1));
  }

  final Token previous() {
    return tokens.get(Math.max(0, at - 1));
  }

  final int mark() {
    return at;
  }

  final void reset(int mark) {
    at = mark;
  }

  final Token advance() throws RegoException {
    Token token = tokens.get(at);
    if (--moves < 0) {
      throw error(token.position(), "text that is too ambiguous to parse", "use parentheses");
    }
    if (at < tokens.size() - 1) {
      at++;
    }
    return token;
  }

  final boolean accept(String operator) throws RegoException {
    if (token().is(operator)) {
      advance();
      return true;
    }
    return false;
  }

  final Token expect(String operator, String hint) throws RegoException {
    if (!token().is(operator)) {
      throw unexpected("`" + operator + "`", hint);
    }
    return advance();
  }

  /// Whether the token is that keyword, and not the start of a reference such as `if.x`.
  final boolean atKeyword(String word) {
    return token().isName(word) && !startsReference();
  }

  private boolean startsReference() {
    return following().is(".") && !following().space();
  }

  /// `contains` is a function, too.
  private boolean callsContains() {
    return token().isName("contains") && following().is("(") && !following().space();
  }

  final boolean acceptKeyword(String word) throws RegoException {
    if (features.isKeyword(word) && atKeyword(word)) {
      advance();
      return true;
    }
    return false;
  }

  /// Whether the token is a name that may stand for a variable.
  final boolean atVariable() {
    return token().kind() == Token.Kind.NAME
        && (!features.isKeyword(token().text()) || startsReference() || callsContains());
  }

  final boolean atEnd() {
    return token().kind() == Token.Kind.END;
  }

  final void enter() throws RegoException {
    if (++nesting > MAX_NESTING) {
      throw error(token().position(), "nesting deeper than " + MAX_NESTING, "split the term");
    }
  }

  /// Checks the length of a row of operators.
  final int inRow(int before) throws RegoException {
    if (before >= MAX_ROW) {
      throw error(token().position(), "more than " + MAX_ROW + " operators in a row", "split it");
    }
    return before + 1;
  }

  final void leave() {
    nesting--;
  }

  /// Reads other tokens, those of a hole in a template, and comes back.
  final Term within(List<Token> hole, TermReader reader) throws RegoException {
    List<Token> outer = tokens;
    int mark = at;
    tokens = hole;
    at = 0;
    try {
      Term term = reader.read();
      if (!atEnd()) {
        throw unexpected("the closing brace", "one expression per pair of braces");
      }
      return term;
    } finally {
      tokens = outer;
      at = mark;
    }
  }

  /// Reads a term.
  interface TermReader {
    Term read() throws RegoException;
  }

  final RegoException unexpected(String expected, String hint) {
    return error(
        token().position(), "expected " + expected + ", found " + token().described(), hint);
  }

  static RegoException error(Position position, String problem, String hint) {
    return new RegoException(RegoException.Code.PARSE, Optional.of(position), problem, hint);
  }
}
