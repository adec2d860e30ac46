package io.vouchsafe.rego.internal.compile;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The variables of one body, within those of the bodies around it.
final class Scope {
  private final @Nullable Scope outer;
  private final boolean arguments;
  private final Map<String, Integer> slots = new LinkedHashMap<>();

  /// The operands of a function, or none.
  static Scope ofArguments() {
    return new Scope(null, true);
  }

  Scope(@Nullable Scope outer) {
    this(outer, false);
  }

  private Scope(@Nullable Scope outer, boolean arguments) {
    this.arguments = arguments;
    this.outer = outer;
  }

  /// The slot of a variable that is known here, or null.
  @Nullable Integer find(String name) {
    for (Scope scope = this; scope != null; scope = scope.outer) {
      Integer slot = scope.slots.get(name);
      if (slot != null) {
        return slot;
      }
    }
    return null;
  }

  /// Whether this is the body of a function that has an operand of that name.
  boolean isArgument(String name) {
    return outer != null && outer.arguments && outer.declaresHere(name);
  }

  boolean declaresHere(String name) {
    return slots.containsKey(name);
  }

  /// The variables that are declared here.
  Map<String, Integer> names() {
    return slots;
  }

  void declare(String name, int slot) {
    slots.put(name, slot);
  }
}
