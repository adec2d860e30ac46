package io.vouchsafe.rego.internal.eval;

import io.vouchsafe.rego.Position;
import io.vouchsafe.rego.RegoException;
import io.vouchsafe.rego.StringValue;
import io.vouchsafe.rego.Value;
import io.vouchsafe.rego.internal.Halt;
import io.vouchsafe.rego.internal.builtin.Builtin;
import io.vouchsafe.rego.internal.builtin.BuiltinException;
import io.vouchsafe.rego.internal.builtin.Operands;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// Calls of functions.
public final class Calls {
  private Calls() {}

  /// A call of a built-in function.
  public static final class Native extends Node {
    private final Builtin builtin;
    private final Builtin.Function body;
    private final Node[] arguments;
    private final Position position;

    public Native(Builtin builtin, Builtin.Function body, Node[] arguments, Position position) {
      this.builtin = builtin;
      this.body = body;
      this.arguments = arguments;
      this.position = position;
    }

    @Override
    public @Nullable Value eval(Frame frame) {
      Value[] values = Nodes.evalAll(arguments, frame);
      if (values == null) {
        return null;
      }
      Callable mock = mockOf(frame.context, builtin);
      if (mock != null) {
        return callMock(mock, builtin, frame.context, values, position);
      }
      return callNative(builtin, body, frame.context, values, position);
    }
  }

  /// A call whose operands are constants: its value is kept per context.
  public static final class Once extends Node {
    private final Node call;

    public Once(Node call) {
      this.call = call;
    }

    @Override
    public @Nullable Value eval(Frame frame) {
      return frame.context.once(call, frame);
    }
  }

  /// A call of a function of the policy.
  public static final class Rules extends Node {
    private final RuleGroup group;
    private final Node[] arguments;
    private final Position position;

    public Rules(RuleGroup group, Node[] arguments, Position position) {
      this.group = group;
      this.arguments = arguments;
      this.position = position;
    }

    @Override
    public @Nullable Value eval(Frame frame) {
      Value[] values = Nodes.evalAll(arguments, frame);
      if (values == null) {
        return null;
      }
      Callable mock = mockOf(frame.context, group);
      if (mock != null) {
        return callMock(mock, group, frame.context, values, position);
      }
      return group.call(frame.context, values);
    }
  }

  /// A relation: the next step runs once per value.
  public static final class Relation extends Step {
    private final Builtin builtin;
    private final Builtin.Relation body;
    private final Node[] arguments;
    private final Pattern pattern;
    private final Position position;

    public Relation(
        Builtin builtin,
        Builtin.Relation body,
        Node[] arguments,
        Pattern pattern,
        Position position) {
      this.builtin = builtin;
      this.body = body;
      this.arguments = arguments;
      this.pattern = pattern;
      this.position = position;
    }

    @Override
    public boolean run(Frame frame) {
      Value[] values = Nodes.evalAll(arguments, frame);
      if (values == null) {
        return false;
      }
      Callable mock = mockOf(frame.context, builtin);
      if (mock != null) {
        Value value = callMock(mock, builtin, frame.context, values, position);
        return value != null && pattern.match(value, frame) && next.run(frame);
      }
      Predicate<Value> sink =
          value -> {
            frame.context.run.budget.step();
            return pattern.match(value, frame) && next.run(frame);
          };
      Operands operands = new Operands(frame.context.run.session, values);
      try {
        return body.each(operands, sink);
      } catch (BuiltinException e) {
        failed(builtin, frame.context, e.code(), e.getMessage(), position);
        return false;
      } catch (Halt halt) {
        throw halt.at(position);
      }
    }
  }

  private static @Nullable Callable mockOf(Context context, Object function) {
    Map<Object, Callable> mocks = context.mocks;
    return mocks == null ? null : mocks.get(function);
  }

  private static @Nullable Value callMock(
      Callable mock, Object instead, Context context, Value[] values, Position position) {
    return switch (mock) {
      case Callable.Fixed(Value value) -> value;
      case Callable.Rules(RuleGroup group) -> group.call(context.without(instead), values);
      case Callable.Native(Builtin builtin) ->
          builtin.body() instanceof Builtin.Function body
              ? callNative(builtin, body, context, values, position)
              : null;
    };
  }

  private static @Nullable Value callNative(
      Builtin builtin, Builtin.Function body, Context context, Value[] values, Position position) {
    context.run.budget.step();
    for (Value value : values) {
      if (value instanceof StringValue text && text.weight() > 1) {
        context.run.budget.steps(text.weight() - 1L);
      }
    }
    try {
      Value made = body.apply(new Operands(context.run.session, values));
      return made == null ? null : context.run.budget.whole(made);
    } catch (BuiltinException e) {
      failed(builtin, context, e.code(), e.getMessage(), position);
    } catch (ArithmeticException e) {
      RegoException.Code code = RegoException.Code.EVAL_BUILTIN;
      failed(builtin, context, code, String.valueOf(e.getMessage()), position);
    } catch (Halt halt) {
      throw halt.at(position);
    }
    return null;
  }

  /// A function has no value: undefined, or in strict mode the end.
  private static void failed(
      Builtin builtin,
      Context context,
      RegoException.Code code,
      String message,
      Position position) {
    if (context.run.strict) {
      throw new Halt(code, position, builtin.name() + ": " + message, "");
    }
  }
}
