package io.vouchsafe.rego.internal.compile;

import io.vouchsafe.rego.Position;
import io.vouchsafe.rego.RegoException;
import io.vouchsafe.rego.StringValue;
import io.vouchsafe.rego.Value;
import io.vouchsafe.rego.internal.eval.RuleGroup;
import io.vouchsafe.rego.internal.eval.Tree;
import io.vouchsafe.rego.internal.syntax.Module;
import io.vouchsafe.rego.internal.syntax.Rule;
import io.vouchsafe.rego.internal.syntax.Term;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Puts all rules into the tree and makes groups of those that make one document together.
final class RuleTree {
  private final Tree root = new Tree();
  private final Map<Tree, List<Placed>> placed = new LinkedHashMap<>();
  private final Map<RuleGroup, List<Placed>> groups = new LinkedHashMap<>();

  /// A rule, and the part of its path that is not in the tree.
  ///
  /// @param suffix what follows the group's path
  record Placed(Rule rule, int module, List<Term> suffix, List<Value> ground) {
    boolean isFunction() {
      return rule.arguments().isPresent();
    }

    boolean isPartial() {
      return rule.member().isPresent() || !suffix.isEmpty();
    }
  }

  Tree root() {
    return root;
  }

  /// The groups with their rules.
  Map<RuleGroup, List<Placed>> groups() {
    return groups;
  }

  static RuleTree of(List<Module> modules) throws RegoException {
    RuleTree made = new RuleTree();
    for (int i = 0; i < modules.size(); i++) {
      made.packageOf(modules.get(i).path());
      for (Rule rule : modules.get(i).rules()) {
        made.place(rule, i, modules.get(i).path());
      }
    }
    made.group(made.root);
    return made;
  }

  /// A package is a document even if it has no rules.
  private Tree packageOf(List<String> path) {
    Tree tree = root;
    for (String part : path) {
      tree = tree.childOrNew(StringValue.of(part));
    }
    return tree;
  }

  private void place(Rule rule, int module, List<String> path) {
    Tree tree = packageOf(path).childOrNew(StringValue.of(rule.name()));
    int at = 0;
    while (at < rule.path().size()
        && rule.path().get(at) instanceof Term.Scalar(Value key, Position _)) {
      tree = tree.childOrNew(key);
      at++;
    }
    List<Term> suffix = rule.path().subList(at, rule.path().size());
    placed
        .computeIfAbsent(tree, _ -> new ArrayList<>())
        .add(new Placed(rule, module, suffix, tree.pathList()));
  }

  private void group(Tree tree) throws RegoException {
    List<Placed> here = placed.get(tree);
    if (here == null) {
      for (Tree child : tree.children().values()) {
        group(child);
      }
      return;
    }
    boolean functions = here.stream().anyMatch(Placed::isFunction);
    List<Placed> all = new ArrayList<>(here);
    if (!functions) {
      below(tree, all);
    }
    Placed first = all.getFirst();
    check(all, functions);
    RuleGroup.Kind kind;
    if (functions) {
      kind = RuleGroup.Kind.FUNCTION;
    } else if (here.size() == all.size() && all.stream().noneMatch(Placed::isPartial)) {
      kind = RuleGroup.Kind.COMPLETE;
    } else if (all.stream().allMatch(one -> one.rule.member().isPresent() && one.suffix.isEmpty())
        && all.size() == here.size()) {
      kind = RuleGroup.Kind.SET;
    } else {
      kind = RuleGroup.Kind.OBJECT;
    }
    if (kind == RuleGroup.Kind.OBJECT) {
      for (Placed one : here) {
        if (!one.isPartial() && !one.rule.isDefault()) {
          throw conflict(one.rule, "a rule with one value and rules for parts of it");
        }
        if (one.rule.member().isPresent() && one.suffix.isEmpty()) {
          throw conflict(one.rule, "a set and an object");
        }
      }
    }
    RuleGroup group =
        new RuleGroup(
            groups.size(),
            nameOf(tree.pathList()),
            tree.pathList(),
            kind,
            first.rule.arguments().map(List::size).orElse(0),
            first.rule.position());
    tree.setGroup(group);
    groups.put(group, all);
  }

  private void below(Tree tree, List<Placed> all) throws RegoException {
    for (Tree child : tree.children().values()) {
      for (Placed rule : placed.getOrDefault(child, List.of())) {
        if (rule.isFunction()) {
          throw conflict(rule.rule, "a function below a rule");
        }
        all.add(rule);
      }
      below(child, all);
    }
  }

  private static void check(List<Placed> all, boolean functions) throws RegoException {
    Map<Optional<Integer>, Rule> arities = new HashMap<>();
    Placed defaults = null;
    for (Placed one : all) {
      arities.put(one.rule.arguments().map(List::size), one.rule);
      if (functions && !one.suffix.isEmpty()) {
        throw conflict(one.rule, "a function whose name has variables");
      }
      if (one.rule.isDefault()) {
        if (defaults != null && defaults.ground.equals(one.ground)) {
          throw new RegoException(
              RegoException.Code.TYPE,
              Optional.of(one.rule.position()),
              "multiple default rules " + nameOf(one.ground) + " found",
              "keep one");
        }
        defaults = one;
      }
    }
    if (functions && arities.size() > 1) {
      throw conflict(all.getLast().rule, "rules of one name with different numbers of operands");
    }
  }

  private static RegoException conflict(Rule rule, String problem) {
    return new RegoException(
        RegoException.Code.TYPE,
        Optional.of(rule.position()),
        "conflicting rules " + rule.name() + " found: " + problem,
        "rename one of them");
  }

  static String nameOf(List<Value> path) {
    StringBuilder out = new StringBuilder("data");
    for (Value part : path) {
      if (part instanceof StringValue text && isName(text.text())) {
        out.append('.').append(text.text());
      } else {
        out.append('[').append(part).append(']');
      }
    }
    return out.toString();
  }

  static boolean isName(String text) {
    return !text.isEmpty()
        && !Character.isDigit(text.charAt(0))
        && text.chars().allMatch(c -> c == '_' || c < 128 && Character.isLetterOrDigit(c));
  }
}
