package io.vouchsafe.rego.internal.compile;

import io.vouchsafe.rego.Position;
import io.vouchsafe.rego.internal.syntax.Body;
import io.vouchsafe.rego.internal.syntax.Expr;
import io.vouchsafe.rego.internal.syntax.Term;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/// Finds the names that stand in a body itself, not in bodies within it.
final class Occurrences {
  private final Predicate<Term> isFunction;
  private final Set<String> names = new LinkedHashSet<>();
  private final Set<String> declared = new LinkedHashSet<>();

  /// @param isFunction whether a term names a function
  Occurrences(Predicate<Term> isFunction) {
    this.isFunction = isFunction;
  }

  /// Names that are used without being declared in the body.
  Set<String> undeclared() {
    Set<String> rest = new LinkedHashSet<>(names);
    rest.removeAll(declared);
    return rest;
  }

  void body(Body body) {
    for (Expr expr : body.expressions()) {
      statement(expr.statement());
      for (Expr.With with : expr.withs()) {
        if (!isFunction.test(with.value())) {
          term(with.value());
        }
      }
    }
  }

  private void operand(Body body) {
    if (!body.own()) {
      body(body);
    }
  }

  private void statement(Expr.Statement statement) {
    switch (statement) {
      case Expr.Holds(Term term) -> term(term);
      case Expr.Unify(Term left, Term right) -> {
        term(left);
        term(right);
      }
      case Expr.Assign(Term left, Term right) -> {
        term(right);
        declare(left);
      }
      case Expr.Some(List<Term.Var> some) -> some.forEach(this::declare);
      case Expr.SomeIn(Optional<Term> key, Term value, Term domain) -> {
        term(domain);
        key.ifPresent(this::declare);
        declare(value);
      }
      case Expr.Every(Optional<Term.Var> _, Term.Var _, Term domain, Body _) -> term(domain);
      case Expr.Not(Body inner, boolean _) -> operand(inner);
      case Expr.And(Body left, Body right) -> {
        operand(left);
        operand(right);
      }
      case Expr.Or(Body left, Body right) -> {
        operand(left);
        operand(right);
      }
      case Expr.Block _ -> {}
    }
  }

  /// Names of a pattern that is declared; keys and paths in it are used, not declared.
  private void declare(Term pattern) {
    switch (pattern) {
      case Term.Var(String name, Position _) -> declared.add(name);
      case Term.ArrayTerm(List<Term> items, Position _) -> items.forEach(this::declare);
      case Term.ObjectTerm(List<Term> keys, List<Term> values, Position _) -> {
        keys.forEach(this::term);
        values.forEach(this::declare);
      }
      case Term.Scalar _,
          Term.Ref _,
          Term.Call _,
          Term.SetTerm _,
          Term.ArrayComprehension _,
          Term.SetComprehension _,
          Term.ObjectComprehension _,
          Term.Template _ ->
          term(pattern);
    }
  }

  void term(Term term) {
    switch (term) {
      case Term.Scalar _ -> {}
      case Term.Var(String name, Position _) -> names.add(name);
      case Term.Ref(Term head, List<Term> path, Position _) -> {
        term(head);
        path.forEach(this::term);
      }
      case Term.Call(Term function, List<Term> arguments, Position _) -> {
        // Only the operands: a function's name is no variable.
        if (function instanceof Term.Ref(Term _, List<Term> path, Position _)) {
          path.forEach(this::term);
        }
        arguments.forEach(this::term);
      }
      case Term.ArrayTerm(List<Term> items, Position _) -> items.forEach(this::term);
      case Term.SetTerm(List<Term> items, Position _) -> items.forEach(this::term);
      case Term.ObjectTerm(List<Term> keys, List<Term> values, Position _) -> {
        keys.forEach(this::term);
        values.forEach(this::term);
      }
      case Term.Template(List<Term> parts, Position _) -> parts.forEach(this::term);
      case Term.ArrayComprehension _, Term.SetComprehension _, Term.ObjectComprehension _ -> {}
    }
  }
}
