package io.vouchsafe.rego.internal.eval;

import io.vouchsafe.rego.Explanation;
import io.vouchsafe.rego.Position;
import io.vouchsafe.rego.Value;
import io.vouchsafe.rego.internal.Halt;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Notes, for each rule that is tried, how far it came; and which expressions held.
public final class Recorder implements Tracer {
  /// Attempts that are kept: a function may be called very often.
  private static final int MAX_ATTEMPTS = 10_000;

  /// Attempts of one rule that are told.
  private static final int MAX_TOLD = 12;

  /// Rules below rules that are told.
  private static final int MAX_CHAIN = 8;

  private static final int MAX_VALUE_TEXT = 200;

  private final Map<String, List<Attempt>> attempts = new HashMap<>();
  private final Deque<Attempt> stack = new ArrayDeque<>();
  private final Set<Position> reached = new HashSet<>();
  private final Set<Position> held = new HashSet<>();
  private int count;

  private static final class Attempt {
    final CompiledRule rule;
    boolean holds;
    @Nullable Mark furthest;
    List<Explanation.Shown> shown = List.of();

    Attempt(CompiledRule rule) {
      this.rule = rule;
    }
  }

  @Override
  public void enter(CompiledRule rule) {
    Attempt attempt = new Attempt(rule);
    stack.push(attempt);
    if (count++ < MAX_ATTEMPTS) {
      attempts.computeIfAbsent(rule.name(), _ -> new ArrayList<>()).add(attempt);
    }
  }

  @Override
  public void leave(CompiledRule rule, boolean holds) {
    stack.pop().holds = holds;
    if (holds) {
      held.add(rule.position());
    }
  }

  @Override
  public void reached(Mark mark, Frame frame) {
    reached.add(mark.position());
    Attempt attempt = stack.peek();
    if (mark.depth() > 0 || attempt == null) {
      return;
    }
    if (attempt.furthest == null || mark.order() >= attempt.furthest.order()) {
      attempt.furthest = mark;
      attempt.shown = count < MAX_ATTEMPTS ? shown(mark, frame) : List.of();
    }
  }

  @Override
  public void passed(Mark mark, Frame frame) {
    held.add(mark.position());
  }

  private List<Explanation.Shown> shown(Mark mark, Frame frame) {
    List<Explanation.Shown> values = new ArrayList<>();
    for (Mark.Term term : mark.terms()) {
      try {
        Value value = term.node().eval(frame);
        values.add(new Explanation.Shown(term.text(), value == null ? "undefined" : cut(value)));
      } catch (Halt _) {
        // The expression itself will tell.
      }
    }
    return values;
  }

  private static String cut(Value value) {
    String text = value.toString();
    return text.length() <= MAX_VALUE_TEXT ? text : text.substring(0, MAX_VALUE_TEXT) + "…";
  }

  /// Places of expressions that were tried.
  public Set<Position> reached() {
    return reached;
  }

  /// Places of rules and expressions that held.
  public Set<Position> held() {
    return held;
  }

  /// What became of rules.
  public List<Explanation.Tried> tell(List<String> rules) {
    return tell(rules, new HashSet<>(), 0);
  }

  private List<Explanation.Tried> tell(List<String> rules, Set<String> told, int depth) {
    List<Explanation.Tried> all = new ArrayList<>();
    for (String rule : rules) {
      if (depth >= MAX_CHAIN || !told.add(rule)) {
        continue;
      }
      // A default says nothing about why.
      List<Attempt> tried =
          attempts.getOrDefault(rule, List.of()).stream()
              .filter(attempt -> !attempt.rule.isDefault())
              .toList();
      boolean any = tried.stream().anyMatch(attempt -> attempt.holds);
      int shown = 0;
      for (Attempt attempt : tried) {
        // Where one held, why others did not is no news.
        if (any != attempt.holds || shown == MAX_TOLD) {
          continue;
        }
        shown++;
        all.add(tell(rule, attempt, told, depth));
      }
    }
    return all;
  }

  private Explanation.Tried tell(String name, Attempt attempt, Set<String> told, int depth) {
    Mark mark = attempt.furthest;
    Optional<Explanation.Failed> failed = Optional.empty();
    if (!attempt.holds && mark != null) {
      List<Explanation.Tried> because =
          tell(mark.rules(), told, depth + 1).stream().filter(one -> !one.held()).toList();
      failed =
          Optional.of(new Explanation.Failed(mark.text(), mark.position(), attempt.shown, because));
    }
    return new Explanation.Tried(name, attempt.rule.position(), attempt.holds, failed);
  }
}
