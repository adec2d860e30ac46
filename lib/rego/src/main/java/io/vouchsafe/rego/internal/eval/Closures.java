package io.vouchsafe.rego.internal.eval;

import io.vouchsafe.rego.ArrayValue;
import io.vouchsafe.rego.ObjectValue;
import io.vouchsafe.rego.Position;
import io.vouchsafe.rego.RegoException;
import io.vouchsafe.rego.SetValue;
import io.vouchsafe.rego.StringValue;
import io.vouchsafe.rego.Value;
import io.vouchsafe.rego.internal.Halt;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Bodies within bodies: comprehensions, `not`, `every`, `and`, `or`, templates.
public final class Closures {
  private Closures() {}

  /// The kinds of comprehension.
  public enum Kind {
    ARRAY,
    SET,
    OBJECT
  }

  /// A comprehension.
  public static final class Comprehension extends Node {
    private final Kind kind;
    private final Step body;
    private final int collector;
    private final Position position;

    public Comprehension(Kind kind, Step body, int collector, Position position) {
      this.kind = kind;
      this.body = body;
      this.collector = collector;
      this.position = position;
    }

    @Override
    public Value eval(Frame frame) {
      Object made =
          switch (kind) {
            case ARRAY -> new ArrayList<Value>();
            case SET -> new SetValue.Builder();
            case OBJECT -> new ObjectValue.Builder();
          };
      frame.collectors[collector] = made;
      frame.context.run.enter(position);
      try {
        body.run(frame);
      } catch (Halt halt) {
        throw halt.at(position);
      } finally {
        frame.context.run.leave();
      }
      return frame.context.run.budget.whole(built(made));
    }

    private static Value built(Object made) {
      if (made instanceof SetValue.Builder set) {
        return set.build();
      }
      if (made instanceof ObjectValue.Builder object) {
        return object.build();
      }
      @SuppressWarnings("unchecked")
      List<Value> items = (List<Value>) made;
      return ArrayValue.of(items);
    }
  }

  /// Ends the body of a comprehension.
  public static final class Gather extends Step {
    private final @Nullable Node key;
    private final Node value;
    private final int collector;

    /// @param key of an object
    public Gather(@Nullable Node key, Node value, int collector) {
      this.key = key;
      this.value = value;
      this.collector = collector;
    }

    @Override
    public boolean run(Frame frame) {
      Value made = value.eval(frame);
      if (made == null) {
        return false;
      }
      frame.context.run.budget.cells(1);
      Object into = Objects.requireNonNull(frame.collectors[collector]);
      if (into instanceof SetValue.Builder set) {
        frame.context.run.budget.weigh(made);
        set.add(made);
      } else if (into instanceof ObjectValue.Builder object) {
        Value name = Objects.requireNonNull(key).eval(frame);
        if (name != null) {
          frame.context.run.budget.weigh(name);
          frame.context.run.budget.weigh(made);
          put(object, name, made);
        }
      } else {
        @SuppressWarnings("unchecked")
        List<Value> items = (List<Value>) into;
        items.add(made);
      }
      return false;
    }

    private static void put(ObjectValue.Builder object, Value name, Value made) {
      Value known = object.get(name);
      if (known != null && !known.equals(made)) {
        throw new Halt(
            RegoException.Code.EVAL_CONFLICT,
            null,
            "object keys must be unique",
            "two values for the key " + name);
      }
      object.put(name, made);
    }
  }

  /// `not`
  public static final class Not extends Step {
    private final Step body;

    public Not(Step body) {
      this.body = body;
    }

    @Override
    public boolean run(Frame frame) {
      frame.context.run.budget.step();
      return !body.run(frame) && next.run(frame);
    }
  }

  /// `and`, or a body in its own right.
  public static final class And extends Step {
    private final Step left;
    private final Step right;

    public And(Step left, Step right) {
      this.left = left;
      this.right = right;
    }

    @Override
    public boolean run(Frame frame) {
      return left.run(frame) && right.run(frame) && next.run(frame);
    }
  }

  /// `or`
  public static final class Or extends Step {
    private final Step left;
    private final Step right;

    public Or(Step left, Step right) {
      this.left = left;
      this.right = right;
    }

    @Override
    public boolean run(Frame frame) {
      return (left.run(frame) || right.run(frame)) && next.run(frame);
    }
  }

  /// `every`
  public static final class Every extends Step {
    private final Node domain;
    private final Pattern key;
    private final Pattern value;
    private final Step body;

    public Every(Node domain, Pattern key, Pattern value, Step body) {
      this.domain = domain;
      this.key = key;
      this.value = value;
      this.body = body;
    }

    @Override
    public boolean run(Frame frame) {
      Value all = domain.eval(frame);
      if (all == null || !Scans.iterable(all)) {
        return false;
      }
      boolean failed =
          Scans.any(
              all,
              frame,
              (k, v) -> !(key.match(k, frame) && value.match(v, frame) && body.run(frame)));
      return !failed && next.run(frame);
    }
  }

  /// A template string.
  public static final class Template extends Node {
    private final List<Part> parts;

    public Template(List<Part> parts) {
      this.parts = List.copyOf(parts);
    }

    /// Text, or a term with the steps that lead to it.
    public sealed interface Part {
      record Text(String text) implements Part {}

      record Hole(Step steps, int slot) implements Part {}
    }

    @Override
    public Value eval(Frame frame) {
      StringBuilder out = new StringBuilder();
      for (Part part : parts) {
        switch (part) {
          case Part.Text(String text) -> out.append(text);
          case Part.Hole(Step steps, int slot) -> {
            frame.slots[slot] = null;
            Value value = steps.run(frame) ? frame.slots[slot] : null;
            if (value == null) {
              out.append("<undefined>");
            } else if (value instanceof StringValue string) {
              out.append(string.text());
            } else {
              out.append(frame.context.run.budget.text(value));
            }
          }
        }
        frame.context.run.budget.characters(out.length());
      }
      return StringValue.of(out.toString());
    }
  }

  /// `print`
  public static final class Print extends Step {
    private final Node line;

    public Print(Node line) {
      this.line = line;
    }

    @Override
    public boolean run(Frame frame) {
      if (line.eval(frame) instanceof StringValue text) {
        frame.context.run.session.capabilities().printer().accept(text.text());
      }
      return next.run(frame);
    }
  }
}
