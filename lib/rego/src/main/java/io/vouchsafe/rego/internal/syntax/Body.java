package io.vouchsafe.rego.internal.syntax;

import java.util.List;

/// Expressions that must all hold.
///
/// @param own whether its variables are its own; those of an operand without braces are not
public record Body(List<Expr> expressions, boolean own) {
  public Body {
    expressions = List.copyOf(expressions);
  }

  public Body(List<Expr> expressions) {
    this(expressions, true);
  }
}
