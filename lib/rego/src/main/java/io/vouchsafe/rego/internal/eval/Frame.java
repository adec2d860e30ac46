package io.vouchsafe.rego.internal.eval;

import io.vouchsafe.rego.Value;
import org.jspecify.annotations.Nullable;

/// The variables of one evaluation of a rule, its comprehensions included.
public final class Frame {
  private static final Object[] NONE = new Object[0];

  final @Nullable Value[] slots;

  /// What comprehensions under way collect into.
  final @Nullable Object[] collectors;

  /// Changes within `with`.
  Context context;

  /// The value of the rule so far.
  @Nullable Value result;

  public Frame(Context context, int slots, int collectors) {
    this.context = context;
    this.slots = new Value[slots];
    this.collectors = collectors == 0 ? NONE : new Object[collectors];
  }

  Value slot(int index) {
    Value value = slots[index];
    if (value == null) {
      throw new IllegalStateException("slot " + index + " is read before it is set");
    }
    return value;
  }
}
