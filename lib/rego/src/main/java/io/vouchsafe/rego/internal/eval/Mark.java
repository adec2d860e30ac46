package io.vouchsafe.rego.internal.eval;

import io.vouchsafe.rego.Position;
import java.util.List;

/// An expression that a [Tracer] hears of.
///
/// @param text as it was written
/// @param depth of the body that it stands in, from 0 for a rule's own
/// @param names of the variables in it, with their slots
public record Mark(Position position, String text, int depth, List<Name> names) {
  /// A variable.
  public record Name(String name, int slot) {}
}
