package io.vouchsafe.rego.internal.compile;

import io.vouchsafe.rego.RegoException;
import io.vouchsafe.rego.internal.eval.RuleGroup;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Refuses rules that need themselves.
final class Recursion {
  private enum State {
    UNDER_WAY,
    DONE
  }

  private final Map<RuleGroup, Set<RuleGroup>> needs;
  private final Map<RuleGroup, State> states = new HashMap<>();

  private Recursion(Map<RuleGroup, Set<RuleGroup>> needs) {
    this.needs = needs;
  }

  static void check(Map<RuleGroup, Set<RuleGroup>> needs) throws RegoException {
    Recursion recursion = new Recursion(needs);
    for (RuleGroup group : needs.keySet()) {
      recursion.from(group);
    }
  }

  private record Visit(RuleGroup group, Iterator<RuleGroup> rest) {}

  /// Depth first, without Java recursion: chains may be long.
  private void from(RuleGroup start) throws RegoException {
    if (states.containsKey(start)) {
      return;
    }
    Deque<Visit> path = new ArrayDeque<>();
    open(start, path);
    while (!path.isEmpty()) {
      Visit visit = path.getLast();
      if (!visit.rest.hasNext()) {
        states.put(visit.group, State.DONE);
        path.removeLast();
        continue;
      }
      RuleGroup next = visit.rest.next();
      State state = states.get(next);
      if (state == State.UNDER_WAY) {
        throw cycle(path, next);
      }
      if (state == null) {
        open(next, path);
      }
    }
  }

  private void open(RuleGroup group, Deque<Visit> path) {
    states.put(group, State.UNDER_WAY);
    path.addLast(new Visit(group, needs.getOrDefault(group, Set.of()).iterator()));
  }

  private static RegoException cycle(Deque<Visit> path, RuleGroup again) {
    List<String> names = new ArrayList<>();
    for (Visit visit : path) {
      if (!names.isEmpty() || visit.group == again) {
        names.add(visit.group.name());
      }
    }
    names.add(again.name());
    return new RegoException(
        RegoException.Code.RECURSION,
        Optional.of(again.position()),
        "rule " + again.name() + " is recursive: " + String.join(" -> ", names),
        "a rule must not need its own value");
  }
}
