package io.vouchsafe.rego.internal.syntax;

import io.vouchsafe.rego.Position;
import io.vouchsafe.rego.RegoException;
import io.vouchsafe.rego.StringValue;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Modules: package, imports, rules.
public final class ModuleParser extends BodyParser {
  private final String source;
  private boolean v1;

  /// `else` in a row: each is evaluated within the one before.
  private static final int MAX_ELSE = 500;

  private ModuleParser(
      String source, String text, List<Token> tokens, Features features, boolean v1) {
    super(text, tokens, features);
    this.source = source;
    this.v1 = v1;
  }

  /// Parses a module.
  ///
  /// @param v1 whether the text is Rego v1; if not, imports can make it so
  public static Module parse(String source, String text, boolean v1) throws RegoException {
    Lexer lexer = new Lexer(source, text);
    List<Token> tokens = lexer.tokens();
    return new ModuleParser(source, text, tokens, new Features(v1), v1).module(lexer.comments());
  }

  /// Parses a query: a body.
  public static Body parseQuery(String source, String text, boolean v1) throws RegoException {
    List<Token> tokens = new Lexer(source, text).tokens();
    return new BodyParser(text, tokens, new Features(v1)).query();
  }

  private Module module(List<Module.Comment> comments) throws RegoException {
    if (!acceptKeyword("package")) {
      throw unexpected("`package`", "a module starts with its package");
    }
    Position position = previous().position();
    List<String> path = pathOf(rootedReference());
    List<Module.Import> imports = new ArrayList<>();
    List<Rule> rules = new ArrayList<>();
    while (!atEnd()) {
      if (acceptKeyword("import")) {
        importInto(imports);
      } else {
        rules(rules);
      }
    }
    Module module = new Module(source, path, position, imports, rules, List.copyOf(comments), v1);
    if (v1) {
      Heads.checkNames(module);
    }
    return module;
  }

  private Term rootedReference() throws RegoException {
    Token first = token();
    if (first.kind() != Token.Kind.NAME) {
      throw unexpected("a name", "a package or import is a path such as a.b");
    }
    advance();
    List<Term> path = new ArrayList<>();
    path.add(new Term.Scalar(StringValue.of(first.text()), first.position()));
    while (!token().space() && (token().is(".") || token().is("["))) {
      boolean bracket = advance().is("[");
      Token part = advance();
      if (part.kind() != (bracket ? Token.Kind.STRING : Token.Kind.NAME)) {
        throw error(part.position(), "path with a part that is no text", "use a.b or a[\"b\"]");
      }
      path.add(new Term.Scalar(StringValue.of(part.text()), part.position()));
      if (bracket) {
        expect("]", "close the bracket");
      }
    }
    return new Term.Ref(Term.var("data", first.position()), path, first.position());
  }

  private static List<String> pathOf(Term reference) {
    List<String> path = new ArrayList<>();
    if (reference instanceof Term.Ref(Term _, List<Term> parts, Position _)) {
      for (Term part : parts) {
        if (part instanceof Term.Scalar(StringValue name, Position _)) {
          path.add(name.text());
        }
      }
    }
    return path;
  }

  private void importInto(List<Module.Import> imports) throws RegoException {
    Position position = token().position();
    List<String> path = pathOf(rootedReference());
    Optional<String> alias = Optional.empty();
    if (acceptKeyword("as")) {
      Token name = advance();
      if (name.kind() != Token.Kind.NAME) {
        throw error(name.position(), "import without a name after `as`", "import data.roles as r");
      }
      if (Heads.isRoot(name.text())) {
        throw error(name.position(), "import that hides " + name.text(), "choose another name");
      }
      alias = Optional.of(name.text());
    }
    if (alias.isPresent() && (path.getFirst().equals("future") || path.getFirst().equals("rego"))) {
      throw error(position, "keywords cannot be renamed", "leave out `as`");
    }
    switch (path.getFirst()) {
      case "data", "input" ->
          imports.add(new Module.Import(path, alias.orElse(path.getLast()), position));
      case "future" -> future(path, position);
      case "rego" -> {
        if (path.size() == 2 && path.get(1).equals("v1")) {
          features.enableV1();
          v1 = true;
        } else if (path.size() == 2 && path.get(1).equals("v2")) {
          features.enableV1();
          features.enableV2();
          v1 = true;
        } else {
          throw error(position, "unknown import", "rego.v1 and rego.v2 are known");
        }
      }
      default ->
          throw error(position, "import of neither data, input, future nor rego", "import data.x");
    }
  }

  private void future(List<String> path, Position position) throws RegoException {
    if (path.size() < 2 || !path.get(1).equals("keywords") || path.size() > 3) {
      throw error(position, "unknown import", "import future.keywords.WORD");
    }
    if (path.size() == 2) {
      features.enableV2();
    } else if (!features.enable(path.get(2))) {
      throw error(position, "unknown future keyword", "in, every, if, contains, and, or, not");
    }
  }

  private void rules(List<Rule> rules) throws RegoException {
    boolean isDefault = acceptKeyword("default");
    Rule head = head(isDefault);
    if (isDefault) {
      Heads.checkDefault(head);
      rules.add(head);
      return;
    }
    Position position = head.position();
    boolean usesIf = acceptKeyword("if");
    if (usesIf) {
      Rule rule = head.withBody(bodyAfterIf(), position);
      rules.add(rule.withOtherwise(otherwise(rule)));
      return;
    }
    if (!token().is("{")) {
      checkBare(head);
      if (atKeyword("else")) {
        throw unexpected("a body before `else`", "p := 1 if { ... } else := 2");
      }
      rules.add(head);
      return;
    }
    if (v1) {
      throw unexpected("`if` before the body", "Rego v1: p if { ... }");
    }
    while (token().is("{")) {
      Position at = rules.isEmpty() ? position : token().position();
      advance();
      Rule rule = head.withBody(bodyUntil("}"), at);
      Optional<Rule> otherwise = otherwise(rule);
      rules.add(rule.withOtherwise(otherwise));
      if (otherwise.isPresent()) {
        break;
      }
    }
  }

  /// A head alone is a rule of a set in the older syntax, or a function that holds.
  private void checkBare(Rule head) throws RegoException {
    if (head.value().isPresent() || head.member().isPresent() || head.arguments().isPresent()) {
      return;
    }
    if (v1 || head.path().isEmpty()) {
      throw unexpected("`:=`, `contains`, or `if`", "a rule has a value or a body");
    }
  }

  /// One expression, or a body in braces; `{x}` is a body, other terms in braces are terms.
  private Body bodyAfterIf() throws RegoException {
    if (!token().is("{")) {
      return new Body(List.of(expression()));
    }
    int mark = mark();
    try {
      Expr one = expression();
      if (!(one.statement() instanceof Expr.Holds(Term.SetTerm _))) {
        return new Body(List.of(one));
      }
    } catch (RegoException _) {
      // No term, so it is a body.
    }
    reset(mark);
    expect("{", "");
    return bodyUntil("}");
  }

  private Optional<Rule> otherwise(Rule first) throws RegoException {
    return otherwise(first, 0);
  }

  /// @param row how many `else` came before: each lies within the one before it
  private Optional<Rule> otherwise(Rule first, int row) throws RegoException {
    if (!acceptKeyword("else")) {
      return Optional.empty();
    }
    if (row == MAX_ELSE) {
      throw error(
          previous().position(),
          "more than " + MAX_ELSE + " `else` in a row",
          "look the value up in an object");
    }
    Position position = previous().position();
    Optional<Term> value = Optional.empty();
    if (accept(":=") || accept("=")) {
      value = Optional.of(term());
    }
    if (first.member().isPresent()) {
      throw error(position, "`else` of a rule that adds to a set", "write another rule");
    }
    Optional<Body> body = Optional.empty();
    if (acceptKeyword("if")) {
      body = Optional.of(accept("{") ? bodyUntil("}") : new Body(List.of(expression())));
    } else if (token().is("{")) {
      if (v1) {
        throw unexpected("`if` before the body", "Rego v1: else := 1 if { ... }");
      }
      advance();
      body = Optional.of(bodyUntil("}"));
    }
    if (value.isEmpty() && body.isEmpty()) {
      throw unexpected("a value or a body", "else := 1, or else if { ... }");
    }
    if (body.isEmpty() && atKeyword("else")) {
      throw unexpected("a body before `else`", "an `else` without a body is the last");
    }
    Rule rule =
        new Rule(
            first.name(),
            first.path(),
            first.arguments(),
            Optional.empty(),
            value,
            body,
            Optional.empty(),
            false,
            position);
    return Optional.of(rule.withOtherwise(otherwise(first, row + 1)));
  }

  private Rule head(boolean isDefault) throws RegoException {
    Token first = token();
    if (!atVariable()) {
      throw unexpected("a rule", "a rule starts with its name");
    }
    advance();
    List<Term> path = headPath();
    Optional<List<Term>> arguments = Optional.empty();
    if (token().is("(") && !token().space()) {
      advance();
      arguments = Optional.of(items(")")).filter(list -> !list.isEmpty());
      Heads.checkArguments(arguments.orElse(List.of()));
    }
    Optional<Term> member = Optional.empty();
    Optional<Term> value = Optional.empty();
    if (acceptKeyword("contains")) {
      if (arguments.isPresent()) {
        throw error(previous().position(), "function that makes a set", "f(x) := {...}");
      }
      member = Optional.of(term());
    } else if (accept(":=") || accept("=")) {
      value = Optional.of(term());
    } else if (oldPartialSet(path, arguments)) {
      member = Optional.of(path.removeLast());
    }
    return new Rule(
        first.text(),
        List.copyOf(path),
        arguments,
        member,
        value,
        Optional.empty(),
        Optional.empty(),
        isDefault,
        first.position());
  }

  /// `p[x] { ... }` of the older syntax is a set; with `if` it is an object.
  private boolean oldPartialSet(List<Term> path, Optional<List<Term>> arguments) {
    return !v1 && path.size() == 1 && arguments.isEmpty() && !atKeyword("if");
  }

  private List<Term> headPath() throws RegoException {
    List<Term> path = new ArrayList<>();
    while (!token().space() && (token().is(".") || token().is("["))) {
      if (advance().is("[")) {
        path.add(term());
        expect("]", "close the bracket");
      } else {
        Token name = advance();
        if (name.kind() != Token.Kind.NAME) {
          throw error(
              name.position(), "rule name with a dot and no name after it", "a.b if { ... }");
        }
        path.add(new Term.Scalar(StringValue.of(name.text()), name.position()));
      }
    }
    return path;
  }
}
