package io.vouchsafe.rego.internal.syntax;

import io.vouchsafe.rego.Position;
import java.util.List;
import java.util.Optional;

/// One expression of a body.
///
/// @param text the expression as it was written, for explanations
public record Expr(Statement statement, List<With> withs, Position position, String text) {

  /// `with target as value`
  public record With(Term target, Term value, Position position) {}

  /// What an expression says.
  public sealed interface Statement {}

  /// The term is defined and not `false`.
  public record Holds(Term term) implements Statement {}

  /// `left = right`
  public record Unify(Term left, Term right) implements Statement {}

  /// `left := right`
  public record Assign(Term left, Term right) implements Statement {}

  /// `some x, y`
  public record Some(List<Term.Var> names) implements Statement {}

  /// `some key, value in domain`
  public record SomeIn(Optional<Term> key, Term value, Term domain) implements Statement {}

  /// `every key, value in domain { body }`
  public record Every(Optional<Term.Var> key, Term.Var value, Term domain, Body body)
      implements Statement {}

  /// `not body`
  ///
  /// @param scoped whether all of the body is negated, and not what its operands need
  public record Not(Body body, boolean scoped) implements Statement {}

  /// `left and right`
  public record And(Body left, Body right) implements Statement {}

  /// `left or right`
  public record Or(Body left, Body right) implements Statement {}

  /// `{ body }` as an operand of `and` or `or`; never by itself.
  public record Block(Body body) implements Statement {}
}
