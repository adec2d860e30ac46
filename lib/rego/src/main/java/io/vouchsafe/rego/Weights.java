package io.vouchsafe.rego;

/// What the parts of a value weigh together, see [Value#weight()].
final class Weights {
  private Weights() {}

  /// The weight of `parts` and of what was weighed before, at most [Integer#MAX_VALUE].
  static int of(int before, Value[] parts) {
    long sum = before;
    for (Value part : parts) {
      sum += part.weight();
    }
    return (int) Math.min(sum, Integer.MAX_VALUE);
  }
}
