package io.vouchsafe.rego.internal.builtin;

import io.vouchsafe.rego.HostFunction;
import io.vouchsafe.rego.Value;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The table of all built-in functions, by name. A new family is one class with a static
/// `register(Family)` and one line here.
public final class Builtins {
  private static final List<Consumer<Family>> FAMILIES =
      List.of(
          Arithmetic::register,
          Comparison::register,
          Membership::register,
          Walk::register,
          Yamls::register,
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
          PrivateKeys::register,
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

  /// A function of the embedding program. Where an evaluation does not say what it does, it fails.
  ///
  /// @throws IllegalArgumentException if there is a built-in function of that name
  public static Builtin host(String name, int arity) {
    if (TABLE.containsKey(name)) {
      throw new IllegalArgumentException("a built-in function of that name: " + name);
    }
    return new Builtin(
        name,
        Collections.nCopies(arity, Type.ANY),
        Type.ANY,
        (Builtin.Function) in -> called(name, in));
  }

  private static @Nullable Value called(String name, Operands in) throws BuiltinException {
    HostFunction function = in.session().host(name);
    if (function == null) {
      throw BuiltinException.failed("not available in this evaluation");
    }
    List<Value> operands = new ArrayList<>(in.size());
    for (int i = 0; i < in.size(); i++) {
      operands.add(in.value(i));
    }
    return function.call(operands).orElse(null);
  }

  public static Set<String> names() {
    return TABLE.keySet();
  }
}
