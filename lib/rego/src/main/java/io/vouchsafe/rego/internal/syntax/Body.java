package io.vouchsafe.rego.internal.syntax;

import java.util.List;

/// Expressions that must all hold.
public record Body(List<Expr> expressions) {
  public Body {
    expressions = List.copyOf(expressions);
  }
}
