package io.vouchsafe.rego;

/// `null`.
public final class NullValue implements Value {
  /// The only one.
  public static final NullValue NULL = new NullValue();

  private NullValue() {}

  @Override
  public int rank() {
    return 0;
  }

  @Override
  public String typeName() {
    return "null";
  }

  @Override
  public int compareSameKind(Value other) {
    return 0;
  }

  @Override
  public void write(StringBuilder out) {
    out.append("null");
  }

  @Override
  public String toString() {
    return "null";
  }
}
