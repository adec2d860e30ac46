package io.vouchsafe.rego.internal.eval;

import io.vouchsafe.rego.ArrayValue;
import io.vouchsafe.rego.NumberValue;
import io.vouchsafe.rego.ObjectValue;
import io.vouchsafe.rego.SetValue;
import io.vouchsafe.rego.Value;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The documents as they are seen at one place: those of the evaluation, or what a `with` made of
/// them. Values of rules are kept per context.
public final class Context {
  final Run run;
  final @Nullable Value input;
  final Value data;
  final Tree root;

  /// Rules that `with` replaced by data.
  final @Nullable Set<Tree> hidden;

  /// Functions that `with` replaced.
  final @Nullable Map<Object, Callable> mocks;

  /// The context outside of the `with`.
  final @Nullable Context outer;

  private final @Nullable Value[] cache;
  private @Nullable Map<Node, Value> calls;

  /// The outermost context.
  public Context(Run run, @Nullable Value input, Value data, Tree root, int groups) {
    this(run, input, data, root, null, null, null, groups);
  }

  private Context(
      Run run,
      @Nullable Value input,
      Value data,
      Tree root,
      @Nullable Set<Tree> hidden,
      @Nullable Map<Object, Callable> mocks,
      @Nullable Context outer,
      int groups) {
    this.run = run;
    this.input = input;
    this.data = data;
    this.root = root;
    this.hidden = hidden;
    this.mocks = mocks;
    this.outer = outer;
    this.cache = new Value[groups];
  }

  Context with(
      @Nullable Value otherInput,
      Value otherData,
      @Nullable Set<Tree> otherHidden,
      @Nullable Map<Object, Callable> otherMocks) {
    return new Context(
        run, otherInput, otherData, root, otherHidden, otherMocks, this, cache.length);
  }

  /// This context, where a function is itself again: what replaces it may call it.
  Context without(Object function) {
    Map<Object, Callable> others = new IdentityHashMap<>(mocks == null ? Map.of() : mocks);
    others.remove(function);
    return with(input, data, hidden, others.isEmpty() ? null : others);
  }

  /// The value of a rule, or null if undefined.
  @Nullable Value value(RuleGroup group) {
    Value known = cache[group.id()];
    if (known == null) {
      Value made = group.evaluate(this);
      known = made == null ? Undefined.MARK : made;
      cache[group.id()] = known;
    }
    return known == Undefined.MARK ? null : known;
  }

  /// The value of a term that is the same throughout a context, or null if undefined.
  @Nullable Value once(Node term, Frame frame) {
    if (calls == null) {
      calls = new IdentityHashMap<>();
    }
    Value known = calls.get(term);
    if (known == null) {
      Value made = term.eval(frame);
      known = made == null ? Undefined.MARK : made;
      calls.put(term, known);
    }
    return known == Undefined.MARK ? null : known;
  }

  /// A value that no policy can hold marks undefined in the cache: compared by identity only.
  private static final class Undefined {
    static final Value MARK = ArrayValue.of(NumberValue.of(0));
  }

  boolean hides(Tree tree) {
    if (hidden != null) {
      for (Tree at = tree; at != null; at = at.parent()) {
        if (hidden.contains(at)) {
          return true;
        }
      }
    }
    return false;
  }

  /// The stored document at a path of the tree, or null.
  @Nullable Value stored(Tree tree) {
    Value value = data;
    for (Value key : tree.path()) {
      value = index(value, key);
      if (value == null) {
        return null;
      }
    }
    return value;
  }

  /// The whole document of a tree, rules and stored data, or null if undefined.
  @Nullable Value document(Tree tree, @Nullable Value stored) {
    if (hidden != null && hidden.contains(tree)) {
      return stored;
    }
    RuleGroup group = tree.group();
    if (group != null) {
      return group.isFunction() ? null : value(group);
    }
    if (tree.children().isEmpty() && stored != null) {
      return stored;
    }
    ObjectValue.Builder all =
        stored instanceof ObjectValue object ? object.toBuilder() : new ObjectValue.Builder();
    for (Map.Entry<Value, Tree> child : tree.children().entrySet()) {
      run.budget.step();
      @Nullable Value below = stored == null ? null : index(stored, child.getKey());
      Value value = document(child.getValue(), below);
      if (value != null) {
        all.put(child.getKey(), value);
      }
    }
    return all.build();
  }

  /// As [#index], for stored data: its keys are texts, and a number stands for its text.
  static @Nullable Value indexStored(Value container, Value key) {
    Value value = index(container, key);
    return value == null && key instanceof NumberValue && container instanceof ObjectValue object
        ? object.get(key.toString())
        : value;
  }

  /// What a value holds under a key, or null.
  static @Nullable Value index(Value container, Value key) {
    if (container instanceof ObjectValue object) {
      return object.get(key);
    }
    if (container instanceof ArrayValue array) {
      return array.find(key);
    }
    return container instanceof SetValue set && set.contains(key) ? key : null;
  }
}
