package io.vouchsafe.rego.internal.syntax;

import io.vouchsafe.rego.Position;
import io.vouchsafe.rego.RegoException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Bodies and their expressions.
class BodyParser extends TermParser {
  /// Characters of an expression that are kept for explanations.
  private static final int MAX_SHOWN = 160;

  BodyParser(String text, List<Token> tokens, Features features) {
    super(text, tokens, features);
  }

  @Override
  final Body bodyUntil(String closer) throws RegoException {
    List<Expr> expressions = new ArrayList<>();
    if (token().is(closer)) {
      throw unexpected("an expression", "a body must not be empty");
    }
    do {
      expressions.add(expression());
      if (!token().is(closer) && !token().is(";") && !token().newline()) {
        throw unexpected(
            "the end of the expression", "expressions are separated by line breaks or `;`");
      }
    } while (accept(";") || !token().is(closer));
    expect(closer, "");
    return new Body(expressions);
  }

  /// A query: a body up to the end of the text.
  final Body query() throws RegoException {
    List<Expr> expressions = new ArrayList<>();
    do {
      while (accept(";")) {
        // Empty expressions are no harm.
      }
      if (atEnd()) {
        break;
      }
      expressions.add(expression());
    } while (token().is(";") || token().newline() && !atEnd());
    if (!atEnd() || expressions.isEmpty()) {
      throw unexpected("an expression", "expressions are separated by line breaks or `;`");
    }
    return new Body(expressions);
  }

  final Expr expression() throws RegoException {
    enter();
    try {
      Token first = token();
      Expr.Statement statement = disjunction(first);
      List<Expr.With> withs = new ArrayList<>();
      while (acceptKeyword("with")) {
        Position position = previous().position();
        Term target = itemTerm();
        if (!acceptKeyword("as")) {
          throw unexpected("`as`", "with TARGET as VALUE");
        }
        withs.add(new Expr.With(target, itemTerm(), position));
      }
      return new Expr(statement, withs, first.position(), shown(first));
    } finally {
      leave();
    }
  }

  /// The text since `first`, in one line.
  private String shown(Token first) {
    StringBuilder line = new StringBuilder();
    boolean blank = false;
    for (int i = first.start(); i < previous().end(); i++) {
      char c = text.charAt(i);
      if (c == ' ' || Character.isISOControl(c)) {
        blank = true;
        continue;
      }
      if (blank && !line.isEmpty()) {
        line.append(' ');
      }
      blank = false;
      line.append(c);
      if (line.length() == MAX_SHOWN) {
        return line.append('…').toString();
      }
    }
    return line.toString();
  }

  private Expr.Statement disjunction(Token first) throws RegoException {
    Expr.Statement left = conjunctionOf(first, false);
    int row = 0;
    while (features.on("or") && acceptKeywordLike("or")) {
      row = inRow(row);
      Token next = token();
      left = new Expr.Or(body(left, first), body(conjunctionOf(next, true), next));
    }
    return left;
  }

  private Expr.Statement conjunctionOf(Token first, boolean second) throws RegoException {
    Expr.Statement left = operand(first, second);
    int row = 0;
    while (features.on("and") && acceptKeywordLike("and")) {
      row = inRow(row);
      Token next = token();
      left = new Expr.And(body(left, first), body(operand(next, true), next));
    }
    return left;
  }

  private boolean acceptKeywordLike(String word) throws RegoException {
    if (atKeyword(word)) {
      advance();
      return true;
    }
    return false;
  }

  /// A statement as a body of one.
  private Body body(Expr.Statement statement, Token first) {
    if (statement instanceof Expr.Block(Body inner)) {
      return inner;
    }
    Expr one = new Expr(statement, List.of(), first.position(), shown(first));
    return new Body(List.of(one), false);
  }

  private Expr.Statement operand(Token first, boolean second) throws RegoException {
    if (token().is("{") && (features.on("and") || features.on("or"))) {
      int mark = mark();
      try {
        advance();
        Body inner = bodyUntil("}");
        if (second
            || features.on("and") && atKeyword("and")
            || features.on("or") && atKeyword("or")) {
          return new Expr.Block(inner);
        }
      } catch (RegoException _) {
        // No body: a set or an object.
      }
      reset(mark);
    }
    if (token().is("(") && (features.on("and") || features.on("or"))) {
      int mark = mark();
      try {
        advance();
        Expr.Statement inner = disjunction(token());
        if (accept(")") && (inner instanceof Expr.And || inner instanceof Expr.Or)) {
          return inner;
        }
      } catch (RegoException _) {
        // A term in parentheses.
      }
      reset(mark);
    }
    return statement(first);
  }

  private Expr.Statement statement(Token first) throws RegoException {
    if (acceptKeyword("some")) {
      return some();
    }
    if (acceptKeyword("every")) {
      return every();
    }
    if (acceptKeyword("not")) {
      return not();
    }
    Term left = term();
    if (accept(":=")) {
      Heads.checkAssigned(left, features.isV1());
      return new Expr.Assign(left, term());
    }
    if (accept("=")) {
      return new Expr.Unify(left, term());
    }
    return new Expr.Holds(left);
  }

  private Expr.Statement not() throws RegoException {
    enter();
    try {
      return negated();
    } finally {
      leave();
    }
  }

  private Expr.Statement negated() throws RegoException {
    if (token().is("{") && features.on("not")) {
      int mark = mark();
      try {
        advance();
        Body inner = bodyUntil("}");
        return new Expr.Not(inner, true);
      } catch (RegoException _) {
        reset(mark);
      }
    }
    Token first = token();
    Expr.Statement inner = operand(first, false);
    if (inner instanceof Expr.Some
        || inner instanceof Expr.SomeIn
        || inner instanceof Expr.Every
        || inner instanceof Expr.Not) {
      throw error(
          first.position(),
          "negation of `" + first.text() + "`",
          "put it into a rule or a comprehension, and negate that");
    }
    if (inner instanceof Expr.Assign) {
      throw error(first.position(), "assignment in a negated expression", "assign before it");
    }
    Expr negated = new Expr(inner, List.of(), first.position(), shown(first));
    return new Expr.Not(new Body(List.of(negated), false), features.on("not"));
  }

  private Expr.Statement some() throws RegoException {
    Term first = itemTerm();
    if (first instanceof Term.Call(Term.Var function, List<Term> operands, Position _)
        && function.name().equals("internal.member_2")) {
      return new Expr.SomeIn(Optional.empty(), operands.get(0), operands.get(1));
    }
    List<Term.Var> names = new ArrayList<>();
    names.add(variable(first));
    while (accept(",")) {
      Term next = itemTerm();
      if (next instanceof Term.Call(Term.Var function, List<Term> operands, Position _)
          && function.name().equals("internal.member_2")
          && names.size() == 1) {
        return new Expr.SomeIn(Optional.of(first), operands.get(0), operands.get(1));
      }
      names.add(variable(next));
    }
    return new Expr.Some(names);
  }

  private static Term.Var variable(Term term) throws RegoException {
    if (term instanceof Term.Var name) {
      return name;
    }
    throw error(term.position(), "only names can be declared", "some x, y or some x in xs");
  }

  private Expr.Statement every() throws RegoException {
    Term.Var first = variable(nameTerm());
    Optional<Term.Var> key = Optional.empty();
    Term.Var value = first;
    if (accept(",")) {
      key = Optional.of(first);
      value = variable(nameTerm());
    }
    if (!acceptKeyword("in")) {
      throw unexpected("`in`", "every x in xs { ... }");
    }
    Term domain = itemTerm();
    expect("{", "every x in xs { ... }");
    return new Expr.Every(key, value, domain, bodyUntil("}"));
  }

  private Term nameTerm() throws RegoException {
    if (!atVariable()) {
      throw unexpected("a name", "every x in xs { ... }");
    }
    Token name = advance();
    return Term.var(name.text(), name.position());
  }
}
