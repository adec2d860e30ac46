package io.vouchsafe.rego.internal.eval;

import io.vouchsafe.rego.BooleanValue;
import io.vouchsafe.rego.Value;
import org.jspecify.annotations.Nullable;

/// Steps with at most one solution, and those that end a chain.
public final class Steps {
  private Steps() {}

  /// The term is defined and not false.
  public static final class Holds extends Step {
    private final Node node;

    public Holds(Node node) {
      this.node = node;
    }

    @Override
    public boolean run(Frame frame) {
      Value value = node.eval(frame);
      return value != null && value != BooleanValue.FALSE && next.run(frame);
    }
  }

  /// A variable gets the value of a term.
  public static final class Bind extends Step {
    private final int slot;
    private final Node node;

    public Bind(int slot, Node node) {
      this.slot = slot;
      this.node = node;
    }

    @Override
    public boolean run(Frame frame) {
      Value value = node.eval(frame);
      if (value == null) {
        return false;
      }
      frame.slots[slot] = value;
      return next.run(frame);
    }
  }

  /// Two terms are equal.
  public static final class Same extends Step {
    private final Node left;
    private final Node right;
    private final @Nullable Node call;

    /// `left = right`
    public Same(Node left, Node right) {
      this(left, right, null);
    }

    /// `left == right`
    ///
    /// @param call the function behind it, for when a `with` replaces functions
    public Same(Node left, Node right, @Nullable Node call) {
      this.left = left;
      this.right = right;
      this.call = call;
    }

    Node left() {
      return left;
    }

    Node right() {
      return right;
    }

    @Override
    public boolean run(Frame frame) {
      if (call != null && frame.context.mocks != null) {
        Value value = call.eval(frame);
        return value != null && value != BooleanValue.FALSE && next.run(frame);
      }
      Value a = left.eval(frame);
      Value b = a == null ? null : right.eval(frame);
      if (a == null || b == null) {
        return false;
      }
      frame.context.run.budget.compare(a, b);
      return a.equals(b) && next.run(frame);
    }
  }

  /// A term looks like a pattern.
  public static final class Match extends Step {
    private final Pattern pattern;
    private final Node node;

    public Match(Pattern pattern, Node node) {
      this.pattern = pattern;
      this.node = node;
    }

    @Override
    public boolean run(Frame frame) {
      Value value = node.eval(frame);
      return value != null && pattern.match(value, frame) && next.run(frame);
    }
  }

  /// Never holds.
  public static final class Never extends Step {
    @Override
    public boolean run(Frame frame) {
      return false;
    }
  }

  /// Ends a chain that only asks whether there is a solution.
  public static final class Found extends Step {
    @Override
    public boolean run(Frame frame) {
      return true;
    }
  }

  /// Ends the body of a complete rule or function: takes its value.
  public static final class Yield extends Step {
    private final Node value;
    private final @Nullable Value constant;
    private final RuleGroup group;
    private final io.vouchsafe.rego.Position position;

    public Yield(Node value, RuleGroup group, io.vouchsafe.rego.Position position) {
      this.value = value;
      this.constant = value.constant();
      this.group = group;
      this.position = position;
    }

    @Override
    public boolean run(Frame frame) {
      if (constant != null) {
        frame.result = constant;
        return true;
      }
      Value made = value.eval(frame);
      if (made == null) {
        return false;
      }
      if (frame.result != null) {
        frame.context.run.budget.compare(frame.result, made);
        if (!frame.result.equals(made)) {
          throw group.conflict(position);
        }
      }
      frame.result = made;
      return false;
    }
  }

  /// Ends the body of a partial rule: puts what it found into the extent.
  public static final class Collect extends Step {
    private final Node[] path;
    private final Node value;
    private final boolean member;
    private final io.vouchsafe.rego.Position position;

    /// @param member whether the value is a member of a set
    public Collect(Node[] path, Node value, boolean member, io.vouchsafe.rego.Position position) {
      this.path = path;
      this.value = value;
      this.member = member;
      this.position = position;
    }

    @Override
    public boolean run(Frame frame) {
      Value[] keys = Nodes.evalAll(path, frame);
      Value made = keys == null ? null : value.eval(frame);
      if (keys == null || made == null) {
        return false;
      }
      frame.context.run.budget.cells(1);
      frame.context.run.budget.weigh(made);
      for (Value key : keys) {
        frame.context.run.budget.weigh(key);
      }
      frame.result = BooleanValue.TRUE;
      Extent extent = (Extent) java.util.Objects.requireNonNull(frame.collectors[0]);
      try {
        if (member) {
          extent.add(keys, made);
        } else {
          extent.put(keys, made);
        }
      } catch (io.vouchsafe.rego.internal.Halt halt) {
        throw halt.at(position);
      }
      return false;
    }
  }

  /// Tells the tracer that an expression is tried.
  public static final class Reached extends Step {
    private final Mark mark;

    public Reached(Mark mark) {
      this.mark = mark;
    }

    @Override
    public boolean run(Frame frame) {
      Tracer tracer = frame.context.run.tracer;
      if (tracer != null) {
        tracer.reached(mark, frame);
      }
      return next.run(frame);
    }
  }

  /// Tells the tracer that an expression held.
  public static final class Passed extends Step {
    private final Mark mark;

    public Passed(Mark mark) {
      this.mark = mark;
    }

    @Override
    public boolean run(Frame frame) {
      Tracer tracer = frame.context.run.tracer;
      if (tracer != null) {
        tracer.passed(mark, frame);
      }
      return next.run(frame);
    }
  }
}
