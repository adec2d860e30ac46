package io.vouchsafe.rego.internal.syntax;

import io.vouchsafe.rego.Position;
import io.vouchsafe.rego.Value;
import java.util.List;

/// A term of the syntax tree.
public sealed interface Term {
  Position position();

  /// A value as it stands.
  record Scalar(Value value, Position position) implements Term {}

  /// A name. `_` is a variable of its own at each place.
  record Var(String name, Position position) implements Term {}

  /// A path into a value, such as `data.a[i]`.
  record Ref(Term head, List<Term> path, Position position) implements Term {}

  /// A call; operators are calls of the functions behind them.
  record Call(Term function, List<Term> arguments, Position position) implements Term {}

  record ArrayTerm(List<Term> items, Position position) implements Term {}

  record SetTerm(List<Term> items, Position position) implements Term {}

  record ObjectTerm(List<Term> keys, List<Term> values, Position position) implements Term {}

  record ArrayComprehension(Term head, Body body, Position position) implements Term {}

  record SetComprehension(Term head, Body body, Position position) implements Term {}

  record ObjectComprehension(Term key, Term value, Body body, Position position) implements Term {}

  /// A template string: [Scalar] texts and other terms between braces.
  record Template(List<Term> parts, Position position) implements Term {}

  static Term var(String name, Position position) {
    return new Var(name, position);
  }
}
