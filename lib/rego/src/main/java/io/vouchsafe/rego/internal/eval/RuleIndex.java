package io.vouchsafe.rego.internal.eval;

import io.vouchsafe.rego.Value;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Finds the rules of a group that can hold: where many of them compare the same part of the input
/// or of an operand with constants, one look-up leaves those of its value, and those that do not
/// compare it.
final class RuleIndex {
  /// Fewer rules are tried one by one.
  private static final int MIN_RULES = 3;

  private final Guard.Subject subject;
  private final Map<Value, CompiledRule[]> byValue;
  private final CompiledRule[] others;

  private RuleIndex(
      Guard.Subject subject, Map<Value, CompiledRule[]> byValue, CompiledRule[] others) {
    this.subject = subject;
    this.byValue = byValue;
    this.others = others;
  }

  /// An index by what most rules compare, if that is worth it.
  static @Nullable RuleIndex of(CompiledRule[] rules) {
    Map<Guard.Subject, Integer> counts = new LinkedHashMap<>();
    for (CompiledRule rule : rules) {
      rule.guards().stream()
          .map(Guard::subject)
          .distinct()
          .forEach(subject -> counts.merge(subject, 1, Integer::sum));
    }
    Map.Entry<Guard.Subject, Integer> best = null;
    for (Map.Entry<Guard.Subject, Integer> one : counts.entrySet()) {
      if (best == null || one.getValue() > best.getValue()) {
        best = one;
      }
    }
    return best == null || best.getValue() < MIN_RULES ? null : by(best.getKey(), rules);
  }

  private static RuleIndex by(Guard.Subject subject, CompiledRule[] rules) {
    Map<Value, List<CompiledRule>> byValue = new HashMap<>();
    for (CompiledRule rule : rules) {
      wanted(rule, subject).ifPresent(value -> byValue.put(value, new ArrayList<>()));
    }
    List<CompiledRule> others = new ArrayList<>();
    for (CompiledRule rule : rules) {
      Optional<Value> value = wanted(rule, subject);
      if (value.isPresent()) {
        byValue.computeIfAbsent(value.get(), _ -> new ArrayList<>()).add(rule);
      } else {
        others.add(rule);
        byValue.values().forEach(list -> list.add(rule));
      }
    }
    Map<Value, CompiledRule[]> arrays = new HashMap<>();
    byValue.forEach((value, list) -> arrays.put(value, list.toArray(CompiledRule[]::new)));
    return new RuleIndex(subject, arrays, others.toArray(CompiledRule[]::new));
  }

  private static Optional<Value> wanted(CompiledRule rule, Guard.Subject subject) {
    return rule.guards().stream()
        .filter(guard -> guard.subject().equals(subject))
        .map(Guard::value)
        .findFirst();
  }

  /// The rules that can hold, in their order.
  CompiledRule[] candidates(Context context, Value[] arguments) {
    Value value = subject.value(context, arguments);
    return value == null ? others : byValue.getOrDefault(value, others);
  }
}
