package io.vouchsafe.rego.internal.compile;

import io.vouchsafe.rego.Position;
import io.vouchsafe.rego.StringValue;
import io.vouchsafe.rego.Value;
import java.util.List;
import java.util.Optional;

/// Writes terms that an explanation shows: variables and paths.
final class Texts {
  private Texts() {}

  /// The term as a policy writes it; empty if it is neither variable nor path.
  static Optional<String> of(Resolved.Item item) {
    return switch (item) {
      case Resolved.Slot(int _, String name, Position _) ->
          name.equals("_") ? Optional.empty() : Optional.of(name);
      case Resolved.Input _ -> Optional.of("input");
      case Resolved.Data(List<Resolved.Item> path, Position _) -> path("data", path);
      case Resolved.Path(Resolved.Item head, List<Resolved.Item> path, Position _) ->
          of(head).flatMap(text -> path(text, path));
      default -> Optional.empty();
    };
  }

  private static Optional<String> path(String head, List<Resolved.Item> path) {
    StringBuilder out = new StringBuilder(head);
    for (Resolved.Item part : path) {
      if (part instanceof Resolved.Constant(Value value, Position _)) {
        if (value instanceof StringValue name && RuleTree.isName(name.text())) {
          out.append('.').append(name.text());
        } else {
          out.append('[').append(value).append(']');
        }
        continue;
      }
      Optional<String> key = of(part);
      if (key.isEmpty()) {
        return Optional.empty();
      }
      out.append('[').append(key.get()).append(']');
    }
    return Optional.of(out.toString());
  }
}
