package io.vouchsafe.rego.internal.eval;

import io.vouchsafe.rego.ArrayValue;
import io.vouchsafe.rego.ObjectValue;
import io.vouchsafe.rego.Value;
import org.jspecify.annotations.Nullable;

/// What a value must look like; sets slots while it matches.
public abstract class Pattern {
  abstract boolean match(Value value, Frame frame);

  /// Whether it matches anything and sets nothing.
  boolean ignores() {
    return false;
  }

  /// Anything.
  public static final class Any extends Pattern {
    @Override
    boolean match(Value value, Frame frame) {
      return true;
    }

    @Override
    boolean ignores() {
      return true;
    }
  }

  /// Anything, kept in a slot.
  public static final class Bind extends Pattern {
    private final int slot;

    public Bind(int slot) {
      this.slot = slot;
    }

    int slot() {
      return slot;
    }

    @Override
    boolean match(Value value, Frame frame) {
      frame.slots[slot] = value;
      return true;
    }
  }

  /// The value of a term.
  public static final class Same extends Pattern {
    final Node node;

    public Same(Node node) {
      this.node = node;
    }

    @Override
    boolean match(Value value, Frame frame) {
      Value own = node.eval(frame);
      if (own == null) {
        return false;
      }
      frame.context.run.budget.compare(own, value);
      return own.equals(value);
    }
  }

  /// An array of that length.
  public static final class Array extends Pattern {
    private final Pattern[] items;

    public Array(Pattern... items) {
      this.items = items;
    }

    @Override
    boolean match(Value value, Frame frame) {
      if (!(value instanceof ArrayValue array) || array.size() != items.length) {
        return false;
      }
      for (int i = 0; i < items.length; i++) {
        if (!items[i].match(array.get(i), frame)) {
          return false;
        }
      }
      return true;
    }
  }

  /// An object of just these keys.
  public static final class Object extends Pattern {
    private final Node[] keys;
    private final Pattern[] values;

    public Object(Node[] keys, Pattern[] values) {
      this.keys = keys;
      this.values = values;
    }

    @Override
    boolean match(Value value, Frame frame) {
      if (!(value instanceof ObjectValue object) || object.size() != keys.length) {
        return false;
      }
      for (int i = 0; i < keys.length; i++) {
        Value key = keys[i].eval(frame);
        if (key != null) {
          frame.context.run.budget.weigh(key);
        }
        @Nullable Value member = key == null ? null : object.get(key);
        if (member == null || !values[i].match(member, frame)) {
          return false;
        }
      }
      return true;
    }
  }
}
