package io.vouchsafe.rego.internal.builtin;

import io.vouchsafe.rego.Value;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// One built-in function.
///
/// @param name as policies write it, such as `array.concat`
/// @param parameters one type per operand
/// @param result what it gives
/// @param body what it does
public record Builtin(String name, List<Type> parameters, Type result, Body body) {
  public Builtin {
    parameters = List.copyOf(parameters);
  }

  private static final Set<String> DEPRECATED =
      Set.of(
          "any",
          "all",
          "cast_array",
          "cast_boolean",
          "cast_null",
          "cast_object",
          "cast_set",
          "cast_string",
          "net.cidr_overlap",
          "re_match",
          "set_diff");

  /// Whether only the older syntax may call it.
  public boolean isDeprecated() {
    return DEPRECATED.contains(name);
  }

  public int arity() {
    return parameters.size();
  }

  /// A function or a relation.
  public sealed interface Body permits Function, Relation {}

  /// Gives at most one value. It must be pure but for what its [Session] hands out, and must spend
  /// its [io.vouchsafe.rego.internal.Budget] before it does work that grows with the operands.
  @FunctionalInterface
  public non-sealed interface Function extends Body {
    /// @return null for undefined without an error, which few functions need
    /// @throws BuiltinException if there is no value; undefined unless strict
    @Nullable Value apply(Operands in) throws BuiltinException;
  }

  /// Gives any number of values, such as `walk`.
  @FunctionalInterface
  public non-sealed interface Relation extends Body {
    /// @param sink takes each value; it says `true` when no more are wanted
    /// @return whether the sink said so
    boolean each(Operands in, Predicate<Value> sink) throws BuiltinException;
  }
}
