package io.vouchsafe.rego.internal.syntax;

import io.vouchsafe.rego.Position;
import io.vouchsafe.rego.RegoException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// What a head, a default or an import must not be, although it could be read.
final class Heads {
  private static final Set<String> ROOTS = Set.of("input", "data");

  private Heads() {}

  static boolean isRoot(String name) {
    return ROOTS.contains(name);
  }

  /// A default is there before anything is known: it has a value that depends on nothing.
  static void checkDefault(Rule rule) throws RegoException {
    if (rule.member().isPresent()) {
      throw Cursor.error(rule.position(), "default of a set", "a default is p := VALUE");
    }
    Set<String> names = new HashSet<>();
    for (Term argument : rule.arguments().orElse(List.of())) {
      if (!(argument instanceof Term.Var(String name, Position at))) {
        throw Cursor.error(
            argument.position(), "default whose operand is no name", "default f(_) := VALUE");
      }
      if (!name.equals("_") && !names.add(name)) {
        throw Cursor.error(at, "default with the operand " + name + " twice", "use _");
      }
    }
    if (rule.value().isPresent()) {
      checkFixed(rule.value().get());
    }
  }

  /// Operands are patterns: names, constants, arrays and objects of them.
  static void checkArguments(List<Term> arguments) throws RegoException {
    for (Term argument : arguments) {
      switch (argument) {
        case Term.Call(Term _, List<Term> _, Position at) ->
            throw compile(at, "rule arguments cannot contain calls", "compare in the body");
        case Term.Ref(Term head, List<Term> _, Position at) -> {
          String name = head instanceof Term.Var(String text, Position _) ? text : "_";
          throw new RegoException(
              RegoException.Code.UNSAFE_VARIABLE,
              Optional.of(at),
              "var " + name + " is unsafe",
              "an operand is a pattern; compare in the body");
        }
        case Term.ArrayTerm(List<Term> items, Position _) -> checkArguments(items);
        case Term.SetTerm(List<Term> items, Position _) -> checkArguments(items);
        case Term.ObjectTerm(List<Term> keys, List<Term> values, Position _) -> {
          checkArguments(keys);
          checkArguments(values);
        }
        case Term.Var _,
            Term.Scalar _,
            Term.ArrayComprehension _,
            Term.SetComprehension _,
            Term.ObjectComprehension _,
            Term.Template _ -> {}
      }
    }
  }

  /// What stands left of `:=`.
  static void checkAssigned(Term left, boolean v1) throws RegoException {
    switch (left) {
      case Term.Var(String name, Position at) -> {
        if (v1 && isRoot(name)) {
          throw compile(at, "variables must not shadow " + name, "rename it");
        }
      }
      case Term.ArrayTerm _, Term.ObjectTerm _ -> {}
      case Term.Scalar _,
          Term.Ref _,
          Term.Call _,
          Term.SetTerm _,
          Term.ArrayComprehension _,
          Term.SetComprehension _,
          Term.ObjectComprehension _,
          Term.Template _ ->
          throw compile(left.position(), "cannot assign to this term", "use == to compare");
    }
  }

  private static void checkFixed(Term value) throws RegoException {
    switch (value) {
      case Term.Var(String _, Position at) -> throw notFixed(at, "a name");
      case Term.Ref(Term _, List<Term> _, Position at) -> throw notFixed(at, "a reference");
      case Term.Call(Term _, List<Term> _, Position at) -> throw notFixed(at, "a call");
      case Term.ArrayTerm(List<Term> items, Position _) -> checkAllFixed(items);
      case Term.SetTerm(List<Term> items, Position _) -> checkAllFixed(items);
      case Term.ObjectTerm(List<Term> keys, List<Term> values, Position _) -> {
        checkAllFixed(keys);
        checkAllFixed(values);
      }
      case Term.Scalar _,
          Term.ArrayComprehension _,
          Term.SetComprehension _,
          Term.ObjectComprehension _,
          Term.Template _ -> {}
    }
  }

  private static void checkAllFixed(List<Term> terms) throws RegoException {
    for (Term term : terms) {
      checkFixed(term);
    }
  }

  private static RegoException notFixed(Position at, String what) {
    return Cursor.error(
        at, "default value with " + what, "a default is a constant, or a comprehension");
  }

  /// In Rego v1 no name hides `input`, `data` or an import.
  static void checkNames(Module module) throws RegoException {
    Map<String, Module.Import> imports = new HashMap<>();
    for (Module.Import one : module.imports()) {
      boolean root = one.path().size() == 1 && one.path().getFirst().equals(one.name());
      if (!root && imports.put(one.name(), one) != null) {
        throw compile(one.position(), "two imports of the name " + one.name(), "rename one: as x");
      }
    }
    for (Rule rule : module.rules()) {
      if (isRoot(rule.name())) {
        throw compile(rule.position(), "rules must not shadow " + rule.name(), "rename it");
      }
      for (Term argument : rule.arguments().orElse(List.of())) {
        if (argument instanceof Term.Var(String name, Position at) && isRoot(name)) {
          throw compile(at, "args must not shadow " + name, "rename it");
        }
      }
    }
  }

  private static RegoException compile(Position position, String problem, String hint) {
    return new RegoException(RegoException.Code.COMPILE, Optional.of(position), problem, hint);
  }
}
