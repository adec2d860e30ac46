package io.vouchsafe.rego.internal.eval;

import io.vouchsafe.rego.Value;
import io.vouchsafe.rego.internal.builtin.Builtin;

/// What stands for a function that `with` replaced.
public sealed interface Callable {
  /// A function of the policy.
  record Rules(RuleGroup group) implements Callable {}

  /// A built-in function.
  record Native(Builtin builtin) implements Callable {}

  /// A value, whatever the operands.
  record Fixed(Value value) implements Callable {}
}
