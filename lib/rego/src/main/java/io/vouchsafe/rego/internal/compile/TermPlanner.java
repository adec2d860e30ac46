package io.vouchsafe.rego.internal.compile;

import io.vouchsafe.rego.ArrayValue;
import io.vouchsafe.rego.ObjectValue;
import io.vouchsafe.rego.Position;
import io.vouchsafe.rego.SetValue;
import io.vouchsafe.rego.Value;
import io.vouchsafe.rego.internal.builtin.Builtin;
import io.vouchsafe.rego.internal.eval.Calls;
import io.vouchsafe.rego.internal.eval.Closures;
import io.vouchsafe.rego.internal.eval.Node;
import io.vouchsafe.rego.internal.eval.Nodes;
import io.vouchsafe.rego.internal.eval.Pattern;
import io.vouchsafe.rego.internal.eval.RuleGroup;
import io.vouchsafe.rego.internal.eval.Scans;
import io.vouchsafe.rego.internal.eval.Step;
import io.vouchsafe.rego.internal.eval.Steps;
import io.vouchsafe.rego.internal.eval.Tree;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Plans terms: what has one value becomes a [Node]; what has many becomes steps that set a slot.
abstract class TermPlanner {
  private final Tree root;
  private int slots;
  private int collectors;

  /// @param collectors that are reserved
  TermPlanner(Tree root, int slots, int collectors) {
    this.root = root;
    this.slots = slots;
    this.collectors = collectors;
  }

  final int slots() {
    return slots;
  }

  final int collectors() {
    return collectors;
  }

  final int newSlot() {
    return slots++;
  }

  /// Plans a body into a chain that ends with `last`.
  abstract Step body(Resolved.Block block, BitSet bound, Last last) throws NotReady;

  /// Makes the end of a chain, where more steps may be needed before it.
  interface Last {
    Step make(Plan plan) throws NotReady;
  }

  final Node[] liftAll(List<Resolved.Item> items, Plan plan) throws NotReady {
    Node[] nodes = new Node[items.size()];
    for (int i = 0; i < nodes.length; i++) {
      nodes[i] = lift(items.get(i), plan);
    }
    return nodes;
  }

  final Node lift(Resolved.Item item, Plan plan) throws NotReady {
    return switch (item) {
      case Resolved.Constant(Value value, Position _) -> new Nodes.Constant(value);
      case Resolved.Ready(Node node, Position _) -> node;
      case Resolved.Slot(int slot, String name, Position at) -> {
        if (!plan.bound.get(slot)) {
          throw new NotReady(name, at);
        }
        yield Plan.slot(slot);
      }
      case Resolved.Input _ -> new Nodes.Input();
      case Resolved.Data(List<Resolved.Item> path, Position _) -> data(path, plan);
      case Resolved.Path(Resolved.Item head, List<Resolved.Item> path, Position _) ->
          path(lift(head, plan), path, plan);
      case Resolved.Call call -> call(call, plan);
      case Resolved.Array(List<Resolved.Item> items, Position _) -> array(liftAll(items, plan));
      case Resolved.Set(List<Resolved.Item> items, Position _) -> set(liftAll(items, plan));
      case Resolved.Object(List<Resolved.Item> keys, List<Resolved.Item> values, Position _) ->
          object(liftAll(keys, plan), liftAll(values, plan));
      case Resolved.Comprehension comprehension -> comprehension(comprehension, plan);
      case Resolved.Template template -> template(template, plan);
    };
  }

  private static Node array(Node[] items) {
    Value[] values = constants(items);
    return values == null ? new Nodes.Array(items) : new Nodes.Constant(ArrayValue.of(values));
  }

  private static Node set(Node[] items) {
    Value[] values = constants(items);
    return values == null ? new Nodes.Set(items) : new Nodes.Constant(SetValue.of(values));
  }

  private static Node object(Node[] keys, Node[] values) {
    Value[] keyValues = constants(keys);
    Value[] memberValues = constants(values);
    if (keyValues == null || memberValues == null) {
      return new Nodes.Object(keys, values);
    }
    ObjectValue.Builder object = new ObjectValue.Builder(keys.length);
    for (int i = 0; i < keys.length; i++) {
      object.put(keyValues[i], memberValues[i]);
    }
    return new Nodes.Constant(object.build());
  }

  private static Value @Nullable [] constants(Node[] nodes) {
    Value[] values = new Value[nodes.length];
    for (int i = 0; i < nodes.length; i++) {
      Value value = nodes[i].constant();
      if (value == null) {
        return null;
      }
      values[i] = value;
    }
    return values;
  }

  final void requireBound(BitSet needed, Plan plan, Position at) throws NotReady {
    for (int slot = needed.nextSetBit(0); slot >= 0; slot = needed.nextSetBit(slot + 1)) {
      if (!plan.bound.get(slot)) {
        throw new NotReady(slotName(slot), at);
      }
    }
  }

  abstract String slotName(int slot);

  /// Whether a tracer hears of each call.
  abstract boolean traced();

  private Node comprehension(Resolved.Comprehension item, Plan plan) throws NotReady {
    requireBound(item.body().needed(), plan, item.position());
    int collector = collectors++;
    Optional<Resolved.Item> key = item.key();
    Step chain =
        body(
            item.body(),
            plan.bound,
            inner -> {
              Node keyNode = key.isPresent() ? lift(key.get(), inner) : null;
              return new Closures.Gather(keyNode, lift(item.value(), inner), collector);
            });
    return new Closures.Comprehension(item.kind(), chain, collector, item.position());
  }

  final Node template(Resolved.Template template, Plan plan) throws NotReady {
    List<Closures.Template.Part> parts = new ArrayList<>();
    for (Resolved.Part part : template.parts()) {
      switch (part) {
        case Resolved.Text(String text) -> parts.add(new Closures.Template.Part.Text(text));
        case Resolved.Hole(Resolved.Item item, BitSet needed) -> {
          requireBound(needed, plan, item.position());
          Plan inner = new Plan(plan.bound);
          int slot = newSlot();
          inner.bind(slot, lift(item, inner));
          Step chain = Step.chain(inner.steps, new Steps.Found());
          parts.add(new Closures.Template.Part.Hole(chain, slot));
        }
      }
    }
    return new Closures.Template(parts);
  }

  private Node call(Resolved.Call call, Plan plan) throws NotReady {
    Node[] arguments = liftAll(call.arguments(), plan);
    return switch (call.function()) {
      case Resolved.Rules(RuleGroup group) ->
          once(new Calls.Rules(group, arguments, call.position()), arguments);
      case Resolved.Native(Builtin builtin) ->
          switch (builtin.body()) {
            case Builtin.Function body ->
                once(new Calls.Native(builtin, body, arguments, call.position()), arguments);
            case Builtin.Relation body -> {
              int slot = newSlot();
              Pattern result = new Pattern.Bind(slot);
              plan.add(new Calls.Relation(builtin, body, arguments, result, call.position()));
              plan.bound.set(slot);
              yield Plan.slot(slot);
            }
          };
    };
  }

  /// What a function gives for constants is the same throughout: it is called once.
  private Node once(Node call, Node[] arguments) {
    boolean constant = arguments.length > 0 && constants(arguments) != null;
    return constant && !traced() ? new Calls.Once(call) : call;
  }

  /// Follows a path into a term.
  private Node path(Node head, List<Resolved.Item> path, Plan plan) throws NotReady {
    return follow(path, plan, new Start(head, null));
  }

  private Node data(List<Resolved.Item> path, Plan plan) throws NotReady {
    Tree tree = root;
    int at = 0;
    while (at < path.size()
        && tree.group() == null
        && path.get(at) instanceof Resolved.Constant(Value key, Position _)) {
      Tree child = tree.children().get(key);
      if (child == null) {
        // No rules here: stored data alone.
        return path(new Nodes.Stored(), path, plan);
      }
      tree = child;
      at++;
    }
    List<Resolved.Item> rest = path.subList(at, path.size());
    RuleGroup group = tree.group();
    if (group != null && !group.isFunction()) {
      return path(new Nodes.Rules(tree, group), rest, plan);
    }
    if (rest.isEmpty()) {
      return new Nodes.Document(tree);
    }
    if (group != null || tree.children().isEmpty()) {
      return path(new Nodes.Document(tree), rest, plan);
    }
    return follow(rest, plan, new Start(new Nodes.Document(tree), tree));
  }

  /// Where a path starts: at a value, or in the tree of rules.
  private record Start(Node node, @Nullable Tree tree) {}

  private Node follow(List<Resolved.Item> path, Plan plan, Start from) throws NotReady {
    Start start = from;
    List<Scans.Part> parts = new ArrayList<>();
    boolean tries = false;
    for (Resolved.Item item : path) {
      Plan extra = new Plan(plan.bound);
      Resolved.Item prepared = prepare(item, extra);
      if (!extra.steps.isEmpty() && tries) {
        // What the key needs comes after what was tried so far.
        start = new Start(scan(start, parts, plan), null);
        parts.clear();
        tries = false;
      }
      plan.accept(extra);
      if (isBound(prepared, plan)) {
        parts.add(Scans.Part.known(lift(prepared, plan)));
      } else {
        parts.add(Scans.Part.tried(pattern(prepared, plan)));
        tries = true;
      }
    }
    if (parts.isEmpty()) {
      return start.node;
    }
    if (tries || start.tree != null) {
      return scan(start, parts, plan);
    }
    Node[] keys = new Node[parts.size()];
    for (int i = 0; i < keys.length; i++) {
      keys[i] = java.util.Objects.requireNonNull(parts.get(i).key());
    }
    if (start.node instanceof Nodes.Stored) {
      return new Nodes.StoredPath(keys);
    }
    Value[] constants = constants(keys);
    return constants == null
        ? new Nodes.Path(start.node, keys)
        : new Nodes.ConstantPath(start.node, constants);
  }

  private Node scan(Start start, List<Scans.Part> parts, Plan plan) {
    int slot = newSlot();
    Scans.Part[] path = parts.toArray(Scans.Part[]::new);
    Pattern result = new Pattern.Bind(slot);
    plan.add(
        start.tree == null
            ? new Scans.PathScan(start.node, path, result)
            : new Scans.TreeScan(start.tree, path, result));
    plan.bound.set(slot);
    return Plan.slot(slot);
  }

  /// Whether all variables of a prepared term have values.
  final boolean isBound(Resolved.Item item, Plan plan) {
    return switch (item) {
      case Resolved.Slot slot -> plan.bound.get(slot.slot());
      case Resolved.Array(List<Resolved.Item> items, Position _) ->
          items.stream().allMatch(one -> isBound(one, plan));
      case Resolved.Object(List<Resolved.Item> _, List<Resolved.Item> values, Position _) ->
          values.stream().allMatch(one -> isBound(one, plan));
      default -> true;
    };
  }

  /// Plans all of a pattern that is not variable, arrays and objects apart.
  final Resolved.Item prepare(Resolved.Item item, Plan plan) throws NotReady {
    return switch (item) {
      case Resolved.Slot slot -> slot;
      case Resolved.Array(List<Resolved.Item> items, Position at) -> {
        List<Resolved.Item> prepared = new ArrayList<>(items.size());
        for (Resolved.Item one : items) {
          prepared.add(prepare(one, plan));
        }
        yield new Resolved.Array(prepared, at);
      }
      case Resolved.Object(List<Resolved.Item> keys, List<Resolved.Item> values, Position at) -> {
        List<Resolved.Item> preparedKeys = new ArrayList<>(keys.size());
        List<Resolved.Item> preparedValues = new ArrayList<>(keys.size());
        for (int i = 0; i < keys.size(); i++) {
          preparedKeys.add(new Resolved.Ready(lift(keys.get(i), plan), keys.get(i).position()));
          preparedValues.add(prepare(values.get(i), plan));
        }
        yield new Resolved.Object(preparedKeys, preparedValues, at);
      }
      default -> new Resolved.Ready(lift(item, plan), item.position());
    };
  }

  /// The pattern of a prepared term; its variables are bound from here on.
  final Pattern pattern(Resolved.Item item, Plan plan) throws NotReady {
    return switch (item) {
      case Resolved.Slot(int slot, String name, Position _) -> {
        if (plan.bound.get(slot)) {
          yield Plan.same(Plan.slot(slot));
        }
        plan.bound.set(slot);
        yield name.equals("_") ? new Pattern.Any() : new Pattern.Bind(slot);
      }
      case Resolved.Array(List<Resolved.Item> items, Position _) -> {
        Pattern[] patterns = new Pattern[items.size()];
        for (int i = 0; i < patterns.length; i++) {
          patterns[i] = pattern(items.get(i), plan);
        }
        yield new Pattern.Array(patterns);
      }
      case Resolved.Object(List<Resolved.Item> keys, List<Resolved.Item> values, Position _) -> {
        Pattern[] patterns = new Pattern[keys.size()];
        for (int i = 0; i < patterns.length; i++) {
          patterns[i] = pattern(values.get(i), plan);
        }
        yield new Pattern.Object(liftAll(keys, plan), patterns);
      }
      default -> Plan.same(lift(item, plan));
    };
  }
}
