package io.vouchsafe.rego.internal.eval;

import io.vouchsafe.rego.ObjectValue;
import io.vouchsafe.rego.Position;
import io.vouchsafe.rego.Value;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// `with`: an expression sees other documents and functions.
public final class With {
  private With() {}

  /// What is replaced, and by what.
  public sealed interface Change {
    /// The input, or what is at a path of it.
    record OfInput(Value[] path, Node value) implements Change {}

    /// Data at a path, and the rules there.
    ///
    /// @param tree the rules at that path, if any
    record OfData(Value[] path, @Nullable Tree tree, Node value) implements Change {}

    /// A function.
    ///
    /// @param function the key of the function in [Context#mocks]
    record OfFunction(Object function, Callable by) implements Change {}

    /// A function by a value.
    record OfFunctionByValue(Object function, Node value) implements Change {}
  }

  /// Starts an expression with changes.
  public static final class Enter extends Step {
    private final List<Change> changes;
    private final Position position;

    public Enter(List<Change> changes, Position position) {
      this.changes = List.copyOf(changes);
      this.position = position;
    }

    @Override
    public boolean run(Frame frame) {
      Context before = frame.context;
      Context changed = changed(before, frame);
      if (changed == null) {
        return false;
      }
      before.run.enter(position);
      frame.context = changed;
      try {
        return next.run(frame);
      } finally {
        frame.context = before;
        before.run.leave();
      }
    }

    private @Nullable Context changed(Context before, Frame frame) {
      @Nullable Value input = before.input;
      Value data = before.data;
      @Nullable Set<Tree> hidden = before.hidden;
      @Nullable Map<Object, Callable> mocks = before.mocks;
      for (Change change : changes) {
        switch (change) {
          case Change.OfInput(Value[] path, Node node) -> {
            Value value = node.eval(frame);
            if (value == null) {
              return null;
            }
            input = put(input, path, 0, value);
          }
          case Change.OfData(Value[] path, Tree tree, Node node) -> {
            Value value = node.eval(frame);
            if (value == null) {
              return null;
            }
            data = put(data, path, 0, value);
            if (tree != null) {
              hidden = added(hidden, tree);
            }
          }
          case Change.OfFunction(Object function, Callable by) ->
              mocks = added(mocks, function, by);
          case Change.OfFunctionByValue(Object function, Node node) -> {
            Value value = node.eval(frame);
            if (value == null) {
              return null;
            }
            mocks = added(mocks, function, new Callable.Fixed(value));
          }
        }
      }
      return before.with(input, data, hidden, mocks);
    }

    private static Set<Tree> added(@Nullable Set<Tree> known, Tree tree) {
      Set<Tree> all = Collections.newSetFromMap(new IdentityHashMap<>());
      if (known != null) {
        all.addAll(known);
      }
      all.add(tree);
      return all;
    }

    private static Map<Object, Callable> added(
        @Nullable Map<Object, Callable> known, Object function, Callable by) {
      Map<Object, Callable> all =
          known == null ? new IdentityHashMap<>() : new IdentityHashMap<>(known);
      all.put(function, by);
      return all;
    }

    /// What is no object on the way there gives way to one.
    private static Value put(@Nullable Value into, Value[] path, int place, Value value) {
      if (place == path.length) {
        return value;
      }
      ObjectValue object = into instanceof ObjectValue known ? known : ObjectValue.EMPTY;
      @Nullable Value below = object.get(path[place]);
      return object.with(path[place], put(below, path, place + 1, value));
    }
  }

  /// Ends an expression with changes: what follows sees the documents as before.
  public static final class Exit extends Step {
    @Override
    public boolean run(Frame frame) {
      Context inner = frame.context;
      frame.context = Objects.requireNonNull(inner.outer);
      try {
        return next.run(frame);
      } finally {
        frame.context = inner;
      }
    }
  }
}
