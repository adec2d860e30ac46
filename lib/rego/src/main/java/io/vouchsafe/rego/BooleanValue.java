package io.vouchsafe.rego;

/// `true` or `false`: two instances, comparable by identity.
public final class BooleanValue implements Value {
  public static final BooleanValue FALSE = new BooleanValue(false);
  public static final BooleanValue TRUE = new BooleanValue(true);

  private final boolean value;

  private BooleanValue(boolean value) {
    this.value = value;
  }

  public static BooleanValue of(boolean value) {
    return value ? TRUE : FALSE;
  }

  public boolean value() {
    return value;
  }

  @Override
  public int rank() {
    return 1;
  }

  @Override
  public String typeName() {
    return "boolean";
  }

  @Override
  public int compareSameKind(Value other) {
    return Boolean.compare(value, ((BooleanValue) other).value);
  }

  @Override
  public void write(StringBuilder out) {
    out.append(value);
  }

  @Override
  public String toString() {
    return value ? "true" : "false";
  }
}
