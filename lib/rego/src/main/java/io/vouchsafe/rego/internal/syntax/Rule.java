package io.vouchsafe.rego.internal.syntax;

import io.vouchsafe.rego.Position;
import java.util.List;
import java.util.Optional;

/// A rule as it is written.
///
/// @param name the first name of the head
/// @param path the rest of the head's reference
/// @param arguments of a function
/// @param member the member of a partial set: `contains member`
/// @param value what it gives; absent for `true`
/// @param body what must hold; absent if it always does
/// @param otherwise the `else` that follows; its head is not its own
public record Rule(
    String name,
    List<Term> path,
    Optional<List<Term>> arguments,
    Optional<Term> member,
    Optional<Term> value,
    Optional<Body> body,
    Optional<Rule> otherwise,
    boolean isDefault,
    Position position) {

  Rule withOtherwise(Optional<Rule> next) {
    return new Rule(name, path, arguments, member, value, body, next, isDefault, position);
  }

  Rule withBody(Body other, Position at) {
    return new Rule(
        name, path, arguments, member, value, Optional.of(other), Optional.empty(), isDefault, at);
  }
}
