package io.vouchsafe.rego.internal.compile;

import io.vouchsafe.rego.Position;
import io.vouchsafe.rego.Value;
import io.vouchsafe.rego.internal.eval.RuleGroup;
import io.vouchsafe.rego.internal.eval.Tree;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/// The rules that one rule needs.
final class Dependencies {
  private final Set<RuleGroup> groups = new LinkedHashSet<>();
  private final List<RuleGroup> log = new ArrayList<>();

  void add(RuleGroup group) {
    groups.add(group);
    log.add(group);
  }

  /// How many were noted so far.
  int mark() {
    return log.size();
  }

  /// What was noted since.
  List<RuleGroup> since(int mark) {
    return List.copyOf(log.subList(mark, log.size()));
  }

  /// Notes a path below `data`: the rule there, or all below where the path is not known.
  void add(Tree root, List<Resolved.Item> path) {
    Tree tree = root;
    for (Resolved.Item part : path) {
      if (tree.group() != null) {
        break;
      }
      if (!(part instanceof Resolved.Constant(Value key, Position _))) {
        break;
      }
      Tree child = tree.children().get(key);
      if (child == null) {
        return;
      }
      tree = child;
    }
    if (tree != root) {
      tree.groupsBelow().forEach(this::add);
    } else {
      tree.groupsBelow().stream().filter(group -> !group.isFunction()).forEach(this::add);
    }
  }

  Set<RuleGroup> groups() {
    return groups;
  }
}
