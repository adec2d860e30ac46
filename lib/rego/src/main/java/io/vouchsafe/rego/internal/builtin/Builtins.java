package io.vouchsafe.rego.internal.builtin;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/// The table of all built-in functions, by name. A new family is one class with a static
/// `register(Family)` and one line here.
public final class Builtins {
  private static final List<Consumer<Family>> FAMILIES =
      List.of(
          Arithmetic::register,
          Comparison::register,
          Membership::register,
          Walk::register,
          Arrays::register,
          Aggregates::register,
          Objects::register,
          JsonPaths::register,
          JsonPatches::register,
          Types::register,
          Strings::register,
          Encodings::register,
          Regexes::register,
          Globs::register,
          Bits::register,
          Units::register,
          Semver::register,
          Times::register,
          Nets::register,
          Graphs::register,
          Cryptography::register,
          Identities::register,
          Jwts::register);

  private static final Map<String, Builtin> TABLE = collect();

  private Builtins() {}

  private static Map<String, Builtin> collect() {
    Map<String, Builtin> table = new HashMap<>();
    FAMILIES.forEach(family -> family.accept(new Family(table)));
    return Map.copyOf(table);
  }

  public static Optional<Builtin> find(String name) {
    return Optional.ofNullable(TABLE.get(name));
  }

  public static Set<String> names() {
    return TABLE.keySet();
  }
}
