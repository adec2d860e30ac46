package io.vouchsafe.rego.internal.eval;

import io.vouchsafe.rego.Position;
import java.util.List;

/// An expression that a [Tracer] hears of.
///
/// @param text as it was written
/// @param depth of the body that it stands in, from 0 for a rule's own
/// @param order among the expressions of its rule: what is tried later comes later
/// @param rules whose values it needs
/// @param terms in it whose values explain it
public record Mark(
    Position position, String text, int depth, int order, List<String> rules, List<Term> terms) {
  /// A term as it was written, and its value.
  public record Term(String text, Node node) {}
}
