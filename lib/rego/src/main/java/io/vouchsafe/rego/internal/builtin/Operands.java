package io.vouchsafe.rego.internal.builtin;

import io.vouchsafe.rego.ArrayValue;
import io.vouchsafe.rego.BooleanValue;
import io.vouchsafe.rego.NumberValue;
import io.vouchsafe.rego.ObjectValue;
import io.vouchsafe.rego.SetValue;
import io.vouchsafe.rego.StringValue;
import io.vouchsafe.rego.Value;
import io.vouchsafe.rego.internal.Budget;
import java.util.ArrayList;
import java.util.List;

/// The operands of one call, with checked access. Indexes count from 0, messages from 1.
public final class Operands {
  private final Value[] values;
  private final Session session;

  public Operands(Session session, Value... values) {
    this.values = values;
    this.session = session;
  }

  public int size() {
    return values.length;
  }

  public Session session() {
    return session;
  }

  /// Spend before you work: `budget().steps(n)` for loops, `budget().characters(n)` for text.
  public Budget budget() {
    return session.budget();
  }

  public Value value(int index) {
    return values[index];
  }

  public String string(int index) throws BuiltinException {
    if (values[index] instanceof StringValue string) {
      return string.text();
    }
    throw wrong(index, "string");
  }

  public boolean bool(int index) throws BuiltinException {
    if (values[index] instanceof BooleanValue bool) {
      return bool.value();
    }
    throw wrong(index, "boolean");
  }

  public NumberValue number(int index) throws BuiltinException {
    if (values[index] instanceof NumberValue number) {
      return number;
    }
    throw wrong(index, "number");
  }

  /// A number without a fraction, of any size.
  public NumberValue integer(int index) throws BuiltinException {
    NumberValue number = number(index);
    if (!number.isInteger()) {
      throw BuiltinException.operand(index, "must be integer number but got floating-point number");
    }
    return number;
  }

  /// A number of 64 bits without a fraction that is cut to the range of `int`.
  public int clampedInt(int index) throws BuiltinException {
    NumberValue number = integer(index);
    if (!number.isLong()) {
      throw BuiltinException.operand(index, "must be an integer of 64 bits");
    }
    return Math.clamp(number.longValue(), Integer.MIN_VALUE, Integer.MAX_VALUE);
  }

  public ArrayValue array(int index) throws BuiltinException {
    if (values[index] instanceof ArrayValue array) {
      return array;
    }
    throw wrong(index, "array");
  }

  public ObjectValue object(int index) throws BuiltinException {
    if (values[index] instanceof ObjectValue object) {
      return object;
    }
    throw wrong(index, "object");
  }

  public SetValue set(int index) throws BuiltinException {
    if (values[index] instanceof SetValue set) {
      return set;
    }
    throw wrong(index, "set");
  }

  /// The items of an array or set, in order.
  public List<Value> items(int index) throws BuiltinException {
    return switch (values[index]) {
      case ArrayValue array -> array.items();
      case SetValue set -> set.items();
      default -> throw wrong(index, "array", "set");
    };
  }

  /// The items of an array or set that must all be text.
  public List<String> strings(int index) throws BuiltinException {
    List<Value> items = items(index);
    budget().steps(items.size());
    List<String> texts = new ArrayList<>(items.size());
    for (Value item : items) {
      if (!(item instanceof StringValue string)) {
        String container = values[index].typeName();
        throw BuiltinException.operand(
            index,
            "must be "
                + container
                + " of strings but got "
                + container
                + " containing "
                + item.typeName());
      }
      texts.add(string.text());
    }
    return texts;
  }

  /// The error of an operand of the wrong kind.
  ///
  /// @param expected the kinds that would do
  public BuiltinException wrong(int index, String... expected) {
    String kinds =
        expected.length == 1 ? expected[0] : "one of {" + String.join(", ", expected) + "}";
    return BuiltinException.operand(
        index, "must be " + kinds + " but got " + values[index].typeName());
  }
}
