package io.vouchsafe.rego;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What a query gave.
///
/// @param bindings for each answer, the values of the query's variables; none if undefined
/// @param value of a query that is one term, for the first answer; empty if undefined
public record Answer(List<Map<String, Value>> bindings, Optional<Value> value) {

  /// Whether there is an answer at all.
  public boolean isDefined() {
    return !bindings.isEmpty();
  }

  /// Whether a query that is one term gave `true`, and nothing else: what a decision asks.
  public boolean holds() {
    return value.isPresent() && value.get() == BooleanValue.TRUE;
  }
}
