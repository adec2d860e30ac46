package io.vouchsafe.rego.internal.eval;

import io.vouchsafe.rego.ArrayValue;
import io.vouchsafe.rego.NumberValue;
import io.vouchsafe.rego.ObjectValue;
import io.vouchsafe.rego.SetValue;
import io.vouchsafe.rego.Value;
import io.vouchsafe.rego.internal.Budget;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// Steps that try all members of values.
public final class Scans {
  private Scans() {}

  /// Takes a key and a value.
  interface Visitor {
    /// @return whether to stop
    boolean visit(Value key, Value value);
  }

  static boolean iterable(Value value) {
    return value instanceof ArrayValue || value instanceof ObjectValue || value instanceof SetValue;
  }

  /// Visits members in order.
  ///
  /// @return whether the visitor stopped
  static boolean any(Value container, Frame frame, Visitor visitor) {
    Budget budget = frame.context.run.budget;
    if (container instanceof ArrayValue array) {
      for (int i = 0; i < array.size(); i++) {
        budget.step();
        if (visitor.visit(NumberValue.of(i), array.get(i))) {
          return true;
        }
      }
    } else if (container instanceof ObjectValue object) {
      for (int i = 0; i < object.size(); i++) {
        budget.step();
        if (visitor.visit(object.keyAt(i), object.valueAt(i))) {
          return true;
        }
      }
    } else if (container instanceof SetValue set) {
      for (int i = 0; i < set.size(); i++) {
        budget.step();
        Value item = set.at(i);
        if (visitor.visit(item, item)) {
          return true;
        }
      }
    }
    return false;
  }

  /// One part of a path: a key that is known, or a pattern that each key is tried with.
  public record Part(@Nullable Node key, Pattern pattern) {
    public static Part known(Node key) {
      return new Part(key, new Pattern.Any());
    }

    public static Part tried(Pattern pattern) {
      return new Part(null, pattern);
    }
  }

  /// Follows a path, trying all keys where the path does not name one; the next step runs once per
  /// value at its end.
  private abstract static class Follow extends Step {
    final Part[] path;
    private final Pattern result;

    Follow(Part[] path, Pattern result) {
      this.path = path;
      this.result = result;
    }

    final boolean inValue(Value from, int start, Frame frame) {
      Value value = from;
      for (int i = start; i < path.length; i++) {
        Node known = path[i].key;
        if (known == null) {
          int place = i;
          return any(
              value,
              frame,
              (key, member) ->
                  path[place].pattern.match(key, frame) && inValue(member, place + 1, frame));
        }
        Value key = known.eval(frame);
        if (key == null) {
          return false;
        }
        frame.context.run.budget.weigh(key);
        value = Context.index(value, key);
        if (value == null) {
          return false;
        }
      }
      return result.match(value, frame) && next.run(frame);
    }
  }

  /// Follows a path into a value.
  public static final class PathScan extends Follow {
    private final Node head;

    public PathScan(Node head, Part[] path, Pattern result) {
      super(path, result);
      this.head = head;
    }

    @Override
    public boolean run(Frame frame) {
      Value value = head.eval(frame);
      return value != null && inValue(value, 0, frame);
    }
  }

  /// Tries the members of a value: `some key, value in domain`.
  public static final class Members extends Step {
    private final Node domain;
    private final Pattern key;
    private final Pattern value;

    public Members(Node domain, Pattern key, Pattern value) {
      this.domain = domain;
      this.key = key;
      this.value = value;
    }

    @Override
    public boolean run(Frame frame) {
      Value all = domain.eval(frame);
      if (all == null) {
        return false;
      }
      return any(
          all, frame, (k, v) -> key.match(k, frame) && value.match(v, frame) && next.run(frame));
    }
  }

  /// Follows a path through rules and stored data.
  public static final class TreeScan extends Follow {
    private final Tree tree;

    public TreeScan(Tree tree, Part[] path, Pattern result) {
      super(path, result);
      this.tree = tree;
    }

    @Override
    public boolean run(Frame frame) {
      @Nullable Value stored = frame.context.stored(tree);
      return frame.context.hides(tree)
          ? stored != null && inValue(stored, 0, frame)
          : inTree(tree, stored, 0, frame);
    }

    private boolean inTree(Tree at, @Nullable Value stored, int place, Frame frame) {
      Context context = frame.context;
      boolean hidden = context.hidden != null && context.hidden.contains(at);
      RuleGroup group = at.group();
      if (hidden || at.children().isEmpty() && group == null && stored != null) {
        return stored != null && inValue(stored, place, frame);
      }
      if (group != null || place == path.length) {
        Value value = context.document(at, stored);
        return value != null && inValue(value, place, frame);
      }
      Node known = path[place].key;
      if (known != null) {
        Value key = known.eval(frame);
        return key != null && below(at, stored, key, place, frame);
      }
      LinkedHashSet<Value> keys = new LinkedHashSet<>(new TreeSet<>(at.children().keySet()));
      if (stored instanceof ObjectValue object) {
        for (int i = 0; i < object.size(); i++) {
          keys.add(object.keyAt(i));
        }
      }
      for (Value key : keys) {
        context.run.budget.step();
        if (path[place].pattern.match(key, frame) && below(at, stored, key, place, frame)) {
          return true;
        }
      }
      return false;
    }

    private boolean below(Tree at, @Nullable Value stored, Value key, int place, Frame frame) {
      @Nullable Value member = stored == null ? null : Context.indexStored(stored, key);
      Map<Value, Tree> children = at.children();
      Tree child = children.get(key);
      if (child != null) {
        return inTree(child, member, place + 1, frame);
      }
      return member != null && inValue(member, place + 1, frame);
    }
  }
}
