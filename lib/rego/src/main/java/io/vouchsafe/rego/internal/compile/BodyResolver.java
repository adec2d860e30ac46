package io.vouchsafe.rego.internal.compile;

import io.vouchsafe.rego.Position;
import io.vouchsafe.rego.RegoException;
import io.vouchsafe.rego.StringValue;
import io.vouchsafe.rego.Value;
import io.vouchsafe.rego.internal.eval.Tree;
import io.vouchsafe.rego.internal.syntax.Body;
import io.vouchsafe.rego.internal.syntax.Expr;
import io.vouchsafe.rego.internal.syntax.Term;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Resolves bodies: which variables are declared where, and what each expression says.
final class BodyResolver extends Resolver {
  /// Expressions of one body: each takes stack while those after it are tried.
  private static final int MAX_EXPRESSIONS = 2_000;

  /// Occurrences that belong to the declaration under way.
  private int declaring = 1;

  /// Whether what is declared must be used.
  private boolean mustUse;

  /// Whether a pattern declares each of its names once.
  private boolean once;

  BodyResolver(Names names, Dependencies dependencies) {
    super(names, dependencies);
  }

  @Override
  Resolved.Block block(Body body, Scope outer, List<Tail> tails) throws RegoException {
    int before = slots();
    BitSet used = startUses();
    Resolved.Block block = inScope(body, new Scope(outer), tails);
    endUses(before);
    block.needed().or(used);
    return block;
  }

  /// Resolves a body whose scope is there already.
  Resolved.Block inScope(Body body, Scope scope, List<Tail> tails) throws RegoException {
    if (body.expressions().size() > MAX_EXPRESSIONS) {
      throw new RegoException(
          RegoException.Code.COMPILE,
          Optional.of(body.expressions().getFirst().position()),
          "body of more than " + MAX_EXPRESSIONS + " expressions",
          "split the rule");
    }
    Occurrences occurrences = new Occurrences(term -> names.find(term) != null);
    occurrences.body(body);
    tails.forEach(tail -> occurrences.term(tail.term));
    implicit(occurrences.undeclared(), scope);
    List<Resolved.Step> steps = new ArrayList<>();
    for (Expr expr : body.expressions()) {
      step(expr, scope, steps);
    }
    for (Tail tail : tails) {
      tail.item = item(tail.term, scope);
    }
    return new Resolved.Block(steps, new BitSet());
  }

  private void implicit(Set<String> undeclared, Scope scope) {
    for (String name : undeclared) {
      if (!name.equals("_") && scope.find(name) == null && !names.isGlobal(name)) {
        scope.declare(name, newSlot(name));
      }
    }
  }

  private void step(Expr expr, Scope scope, List<Resolved.Step> steps) throws RegoException {
    int mark = dependencies.mark();
    startShown();
    List<Resolved.Change> changes = new ArrayList<>();
    for (Expr.With with : expr.withs()) {
      changes.add(change(with, scope));
    }
    Resolved.Statement statement =
        expr.statement() instanceof Expr.Not(Body body, boolean scoped) && !scoped
            ? new Resolved.Not(operand(eager(expr, body, changes, scope, steps), scope))
            : statement(expr.statement(), scope);
    List<Resolved.Item> shown = endShown();
    if (statement != null) {
      steps.add(
          new Resolved.Step(
              statement, changes, expr.position(), expr.text(), dependencies.since(mark), shown));
    }
  }

  private Resolved.@Nullable Statement statement(Expr.Statement statement, Scope scope)
      throws RegoException {
    return switch (statement) {
      case Expr.Holds(Term term) -> holds(term, scope);
      case Expr.Unify(Term left, Term right) ->
          new Resolved.Unify(item(left, scope), item(right, scope));
      case Expr.Assign(Term left, Term right) -> {
        Resolved.Item value = item(right, scope);
        once = true;
        declare(left, scope);
        once = false;
        yield new Resolved.Unify(item(left, scope), value);
      }
      case Expr.Some(List<Term.Var> some) -> {
        declaring = 0;
        mustUse = true;
        for (Term.Var name : some) {
          declare(name, scope);
        }
        mustUse = false;
        declaring = 1;
        yield null;
      }
      case Expr.SomeIn(Optional<Term> key, Term value, Term domain) -> {
        Resolved.Item from = item(domain, scope);
        if (key.isPresent()) {
          declare(key.get(), scope);
        }
        declare(value, scope);
        Optional<Resolved.Item> keyItem =
            key.isPresent() ? Optional.of(item(key.get(), scope)) : Optional.empty();
        yield new Resolved.Members(keyItem, item(value, scope), from);
      }
      case Expr.Every every -> every(every, scope);
      case Expr.Not(Body body, boolean _) -> new Resolved.Not(operand(body, scope));
      case Expr.And(Body left, Body right) ->
          new Resolved.And(operand(left, scope), operand(right, scope));
      case Expr.Or(Body left, Body right) ->
          new Resolved.Or(operand(left, scope), operand(right, scope));
      case Expr.Block(Body body) -> new Resolved.And(block(body, scope, List.of()), EMPTY);
    };
  }

  private static final Resolved.Block EMPTY = new Resolved.Block(List.of(), new BitSet());

  /// A body that only holds or not. Without braces its variables are those of the body around it,
  /// so that they must have values there.
  private Resolved.Block operand(Body body, Scope scope) throws RegoException {
    if (body.own()) {
      return block(body, scope, List.of());
    }
    BitSet used = startUses();
    List<Resolved.Step> steps = new ArrayList<>();
    for (Expr expr : body.expressions()) {
      step(expr, scope, steps);
    }
    endUses();
    return new Resolved.Block(steps, used);
  }

  /// Adds the steps for what must have a value before the rest is negated.
  ///
  /// @return the rest
  private Body eager(
      Expr expr, Body body, List<Resolved.Change> changes, Scope scope, List<Resolved.Step> steps)
      throws RegoException {
    Negated negated = new Negated(slots(), name -> scope.find(name) != null);
    Body rest = negated.body(body);
    for (Negated.Operand operand : negated.operands()) {
      int mark = dependencies.mark();
      startShown();
      BitSet used = startUses();
      Resolved.Item item = item(operand.term(), scope);
      endUses();
      int slot = newSlot(operand.name().name());
      scope.declare(operand.name().name(), slot);
      Resolved.Statement statement =
          operand.call()
              ? new Resolved.Unify(slot(slot, operand.name().name(), item.position()), item)
              : new Resolved.Eager(slot, item, used);
      steps.add(
          new Resolved.Step(
              statement,
              changes,
              expr.position(),
              expr.text(),
              dependencies.since(mark),
              endShown()));
    }
    return rest;
  }

  private Resolved.Statement every(Expr.Every every, Scope scope) throws RegoException {
    Resolved.Item domain = item(every.domain(), scope);
    Scope inner = new Scope(scope);
    int before = slots();
    BitSet used = startUses();
    Optional<Resolved.Item> key = Optional.empty();
    mustUse = true;
    if (every.key().isPresent()) {
      declare(every.key().get(), inner);
      key = Optional.of(item(every.key().get(), inner));
    }
    declare(every.value(), inner);
    mustUse = false;
    Resolved.Item value = item(every.value(), inner);
    Resolved.Block body = inScope(every.body(), new Scope(inner), List.of());
    endUses(before);
    body.needed().or(used);
    return new Resolved.Every(key, value, domain, body);
  }

  /// Declares the names of a pattern.
  void declare(Term pattern, Scope scope) throws RegoException {
    switch (pattern) {
      case Term.Var(String name, Position at) -> {
        if (name.equals("_")) {
          return;
        }
        if (scope.declaresHere(name)) {
          throw new RegoException(
              RegoException.Code.COMPILE,
              Optional.of(at),
              "var " + name + " declared above",
              "a name is declared once in a body; use == to compare");
        }
        if (scope.isArgument(name)) {
          throw new RegoException(
              RegoException.Code.COMPILE,
              Optional.of(at),
              "arg " + name + " redeclared",
              "an operand of the function has that name; rename it");
        }
        int slot = newSlot(name);
        scope.declare(name, slot);
        declared(name, slot, at, declaring, mustUse);
      }
      case Term.ArrayTerm(List<Term> items, Position _) -> {
        for (Term item : items) {
          declareNew(item, scope);
        }
      }
      case Term.ObjectTerm(List<Term> _, List<Term> values, Position _) -> {
        for (Term value : values) {
          declareNew(value, scope);
        }
      }
      case Term.Scalar _,
          Term.Ref _,
          Term.Call _,
          Term.SetTerm _,
          Term.ArrayComprehension _,
          Term.SetComprehension _,
          Term.ObjectComprehension _,
          Term.Template _ -> {}
    }
  }

  /// Declares the names of a parameter; they hide all others.
  void declareParameter(Term pattern, Scope scope) throws RegoException {
    // A parameter need not be used.
    declaring = 0;
    declareNew(pattern, scope);
    declaring = 1;
  }

  /// As [#declare], where a name may stand twice in one pattern.
  private void declareNew(Term pattern, Scope scope) throws RegoException {
    if (!once && pattern instanceof Term.Var(String name, Position _) && scope.declaresHere(name)) {
      return;
    }
    declare(pattern, scope);
  }

  private Resolved.Statement holds(Term term, Scope scope) throws RegoException {
    if (!(term instanceof Term.Call call)) {
      return new Resolved.Holds(item(term, scope));
    }
    if (call.function() instanceof Term.Var(String name, Position _)
        && name.equals("print")
        && !names.isGlobal(name)) {
      return print(call, scope);
    }
    if (call.arguments().size() == 2
        && call.function() instanceof Term.Var(String name, Position _)
        && (name.equals("eq") || name.equals("assign"))
        && !names.isGlobal(name)) {
      // The functions behind = and :=, written out.
      Resolved.Item left = item(call.arguments().get(0), scope);
      return new Resolved.Unify(left, item(call.arguments().get(1), scope));
    }
    if (call.arguments().isEmpty() && Names.written(call.function()).startsWith("rego.metadata.")) {
      return new Resolved.Holds(item(term, scope));
    }
    // f(x, y): the operand after the last is what the function gives.
    Resolved.Function function = names.function(call.function());
    int arity =
        switch (function) {
          case Resolved.Native(var builtin) -> builtin.arity();
          case Resolved.Rules(var group) -> group.arity();
        };
    if (call.arguments().size() == arity + 1) {
      List<Term> operands = call.arguments().subList(0, arity);
      Term inner = new Term.Call(call.function(), operands, call.position());
      return new Resolved.Unify(item(inner, scope), item(call.arguments().getLast(), scope));
    }
    return new Resolved.Holds(item(term, scope));
  }

  private Resolved.Statement print(Term.Call call, Scope scope) throws RegoException {
    List<Term> parts = new ArrayList<>();
    for (Term operand : call.arguments()) {
      if (!parts.isEmpty()) {
        parts.add(new Term.Scalar(StringValue.of(" "), call.position()));
      }
      parts.add(new Term.ArrayTerm(List.of(operand), call.position()));
    }
    return new Resolved.Print(template(parts, scope, call.position(), false));
  }

  private Resolved.Change change(Expr.With with, Scope scope) throws RegoException {
    Term target = with.target();
    Resolved.Function function = names.find(target);
    if (function instanceof Resolved.Native(var builtin)
        && builtin.name().startsWith("internal.")) {
      throw badTarget(with);
    }
    if (function != null) {
      java.lang.Object key =
          switch (function) {
            case Resolved.Native(var builtin) -> builtin;
            case Resolved.Rules(var group) -> group;
          };
      Resolved.Function by = names.find(with.value());
      if (by != null) {
        if (by instanceof Resolved.Rules(var group)) {
          dependencies.add(group);
        }
        return new Resolved.ChangeFunction(key, by);
      }
      return new Resolved.ChangeFunctionByValue(key, item(with.value(), scope));
    }
    Resolved.Item value = item(with.value(), scope);
    Resolved.Item resolved = item(target, new Scope(null));
    return switch (resolved) {
      case Resolved.Input _ -> new Resolved.ChangeInput(List.of(), value);
      case Resolved.Path(Resolved.Input _, List<Resolved.Item> path, Position _) ->
          new Resolved.ChangeInput(constants(path, with), value);
      case Resolved.Data(List<Resolved.Item> path, Position _) -> {
        List<Value> constants = constants(path, with);
        yield new Resolved.ChangeData(constants, treeAt(constants, with), value);
      }
      default -> throw badTarget(with);
    };
  }

  private Optional<Tree> treeAt(List<Value> path, Expr.With with) throws RegoException {
    Tree tree = names.root();
    for (Value key : path) {
      if (tree.group() != null) {
        throw new RegoException(
            RegoException.Code.TYPE,
            Optional.of(with.position()),
            "with keyword cannot partially replace virtual document(s)",
            "replace the whole rule");
      }
      tree = tree.children().get(key);
      if (tree == null) {
        return Optional.empty();
      }
    }
    return Optional.of(tree);
  }

  private static List<Value> constants(List<Resolved.Item> path, Expr.With with)
      throws RegoException {
    List<Value> constants = new ArrayList<>();
    for (Resolved.Item part : path) {
      if (!(part instanceof Resolved.Constant(Value value, Position _))) {
        throw badTarget(with);
      }
      constants.add(value);
    }
    return constants;
  }

  private static RegoException badTarget(Expr.With with) {
    return new RegoException(
        RegoException.Code.TYPE,
        Optional.of(with.position()),
        "with of neither input, data nor a function",
        "the target is input.x, data.x or the name of a function");
  }
}
