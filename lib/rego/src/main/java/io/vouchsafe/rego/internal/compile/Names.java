package io.vouchsafe.rego.internal.compile;

import io.vouchsafe.rego.Finding;
import io.vouchsafe.rego.NullValue;
import io.vouchsafe.rego.Position;
import io.vouchsafe.rego.RegoException;
import io.vouchsafe.rego.StringValue;
import io.vouchsafe.rego.Value;
import io.vouchsafe.rego.internal.builtin.Builtin;
import io.vouchsafe.rego.internal.builtin.Builtins;
import io.vouchsafe.rego.internal.eval.RuleGroup;
import io.vouchsafe.rego.internal.eval.Tree;
import io.vouchsafe.rego.internal.syntax.Module;
import io.vouchsafe.rego.internal.syntax.Term;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What the names of one module stand for outside of its rules.
final class Names {
  private final Tree root;
  private final List<String> module;
  private final Set<String> rules;
  private final List<Module.Import> imported;
  private final Map<String, Builtin> host;
  private final boolean v1;
  private final Map<String, List<String>> imports = new HashMap<>();
  private final Set<String> usedImports = new HashSet<>();

  /// @param rules first names of all rules of the package
  /// @param host functions of the embedding program, by name
  /// @param v1 whether the module is Rego v1
  Names(
      Tree root,
      List<String> path,
      Set<String> rules,
      List<Module.Import> imports,
      Map<String, Builtin> host,
      boolean v1) {
    this.root = root;
    this.v1 = v1;
    this.host = host;
    this.module = path;
    this.rules = rules;
    this.imported = imports;
    imports.forEach(one -> this.imports.put(one.name(), one.path()));
  }

  Tree root() {
    return root;
  }

  boolean isGlobal(String name) {
    return name.equals("data")
        || name.equals("input")
        || imports.containsKey(name)
        || rules.contains(name);
  }

  /// The path that a global name stands for, from `data` or `input` on.
  Optional<List<String>> path(String name) {
    if (name.equals("data") || name.equals("input")) {
      return Optional.of(List.of(name));
    }
    if (rules.contains(name)) {
      List<String> path = new ArrayList<>();
      path.add("data");
      path.addAll(module);
      path.add(name);
      return Optional.of(path);
    }
    List<String> imported = imports.get(name);
    if (imported != null) {
      usedImports.add(name);
    }
    return Optional.ofNullable(imported);
  }

  /// Imports that no rule used, once all rules are resolved.
  List<Finding> unusedImports() {
    return imported.stream()
        .filter(one -> !usedImports.contains(one.name()))
        .map(one ->
            new Finding(one.position(), "import " + one.name() + " is not used", "remove it"))
        .toList();
  }

  /// The function of that name.
  ///
  /// @throws RegoException if there is none
  Resolved.Function function(Term name) throws RegoException {
    Resolved.Function found = find(name);
    if (found == null) {
      throw new RegoException(
          RegoException.Code.TYPE,
          Optional.of(name.position()),
          "undefined function " + written(name),
          "neither a built-in function nor one of the policy");
    }
    if (v1 && found instanceof Resolved.Native(Builtin builtin) && builtin.isDeprecated()) {
      throw new RegoException(
          RegoException.Code.TYPE,
          Optional.of(name.position()),
          "deprecated built-in function " + builtin.name(),
          "Rego v1 does not have it");
    }
    return found;
  }

  Resolved.@Nullable Function find(Term name) {
    List<Value> path = pathOf(name);
    if (path.isEmpty()) {
      return null;
    }
    if (path.getFirst() instanceof StringValue first) {
      if (first.text().equals("data")) {
        RuleGroup group = groupAt(path.subList(1, path.size()));
        return group == null ? null : new Resolved.Rules(group);
      }
    }
    Optional<Builtin> builtin =
        Builtins.find(written(name)).or(() -> Optional.ofNullable(host.get(written(name))));
    return builtin.map(Resolved.Native::new).orElse(null);
  }

  /// The name of the function that a path below `data` leads to, or into.
  Optional<String> functionAt(List<Resolved.Item> path) {
    Tree tree = root;
    for (Resolved.Item item : path) {
      tree =
          item instanceof Resolved.Constant(Value key, Position _)
              ? tree.children().get(key)
              : null;
      if (tree == null) {
        return Optional.empty();
      }
      RuleGroup group = tree.group();
      if (group != null) {
        return group.isFunction() ? Optional.of(group.name()) : Optional.empty();
      }
    }
    return Optional.empty();
  }

  private @Nullable RuleGroup groupAt(List<Value> path) {
    Tree tree = root;
    for (Value key : path) {
      tree = tree.children().get(key);
      if (tree == null) {
        return null;
      }
    }
    RuleGroup group = tree.group();
    return group != null && group.isFunction() ? group : null;
  }

  /// The path of a term of names, with global names spelt out; built-in names as they are.
  private List<Value> pathOf(Term name) {
    List<Value> path = new ArrayList<>();
    Term head = name instanceof Term.Ref(Term first, List<Term> _, Position _) ? first : name;
    if (!(head instanceof Term.Var(String text, Position _))) {
      return path;
    }
    path(text).orElse(List.of(text)).forEach(part -> path.add(StringValue.of(part)));
    if (name instanceof Term.Ref(Term _, List<Term> rest, Position _)) {
      for (Term part : rest) {
        path.add(part instanceof Term.Scalar(Value value, Position _) ? value : NullValue.NULL);
      }
    }
    return path;
  }

  static String written(Term name) {
    StringBuilder out = new StringBuilder();
    Term head = name instanceof Term.Ref(Term first, List<Term> _, Position _) ? first : name;
    out.append(head instanceof Term.Var(String text, Position _) ? text : "?");
    if (name instanceof Term.Ref(Term _, List<Term> rest, Position _)) {
      for (Term part : rest) {
        out.append('.')
            .append(part instanceof Term.Scalar(StringValue text, Position _) ? text.text() : "?");
      }
    }
    return out.toString();
  }
}
