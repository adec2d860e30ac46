package io.vouchsafe.rego.internal.eval;

import io.vouchsafe.rego.ArrayValue;
import io.vouchsafe.rego.ObjectValue;
import io.vouchsafe.rego.SetValue;
import io.vouchsafe.rego.Value;
import org.jspecify.annotations.Nullable;

/// Terms that read slots and documents, and those that build values.
public final class Nodes {
  private Nodes() {}

  /// A value known while compiling.
  public static final class Constant extends Node {
    private final Value value;

    public Constant(Value value) {
      this.value = value;
    }

    @Override
    public Value eval(Frame frame) {
      return value;
    }

    @Override
    public Value constant() {
      return value;
    }
  }

  /// A variable.
  public static final class Slot extends Node {
    private final int slot;

    public Slot(int slot) {
      this.slot = slot;
    }

    int slot() {
      return slot;
    }

    @Override
    public @Nullable Value eval(Frame frame) {
      return frame.slots[slot];
    }
  }

  /// The input document.
  public static final class Input extends Node {
    @Override
    public @Nullable Value eval(Frame frame) {
      return frame.context.input;
    }
  }

  /// What a value holds at a path.
  public static final class Path extends Node {
    private final Node head;
    private final Node[] keys;

    public Path(Node head, Node... keys) {
      this.head = head;
      this.keys = keys;
    }

    @Override
    public @Nullable Value eval(Frame frame) {
      Value value = head.eval(frame);
      for (int i = 0; i < keys.length && value != null; i++) {
        Value key = keys[i].eval(frame);
        if (key == null) {
          return null;
        }
        frame.context.run.budget.weigh(key);
        value = Context.index(value, key);
      }
      return value;
    }
  }

  /// What a value holds at a path of names.
  public static final class ConstantPath extends Node {
    private final Node head;
    private final Value[] keys;

    public ConstantPath(Node head, Value... keys) {
      this.head = head;
      this.keys = keys;
    }

    Node head() {
      return head;
    }

    Value[] keys() {
      return keys;
    }

    @Override
    public @Nullable Value eval(Frame frame) {
      Value value = head.eval(frame);
      for (int i = 0; i < keys.length && value != null; i++) {
        value = Context.index(value, keys[i]);
      }
      return value;
    }
  }

  /// The stored data, without rules.
  public static final class Stored extends Node {
    @Override
    public Value eval(Frame frame) {
      return frame.context.data;
    }
  }

  /// Stored data at a path.
  public static final class StoredPath extends Node {
    private final Node[] keys;

    public StoredPath(Node... keys) {
      this.keys = keys;
    }

    @Override
    public @Nullable Value eval(Frame frame) {
      Value value = frame.context.data;
      for (int i = 0; i < keys.length && value != null; i++) {
        Value key = keys[i].eval(frame);
        value = key == null ? null : Context.indexStored(value, key);
      }
      return value;
    }
  }

  /// The value of rules.
  public static final class Rules extends Node {
    private final Tree tree;
    private final RuleGroup group;

    public Rules(Tree tree, RuleGroup group) {
      this.tree = tree;
      this.group = group;
    }

    @Override
    public @Nullable Value eval(Frame frame) {
      Context context = frame.context;
      if (context.hidden != null && context.hides(tree)) {
        return context.stored(tree);
      }
      return context.value(group);
    }
  }

  /// A whole document of rules and stored data.
  public static final class Document extends Node {
    private final Tree tree;

    public Document(Tree tree) {
      this.tree = tree;
    }

    @Override
    public @Nullable Value eval(Frame frame) {
      Context context = frame.context;
      @Nullable Value stored = context.stored(tree);
      return context.hides(tree) ? stored : context.document(tree, stored);
    }
  }

  /// An array.
  public static final class Array extends Node {
    private final Node[] items;

    public Array(Node... items) {
      this.items = items;
    }

    @Override
    public @Nullable Value eval(Frame frame) {
      Value[] values = evalAll(items, frame);
      return values == null ? null : frame.context.run.budget.whole(ArrayValue.owning(values));
    }
  }

  /// A set.
  public static final class Set extends Node {
    private final Node[] items;

    public Set(Node... items) {
      this.items = items;
    }

    @Override
    public @Nullable Value eval(Frame frame) {
      frame.context.run.budget.cells(items.length);
      SetValue.Builder set = new SetValue.Builder(items.length);
      for (Node item : items) {
        Value value = item.eval(frame);
        if (value == null) {
          return null;
        }
        frame.context.run.budget.weigh(value);
        set.add(value);
      }
      return frame.context.run.budget.whole(set.build());
    }
  }

  /// An object.
  public static final class Object extends Node {
    private final Node[] keys;
    private final Node[] values;

    public Object(Node[] keys, Node[] values) {
      this.keys = keys;
      this.values = values;
    }

    @Override
    public @Nullable Value eval(Frame frame) {
      frame.context.run.budget.cells(keys.length);
      ObjectValue.Builder object = new ObjectValue.Builder(keys.length);
      for (int i = 0; i < keys.length; i++) {
        Value key = keys[i].eval(frame);
        @Nullable Value value = key == null ? null : values[i].eval(frame);
        if (key == null || value == null) {
          return null;
        }
        frame.context.run.budget.weigh(key);
        object.put(key, value);
      }
      return frame.context.run.budget.whole(object.build());
    }
  }

  /// The values of all terms, or null if one is undefined.
  static Value @Nullable [] evalAll(Node[] nodes, Frame frame) {
    frame.context.run.budget.cells(nodes.length);
    Value[] values = new Value[nodes.length];
    for (int i = 0; i < nodes.length; i++) {
      Value value = nodes[i].eval(frame);
      if (value == null) {
        return null;
      }
      values[i] = value;
    }
    return values;
  }
}
