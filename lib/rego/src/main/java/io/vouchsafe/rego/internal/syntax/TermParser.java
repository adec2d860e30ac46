package io.vouchsafe.rego.internal.syntax;

import io.vouchsafe.rego.BooleanValue;
import io.vouchsafe.rego.NullValue;
import io.vouchsafe.rego.NumberValue;
import io.vouchsafe.rego.Position;
import io.vouchsafe.rego.RegoException;
import io.vouchsafe.rego.SetValue;
import io.vouchsafe.rego.StringValue;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Terms, by precedence.
abstract class TermParser extends Cursor {
  private static final Map<String, String> RELATIONS =
      Map.of("==", "equal", "!=", "neq", "<", "lt", "<=", "lte", ">", "gt", ">=", "gte");
  private static final String A_TERM =
      "a value, a name, a call, or something in brackets belongs here";
  private static final Map<String, String> SUMS = Map.of("+", "plus", "-", "minus");
  private static final Map<String, String> PRODUCTS = Map.of("*", "mul", "/", "div", "%", "rem");

  TermParser(String text, List<Token> tokens, Features features) {
    super(text, tokens, features);
  }

  /// A body up to a closing operator, which is taken.
  abstract Body bodyUntil(String closer) throws RegoException;

  /// A term with all operators; `key, value in domain` too.
  final Term term() throws RegoException {
    enter();
    try {
      Term left = relation();
      if (features.on("in") && token().is(",")) {
        int mark = mark();
        Optional<Term> pair = memberOfPair(left);
        if (pair.isPresent()) {
          return moreMembers(pair.get());
        }
        reset(mark);
      }
      return moreMembers(left);
    } finally {
      leave();
    }
  }

  private Optional<Term> memberOfPair(Term key) throws RegoException {
    advance();
    try {
      Term value = relation();
      if (!acceptKeyword("in")) {
        return Optional.empty();
      }
      return Optional.of(call("internal.member_3", key.position(), key, value, relation()));
    } catch (RegoException _) {
      return Optional.empty();
    }
  }

  /// A term within a list, where a comma separates.
  final Term itemTerm() throws RegoException {
    enter();
    try {
      return moreMembers(relation());
    } finally {
      leave();
    }
  }

  private Term moreMembers(Term first) throws RegoException {
    Term left = first;
    int row = 0;
    while (acceptKeyword("in")) {
      row = inRow(row);
      left = call("internal.member_2", left.position(), left, relation());
    }
    return left;
  }

  private Term relation() throws RegoException {
    return moreRelations(moreUnions(conjunction()));
  }

  private Term moreRelations(Term first) throws RegoException {
    Term left = first;
    int row = 0;
    while (token().kind() == Token.Kind.OPERATOR && RELATIONS.containsKey(token().text())) {
      row = inRow(row);
      String name = operation(RELATIONS);
      left = call(name, left.position(), left, moreUnions(conjunction()));
    }
    return left;
  }

  private String operation(Map<String, String> names) throws RegoException {
    String operator = advance().text();
    String name = names.get(operator);
    if (name == null) {
      throw new IllegalStateException(operator);
    }
    return name;
  }

  private Term moreUnions(Term first) throws RegoException {
    Term left = first;
    int row = 0;
    while (accept("|")) {
      row = inRow(row);
      left = call("or", left.position(), left, conjunction());
    }
    return left;
  }

  private Term conjunction() throws RegoException {
    Term left = sum();
    int row = 0;
    while (accept("&")) {
      row = inRow(row);
      left = call("and", left.position(), left, sum());
    }
    return left;
  }

  private Term sum() throws RegoException {
    Term left = product();
    int row = 0;
    while (token().is("+") || token().is("-")) {
      row = inRow(row);
      String name = operation(SUMS);
      left = call(name, left.position(), left, product());
    }
    return left;
  }

  private Term product() throws RegoException {
    Term left = plain();
    int row = 0;
    while (token().is("*") || token().is("/") || token().is("%")) {
      row = inRow(row);
      String name = operation(PRODUCTS);
      left = call(name, left.position(), left, plain());
    }
    return left;
  }

  static Term call(String name, Position position, Term... arguments) {
    return new Term.Call(Term.var(name, position), List.of(arguments), position);
  }

  private Term plain() throws RegoException {
    enter();
    try {
      return path(atom());
    } finally {
      leave();
    }
  }

  private Term atom() throws RegoException {
    Token token = token();
    Position position = token.position();
    switch (token.kind()) {
      case NUMBER -> {
        advance();
        return number(token.text(), position);
      }
      case STRING -> {
        advance();
        return new Term.Scalar(StringValue.of(token.text()), position);
      }
      case TEMPLATE -> {
        advance();
        return template(token);
      }
      case NAME -> {
        return name(token);
      }
      case OPERATOR -> {
        return bracketed(token);
      }
      case END -> throw unexpected("a term", A_TERM);
    }
    throw unexpected("a term", A_TERM);
  }

  private Term bracketed(Token token) throws RegoException {
    Position position = token.position();
    switch (token.text()) {
      case "-" -> {
        advance();
        if (token().kind() == Token.Kind.NUMBER && !token().space()) {
          return number("-" + advance().text(), position);
        }
        return call("minus", position, new Term.Scalar(NumberValue.of(0), position), plain());
      }
      case "(" -> {
        advance();
        Term inner = term();
        expect(")", "close the parenthesis");
        return inner;
      }
      case "[" -> {
        advance();
        return array(position);
      }
      case "{" -> {
        advance();
        return braces(position);
      }
      default -> throw unexpected("a term", A_TERM);
    }
  }

  private static Term number(String digits, Position position) throws RegoException {
    try {
      return new Term.Scalar(NumberValue.parse(digits), position);
    } catch (ArithmeticException | NumberFormatException _) {
      throw error(
          position,
          "number of more than " + NumberValue.MAX_DIGITS + " digits",
          "write it as text, or divide it");
    }
  }

  private Term name(Token token) throws RegoException {
    Position position = token.position();
    if (atVariable()) {
      advance();
      if (token.text().equals("set")
          && token().is("(")
          && !token().space()
          && following().is(")")) {
        advance();
        advance();
        return new Term.Scalar(SetValue.EMPTY, position);
      }
      return Term.var(token.text(), position);
    }
    switch (token.text()) {
      case "true", "false" -> {
        advance();
        return new Term.Scalar(BooleanValue.of(token.text().equals("true")), position);
      }
      case "null" -> {
        advance();
        return new Term.Scalar(NullValue.NULL, position);
      }
      default -> throw unexpected("a term", "`" + token.text() + "` is a keyword");
    }
  }

  private Term template(Token token) throws RegoException {
    List<Term> parts = new ArrayList<>();
    for (Token.Part part : token.parts()) {
      switch (part) {
        case Token.Part.Text(String plain) ->
            parts.add(new Term.Scalar(StringValue.of(plain), token.position()));
        case Token.Part.Hole(List<Token> tokens) -> {
          // A scalar in braces must not be taken for text.
          Term inner = within(tokens, this::term);
          parts.add(new Term.ArrayTerm(List.of(inner), inner.position()));
        }
      }
    }
    return new Term.Template(parts, token.position());
  }

  /// What follows a term without blank: `.name`, `[term]`, `(arguments)`.
  private Term path(Term first) throws RegoException {
    Term head = first;
    List<Term> path = new ArrayList<>();
    while (!token().space() && token().kind() == Token.Kind.OPERATOR) {
      if (token().is(".")) {
        advance();
        Token name = token();
        if (name.kind() != Token.Kind.NAME || name.space()) {
          throw unexpected("a name after the dot", "other keys go in brackets: x[\"a-b\"]");
        }
        advance();
        path.add(new Term.Scalar(StringValue.of(name.text()), name.position()));
      } else if (token().is("[")) {
        advance();
        path.add(term());
        expect("]", "close the bracket");
      } else if (token().is("(") && !(head instanceof Term.Call && path.isEmpty())) {
        Term function =
            path.isEmpty() ? head : new Term.Ref(head, List.copyOf(path), head.position());
        if (!(head instanceof Term.Var)) {
          throw unexpected("the end of the term", "only names can be called");
        }
        advance();
        head = new Term.Call(function, items(")"), first.position());
        path.clear();
      } else {
        break;
      }
    }
    return path.isEmpty() ? head : new Term.Ref(head, List.copyOf(path), first.position());
  }

  /// Terms up to a closing operator, which is taken. A comma may stand before it.
  final List<Term> items(String closer) throws RegoException {
    return moreItems(new ArrayList<>(), closer);
  }

  private List<Term> moreItems(List<Term> items, String closer) throws RegoException {
    while (!accept(closer)) {
      items.add(itemTerm());
      if (!token().is(closer)) {
        expect(",", "separate the terms, or close with `" + closer + "`");
      }
    }
    return items;
  }

  private Term array(Position position) throws RegoException {
    if (accept("]")) {
      return new Term.ArrayTerm(List.of(), position);
    }
    Term first = conjunction();
    if (token().is("|")) {
      Optional<Body> body = comprehension("]");
      if (body.isPresent()) {
        return new Term.ArrayComprehension(first, body.get(), position);
      }
    }
    return new Term.ArrayTerm(afterFirst(first, "]"), position);
  }

  private List<Term> afterFirst(Term first, String closer) throws RegoException {
    List<Term> items = new ArrayList<>();
    items.add(moreMembers(moreRelations(moreUnions(first))));
    if (!token().is(closer)) {
      expect(",", "separate the terms, or close with `" + closer + "`");
    }
    return moreItems(items, closer);
  }

  /// The body after `|`; empty if it is a union after all.
  private Optional<Body> comprehension(String closer) throws RegoException {
    int mark = mark();
    advance();
    try {
      return Optional.of(bodyUntil(closer));
    } catch (RegoException e) {
      reset(mark);
      int bar = mark();
      try {
        advance();
        conjunction();
        if (token().is(",") || token().is("|") || token().is(closer)) {
          reset(bar);
          return Optional.empty();
        }
      } catch (RegoException _) {
        // Neither: the first error says more.
      }
      throw e;
    }
  }

  private Term braces(Position position) throws RegoException {
    if (accept("}")) {
      return new Term.ObjectTerm(List.of(), List.of(), position);
    }
    Term first = conjunction();
    if (token().is(":")) {
      return object(first, position);
    }
    if (token().is("|")) {
      Optional<Body> body = comprehension("}");
      if (body.isPresent()) {
        return new Term.SetComprehension(first, body.get(), position);
      }
    }
    Term whole = moreMembers(moreRelations(moreUnions(first)));
    if (token().is(":")) {
      return object(whole, position);
    }
    return new Term.SetTerm(afterFirst(whole, "}"), position);
  }

  private Term object(Term firstKey, Position position) throws RegoException {
    expect(":", "members of an object are written key: value");
    Term firstValue = conjunction();
    if (token().is("|")) {
      Optional<Body> body = comprehension("}");
      if (body.isPresent()) {
        return new Term.ObjectComprehension(firstKey, firstValue, body.get(), position);
      }
    }
    List<Term> keys = new ArrayList<>(List.of(firstKey));
    List<Term> values =
        new ArrayList<>(List.of(moreMembers(moreRelations(moreUnions(firstValue)))));
    while (!accept("}")) {
      expect(",", "separate the members, or close with `}`");
      if (accept("}")) {
        break;
      }
      keys.add(itemTerm());
      expect(":", "an object has a value for each key");
      values.add(itemTerm());
    }
    return new Term.ObjectTerm(keys, values, position);
  }
}
