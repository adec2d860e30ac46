package io.vouchsafe.rego.internal.compile;

import io.vouchsafe.rego.Position;
import io.vouchsafe.rego.Value;
import io.vouchsafe.rego.internal.builtin.Builtin;
import io.vouchsafe.rego.internal.eval.Callable;
import io.vouchsafe.rego.internal.eval.Calls;
import io.vouchsafe.rego.internal.eval.Closures;
import io.vouchsafe.rego.internal.eval.Mark;
import io.vouchsafe.rego.internal.eval.Node;
import io.vouchsafe.rego.internal.eval.Pattern;
import io.vouchsafe.rego.internal.eval.RuleGroup;
import io.vouchsafe.rego.internal.eval.Scans;
import io.vouchsafe.rego.internal.eval.Step;
import io.vouchsafe.rego.internal.eval.Steps;
import io.vouchsafe.rego.internal.eval.Tree;
import io.vouchsafe.rego.internal.eval.With;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Plans bodies: puts expressions into an order in which each has the variables that it needs, the
/// written order where it can be.
final class BodyPlanner extends TermPlanner {
  /// Attempts to plan an expression, per rule: hostile bodies would take quadratic time.
  private static final int MAX_ATTEMPTS = 200_000;

  private final List<String> names;
  private final boolean traced;
  private int attempts;
  private int depth = -1;
  private int order;
  private final List<Mark> marks = new ArrayList<>();

  BodyPlanner(Tree root, List<String> names, int collectors, boolean traced) {
    super(root, names.size(), collectors);
    this.names = names;
    this.traced = traced;
  }

  @Override
  String slotName(int slot) {
    return slot < names.size() ? names.get(slot) : "_";
  }

  @Override
  boolean traced() {
    return traced;
  }

  @Override
  Step body(Resolved.Block block, BitSet bound, Last last) throws NotReady {
    Plan plan = new Plan(bound);
    into(plan, block);
    Step end = last.make(plan);
    return Step.chain(plan.steps, end);
  }

  /// Adds all expressions of a body.
  void into(Plan plan, Resolved.Block block) throws NotReady {
    depth++;
    try {
      inOrder(plan, new ArrayList<>(block.steps()));
    } finally {
      depth--;
    }
  }

  private void inOrder(Plan plan, List<Resolved.Step> open) throws NotReady {
    while (!open.isEmpty()) {
      NotReady first = null;
      boolean planned = false;
      for (int i = 0; i < open.size() && !planned; i++) {
        Plan tried = new Plan(plan.bound);
        try {
          step(open.get(i), tried);
          plan.accept(tried);
          open.remove(i);
          planned = true;
        } catch (NotReady notReady) {
          first = first == null ? notReady : first;
        }
        if (++attempts > MAX_ATTEMPTS) {
          throw new NotReady(
              "(the body is too long to be put into order)", open.getFirst().position());
        }
      }
      if (!planned && first != null) {
        throw first;
      }
    }
  }

  private void step(Resolved.Step step, Plan plan) throws NotReady {
    if (step.changes().isEmpty()) {
      marked(step, plan);
      return;
    }
    List<With.Change> changes = new ArrayList<>();
    for (Resolved.Change change : step.changes()) {
      changes.add(change(change, plan));
    }
    plan.add(new With.Enter(changes, step.position()));
    marked(step, plan);
    plan.add(new With.Exit());
  }

  private void marked(Resolved.Step step, Plan plan) throws NotReady {
    if (!traced) {
      statement(step.statement(), plan, step.position());
      return;
    }
    Mark mark =
        new Mark(
            step.position(),
            step.text(),
            depth,
            order++,
            step.rules().stream().map(RuleGroup::name).distinct().toList(),
            shown(step, plan));
    marks.add(mark);
    plan.add(new Steps.Reached(mark));
    statement(step.statement(), plan, step.position());
    plan.add(new Steps.Passed(mark));
  }

  /// The terms of an expression that have a value before it is tried.
  private List<Mark.Term> shown(Resolved.Step step, Plan plan) {
    Map<String, Node> terms = new LinkedHashMap<>();
    for (Resolved.Item item : step.shown()) {
      Optional<String> text = Texts.of(item);
      Plan tried = new Plan(plan.bound);
      try {
        Node node = text.isEmpty() ? null : lift(item, tried);
        if (node != null && tried.steps.isEmpty()) {
          terms.putIfAbsent(text.get(), node);
        }
      } catch (NotReady _) {
        // It gets its value from the expression.
      }
    }
    List<Mark.Term> list = new ArrayList<>();
    terms.forEach((text, node) -> list.add(new Mark.Term(text, node)));
    return list;
  }

  /// The marks of expressions; those of attempts that failed are among them.
  List<Mark> marks() {
    return marks;
  }

  private With.Change change(Resolved.Change change, Plan plan) throws NotReady {
    return switch (change) {
      case Resolved.ChangeInput(List<Value> path, Resolved.Item value) ->
          new With.Change.OfInput(path.toArray(Value[]::new), lift(value, plan));
      case Resolved.ChangeData(List<Value> path, Optional<Tree> tree, Resolved.Item value) ->
          new With.Change.OfData(path.toArray(Value[]::new), tree.orElse(null), lift(value, plan));
      case Resolved.ChangeFunction(Object function, Resolved.Function by) ->
          new With.Change.OfFunction(
              function,
              switch (by) {
                case Resolved.Native(Builtin builtin) -> new Callable.Native(builtin);
                case Resolved.Rules(RuleGroup group) -> new Callable.Rules(group);
              });
      case Resolved.ChangeFunctionByValue(Object function, Resolved.Item value) ->
          new With.Change.OfFunctionByValue(function, lift(value, plan));
    };
  }

  private void statement(Resolved.Statement statement, Plan plan, Position at) throws NotReady {
    switch (statement) {
      case Resolved.Holds(
              Resolved.Call(Resolved.Native(Builtin builtin), var operands, Position place))
          when builtin.name().equals("equal")
              && builtin.body() instanceof Builtin.Function body -> {
        Node[] sides = liftAll(operands, plan);
        Node call = new Calls.Native(builtin, body, sides, place);
        plan.add(new Steps.Same(sides[0], sides[1], call));
      }
      case Resolved.Holds(Resolved.Item item) -> plan.add(new Steps.Holds(lift(item, plan)));
      case Resolved.Unify(Resolved.Item left, Resolved.Item right) -> unify(left, right, plan);
      case Resolved.Eager(int slot, Resolved.Item item, BitSet needed) -> {
        requireBound(needed, plan, at);
        plan.bind(slot, lift(item, plan));
      }
      case Resolved.Members(
              Optional<Resolved.Item> key,
              Resolved.Item value,
              Resolved.Item domain) ->
          members(key, value, domain, plan);
      case Resolved.Every every -> every(every, plan, at);
      case Resolved.Not(Resolved.Block body) -> plan.add(new Closures.Not(closed(body, plan, at)));
      case Resolved.And(Resolved.Block left, Resolved.Block right) ->
          plan.add(new Closures.And(closed(left, plan, at), closed(right, plan, at)));
      case Resolved.Or(Resolved.Block left, Resolved.Block right) ->
          plan.add(new Closures.Or(closed(left, plan, at), closed(right, plan, at)));
      case Resolved.Print(Resolved.Template line) ->
          plan.add(new Closures.Print(template(line, plan)));
    }
  }

  /// A body that only asks whether it has a solution.
  private Step closed(Resolved.Block block, Plan plan, Position at) throws NotReady {
    requireBound(block.needed(), plan, at);
    return body(block, plan.bound, _ -> new Steps.Found());
  }

  private void members(
      Optional<Resolved.Item> key, Resolved.Item value, Resolved.Item domain, Plan plan)
      throws NotReady {
    Node all = lift(domain, plan);
    Pattern keyPattern =
        key.isPresent() ? pattern(prepare(key.get(), plan), plan) : new Pattern.Any();
    plan.add(new Scans.Members(all, keyPattern, pattern(prepare(value, plan), plan)));
  }

  private void every(Resolved.Every every, Plan plan, Position at) throws NotReady {
    Node domain = lift(every.domain(), plan);
    requireBound(every.body().needed(), plan, at);
    Plan inner = new Plan(plan.bound);
    Pattern key = every.key().isPresent() ? pattern(every.key().get(), inner) : new Pattern.Any();
    Pattern value = pattern(every.value(), inner);
    Step body = body(every.body(), inner.bound, _ -> new Steps.Found());
    plan.add(new Closures.Every(domain, key, value, body));
  }

  private void unify(Resolved.Item left, Resolved.Item right, Plan plan) throws NotReady {
    if (left instanceof Resolved.Array(List<Resolved.Item> a, Position _)
        && right instanceof Resolved.Array(List<Resolved.Item> b, Position _)) {
      if (a.size() != b.size()) {
        plan.add(new Steps.Never());
        return;
      }
      unifyAll(new ArrayList<>(a), new ArrayList<>(b), plan);
      return;
    }
    if (left instanceof Resolved.Object a
        && right instanceof Resolved.Object b
        && constantKeys(a)
        && constantKeys(b)) {
      unifyObjects(a, b, plan);
      return;
    }
    NotReady failed;
    try {
      oneWay(left, right, plan);
      return;
    } catch (NotReady notReady) {
      failed = notReady;
    }
    try {
      oneWay(right, left, plan);
    } catch (NotReady _) {
      throw failed;
    }
  }

  private void oneWay(Resolved.Item pattern, Resolved.Item term, Plan plan) throws NotReady {
    Plan tried = new Plan(plan.bound);
    Node node = lift(term, tried);
    if (pattern instanceof Resolved.Slot(int slot, String name, Position _)
        && !tried.bound.get(slot)
        && !name.equals("_")) {
      tried.bind(slot, node);
    } else {
      Resolved.Item prepared = prepare(pattern, tried);
      tried.add(
          isBound(prepared, tried)
              ? new Steps.Same(lift(prepared, tried), node)
              : new Steps.Match(pattern(prepared, tried), node));
    }
    plan.accept(tried);
  }

  private static boolean constantKeys(Resolved.Object object) {
    return object.keys().stream().allMatch(key -> key instanceof Resolved.Constant);
  }

  private static Value constant(Resolved.Item key) {
    if (key instanceof Resolved.Constant(Value value, Position _)) {
      return value;
    }
    throw new IllegalStateException("no constant");
  }

  private void unifyObjects(Resolved.Object a, Resolved.Object b, Plan plan) throws NotReady {
    List<Value> others = b.keys().stream().map(BodyPlanner::constant).toList();
    List<Resolved.Item> left = new ArrayList<>();
    List<Resolved.Item> right = new ArrayList<>();
    for (int i = 0; i < a.keys().size(); i++) {
      int place = others.indexOf(constant(a.keys().get(i)));
      if (place < 0) {
        break;
      }
      left.add(a.values().get(i));
      right.add(b.values().get(place));
    }
    if (left.size() != others.size() || left.size() != a.keys().size()) {
      plan.add(new Steps.Never());
      return;
    }
    unifyAll(left, right, plan);
  }

  /// Unifies pairs, in an order that works.
  private void unifyAll(List<Resolved.Item> left, List<Resolved.Item> right, Plan plan)
      throws NotReady {
    while (!left.isEmpty()) {
      NotReady first = null;
      boolean planned = false;
      for (int i = 0; i < left.size() && !planned; i++) {
        Plan tried = new Plan(plan.bound);
        try {
          unify(left.get(i), right.get(i), tried);
          plan.accept(tried);
          left.remove(i);
          right.remove(i);
          planned = true;
        } catch (NotReady notReady) {
          first = first == null ? notReady : first;
        }
      }
      if (!planned && first != null) {
        throw first;
      }
    }
  }
}
