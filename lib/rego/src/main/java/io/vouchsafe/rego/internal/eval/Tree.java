package io.vouchsafe.rego.internal.eval;

import io.vouchsafe.rego.Value;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The rules by their paths below `data`. Built while compiling, then only read.
public final class Tree {
  private final @Nullable Tree parent;
  private final Value[] path;
  private final Map<Value, Tree> children = new LinkedHashMap<>();
  private @Nullable RuleGroup group;

  public Tree() {
    this(null, new Value[0]);
  }

  private Tree(@Nullable Tree parent, Value[] path) {
    this.parent = parent;
    this.path = path;
  }

  public @Nullable Tree parent() {
    return parent;
  }

  Value[] path() {
    return path;
  }

  /// The path from `data` on.
  public List<Value> pathList() {
    return List.of(path);
  }

  public Map<Value, Tree> children() {
    return children;
  }

  public @Nullable RuleGroup group() {
    return group;
  }

  public void setGroup(RuleGroup rules) {
    group = rules;
  }

  public Tree childOrNew(Value key) {
    return children.computeIfAbsent(
        key,
        name -> {
          Value[] longer = java.util.Arrays.copyOf(path, path.length + 1);
          longer[path.length] = name;
          return new Tree(this, longer);
        });
  }

  /// All rules at or below this place.
  public List<RuleGroup> groupsBelow() {
    List<RuleGroup> all = new ArrayList<>();
    List<Tree> todo = new ArrayList<>(List.of(this));
    while (!todo.isEmpty()) {
      Tree tree = todo.removeLast();
      if (tree.group != null) {
        all.add(tree.group);
      }
      todo.addAll(tree.children.values());
    }
    return all;
  }
}
