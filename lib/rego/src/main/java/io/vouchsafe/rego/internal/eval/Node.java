package io.vouchsafe.rego.internal.eval;

import io.vouchsafe.rego.Value;
import org.jspecify.annotations.Nullable;

/// A term that has at most one value once the slots it reads are set.
public abstract class Node {
  /// The value, or null if undefined.
  public abstract @Nullable Value eval(Frame frame);

  /// The value if it never changes.
  public @Nullable Value constant() {
    return null;
  }
}
