package io.vouchsafe.rego.internal.eval;

import io.vouchsafe.rego.Position;
import io.vouchsafe.rego.RegoException;
import io.vouchsafe.rego.Value;
import io.vouchsafe.rego.internal.Halt;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// All rules of one path: one document or function.
public final class RuleGroup {
  /// What rules make together.
  public enum Kind {
    /// One value.
    COMPLETE,
    /// A set.
    SET,
    /// An object, of whatever depth.
    OBJECT,
    /// A function.
    FUNCTION
  }

  private final int id;
  private final String name;
  private final List<Value> path;
  private final Kind kind;
  private final int arity;
  private final Position position;
  private CompiledRule[] rules = {};
  private @Nullable CompiledRule fallback;
  private @Nullable RuleIndex index;
  private boolean sameConstant;

  /// @param name the path, such as `data.a.allow`
  /// @param position of the first rule
  public RuleGroup(int id, String name, List<Value> path, Kind kind, int arity, Position position) {
    this.id = id;
    this.name = name;
    this.path = List.copyOf(path);
    this.kind = kind;
    this.arity = arity;
    this.position = position;
  }

  public int id() {
    return id;
  }

  public String name() {
    return name;
  }

  /// The path below `data`.
  public List<Value> path() {
    return path;
  }

  public int arity() {
    return arity;
  }

  public Position position() {
    return position;
  }

  public Kind kind() {
    return kind;
  }

  public boolean isFunction() {
    return kind == Kind.FUNCTION;
  }

  /// Sets the rules, once.
  public void setRules(CompiledRule[] compiled, @Nullable CompiledRule defaultRule) {
    rules = compiled;
    index = RuleIndex.of(compiled);
    fallback = defaultRule;
    boolean same = compiled.length > 0;
    for (CompiledRule rule : compiled) {
      for (CompiledRule branch = rule; branch != null; branch = branch.otherwise) {
        same &= branch.constant != null && branch.constant.equals(compiled[0].constant);
      }
    }
    sameConstant = same;
  }

  @Nullable Value evaluate(Context context) {
    context.run.enter(position);
    try {
      return kind == Kind.COMPLETE ? complete(context) : partial(context);
    } catch (Halt halt) {
      throw halt.at(position);
    } finally {
      context.run.leave();
    }
  }

  /// The value of a function.
  @Nullable Value call(Context context, Value[] arguments) {
    context.run.enter(position);
    try {
      return complete(context, arguments);
    } catch (Halt halt) {
      throw halt.at(position);
    } finally {
      context.run.leave();
    }
  }

  private @Nullable Value complete(Context context, Value... arguments) {
    Value found = null;
    for (CompiledRule rule : candidates(context, arguments)) {
      Value value = rule.evaluate(context, arguments);
      if (value == null) {
        continue;
      }
      if (sameConstant) {
        return value;
      }
      if (found != null) {
        context.run.budget.compare(found, value);
        if (!found.equals(value)) {
          throw conflict(rule.position());
        }
      }
      found = value;
    }
    if (found == null && fallback != null) {
      return fallback.evaluate(context, arguments);
    }
    return found;
  }

  private CompiledRule[] candidates(Context context, Value... arguments) {
    // A `with` may have replaced the function that compares.
    return index == null || context.mocks != null ? rules : index.candidates(context, arguments);
  }

  private Value partial(Context context) {
    Extent extent = kind == Kind.SET ? Extent.ofSet() : Extent.ofObject();
    for (CompiledRule rule : candidates(context)) {
      rule.evaluateAlone(context, extent);
    }
    return context.run.budget.whole(extent.build());
  }

  Halt conflict(Position at) {
    String problem =
        isFunction()
            ? "function " + name + " produced conflicting values for the same inputs"
            : "rule " + name + " produced conflicting values";
    return new Halt(
        RegoException.Code.EVAL_CONFLICT, at, problem, "make the bodies exclude each other");
  }
}
