package io.vouchsafe.rego.internal.compile;

import io.vouchsafe.rego.Position;
import io.vouchsafe.rego.internal.syntax.Body;
import io.vouchsafe.rego.internal.syntax.Expr;
import io.vouchsafe.rego.internal.syntax.Term;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/// Takes out of a negated expression what must have a value before it is negated.
///
/// `not input.user in data.blocked` says that the list does not have the user, not that there is no
/// list: operands of calls, and keys of paths, that are undefined make the whole expression
/// undefined. What is negated by itself is only a call, a comparison with `==` or `=`, or a path.
final class Negated {
  /// No name that a policy can write begins so.
  private static final String PREFIX = "negated!";

  private final List<Operand> operands = new ArrayList<>();
  private final int first;
  private final Predicate<String> isVariable;

  /// @param first the number that the first name gets
  /// @param isVariable whether a name is a variable, not a rule or an import
  Negated(int first, Predicate<String> isVariable) {
    this.first = first;
    this.isVariable = isVariable;
  }

  /// A term that is evaluated before the negation.
  ///
  /// @param call whether it is a call, which may give variables values; others must have theirs
  record Operand(Term.Var name, Term term, boolean call) {}

  /// What was taken out, in the order in which it is evaluated.
  List<Operand> operands() {
    return operands;
  }

  /// The rest of the negated body.
  Body body(Body body) {
    List<Expr> rest = new ArrayList<>();
    for (Expr expr : body.expressions()) {
      Expr.Statement statement = statement(expr.statement());
      rest.add(new Expr(statement, expr.withs(), expr.position(), expr.text()));
    }
    return new Body(rest, false);
  }

  private Expr.Statement statement(Expr.Statement statement) {
    return switch (statement) {
      case Expr.Holds(Term.Call(Term function, List<Term> arguments, Position at)) -> {
        boolean equality =
            function instanceof Term.Var(String name, Position _)
                && (name.equals("equal") || name.equals("eq"));
        List<Term> rest = new ArrayList<>();
        for (Term argument : arguments) {
          rest.add(equality ? side(argument) : operand(argument));
        }
        yield new Expr.Holds(new Term.Call(function, rest, at));
      }
      case Expr.Holds(Term term) -> new Expr.Holds(side(term));
      case Expr.Unify(Term left, Term right) -> new Expr.Unify(side(left), side(right));
      case Expr.Assign _,
          Expr.Some _,
          Expr.SomeIn _,
          Expr.Every _,
          Expr.Not _,
          Expr.And _,
          Expr.Or _,
          Expr.Block _ ->
          statement;
    };
  }

  /// A term that may itself be undefined; what it needs may not.
  private Term side(Term term) {
    return switch (term) {
      case Term.Ref(Term head, List<Term> path, Position at) ->
          new Term.Ref(head instanceof Term.Var ? head : operand(head), operands(path), at);
      case Term.Var _ -> term;
      case Term.Scalar _,
          Term.Call _,
          Term.ArrayTerm _,
          Term.SetTerm _,
          Term.ObjectTerm _,
          Term.ArrayComprehension _,
          Term.SetComprehension _,
          Term.ObjectComprehension _,
          Term.Template _ ->
          operand(term);
    };
  }

  private List<Term> operands(List<Term> terms) {
    return terms.stream().map(this::operand).toList();
  }

  /// A term that must have a value.
  private Term operand(Term term) {
    return switch (term) {
      case Term.Ref _ -> take(side(term), false);
      case Term.Var(String name, Position _) ->
          name.equals("_") || isVariable.test(name) ? term : take(term, false);
      // Its own operands come before it by themselves.
      case Term.Call _ -> take(term, true);
      case Term.ArrayTerm(List<Term> items, Position at) -> new Term.ArrayTerm(operands(items), at);
      case Term.SetTerm(List<Term> items, Position at) -> new Term.SetTerm(operands(items), at);
      case Term.ObjectTerm(List<Term> keys, List<Term> values, Position at) ->
          new Term.ObjectTerm(operands(keys), operands(values), at);
      // These always have a value.
      case Term.Scalar _,
          Term.ArrayComprehension _,
          Term.SetComprehension _,
          Term.ObjectComprehension _,
          Term.Template _ ->
          term;
    };
  }

  private Term take(Term term, boolean call) {
    Term.Var name = new Term.Var(PREFIX + (first + operands.size()), term.position());
    operands.add(new Operand(name, term, call));
    return name;
  }
}
