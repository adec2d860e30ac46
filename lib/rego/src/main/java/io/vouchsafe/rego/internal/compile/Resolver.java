package io.vouchsafe.rego.internal.compile;

import io.vouchsafe.rego.Finding;
import io.vouchsafe.rego.Position;
import io.vouchsafe.rego.RegoException;
import io.vouchsafe.rego.StringValue;
import io.vouchsafe.rego.Value;
import io.vouchsafe.rego.internal.builtin.Builtin;
import io.vouchsafe.rego.internal.eval.Closures;
import io.vouchsafe.rego.internal.syntax.Term;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Resolves the terms of one rule; [BodyResolver] adds bodies.
abstract class Resolver {
  final Names names;
  final Dependencies dependencies;

  /// Terms of one expression that an explanation shows.
  private static final int MAX_SHOWN = 8;

  private static final String METADATA = "rego.metadata.";

  private final Deque<List<Resolved.Item>> shown = new ArrayDeque<>();
  private final Deque<BitSet> uses = new ArrayDeque<>();
  private final Map<Integer, Integer> occurrences = new HashMap<>();
  private final List<Declaration> declarations = new ArrayList<>();
  private final List<Finding> hiding = new ArrayList<>();
  private final List<String> slotNames = new ArrayList<>();

  Resolver(Names names, Dependencies dependencies) {
    this.names = names;
    this.dependencies = dependencies;
  }

  abstract Resolved.Block block(
      io.vouchsafe.rego.internal.syntax.Body body, Scope scope, List<Tail> tails)
      throws RegoException;

  /// A term that belongs to a body, such as the head of a comprehension, and where it goes.
  static final class Tail {
    final Term term;
    Resolved.@Nullable Item item;

    Tail(Term term) {
      this.term = term;
    }

    Resolved.Item resolved() {
      if (item == null) {
        throw new IllegalStateException("not resolved");
      }
      return item;
    }
  }

  /// Notes a declaration.
  ///
  /// @param own occurrences that are part of the declaration itself
  /// @param must whether it must be used
  final void declared(String name, int slot, Position position, int own, boolean must) {
    declarations.add(new Declaration(name, slot, position, own, must));
    if (names.isGlobal(name)) {
      hiding.add(
          new Finding(
              position, "variable " + name + " hides what has that name outside", "rename it"));
    }
  }

  private record Declaration(String name, int slot, Position position, int own, boolean must) {}

  /// Checks that what was declared with `some` alone, or by `every`, is used.
  final void checkDeclared() throws RegoException {
    for (Declaration one : declarations) {
      if (one.must && occurrences.getOrDefault(one.slot, 0) <= one.own) {
        throw new RegoException(
            RegoException.Code.COMPILE,
            Optional.of(one.position),
            "declared var " + one.name + " unused",
            "use it, or write _ for a value that does not matter");
      }
    }
  }

  /// Declarations that nothing uses, and those that hide others.
  final List<Finding> findings() {
    List<Finding> all = new ArrayList<>(hiding);
    for (Declaration one : declarations) {
      if (occurrences.getOrDefault(one.slot, 0) <= one.own && !one.name.startsWith("_")) {
        all.add(
            new Finding(
                one.position,
                "variable " + one.name + " is not used",
                "use it, or write _ for a value that does not matter"));
      }
    }
    return all;
  }

  /// Starts to note the terms of an expression.
  final void startShown() {
    shown.push(new ArrayList<>());
  }

  final List<Resolved.Item> endShown() {
    return shown.pop();
  }

  private Resolved.Item shown(Resolved.Item item) {
    if (!shown.isEmpty() && shown.peek().size() < MAX_SHOWN) {
      shown.peek().add(item);
    }
    return item;
  }

  final int newSlot(String name) {
    slotNames.add(name);
    return slotNames.size() - 1;
  }

  final int slots() {
    return slotNames.size();
  }

  final List<String> slotNames() {
    return slotNames;
  }

  /// Starts to note which slots are used.
  final BitSet startUses() {
    BitSet used = new BitSet();
    uses.push(used);
    return used;
  }

  /// Ends it: what is used within is used without, too.
  final void endUses() {
    endUses(slots());
  }

  /// Ends it for a body: its own variables, the slots from `own` on, are nobody else's.
  final void endUses(int own) {
    BitSet inner = uses.pop();
    inner.clear(own, Math.max(own, slots()));
    if (!uses.isEmpty()) {
      uses.peek().or(inner);
    }
  }

  final Resolved.Slot slot(int slot, String name, Position position) {
    if (!uses.isEmpty()) {
      uses.peek().set(slot);
    }
    occurrences.merge(slot, 1, Integer::sum);
    return new Resolved.Slot(slot, name, position);
  }

  final List<Resolved.Item> all(List<Term> terms, Scope scope) throws RegoException {
    List<Resolved.Item> items = new ArrayList<>(terms.size());
    for (Term term : terms) {
      items.add(item(term, scope));
    }
    return items;
  }

  final Resolved.Item item(Term term, Scope scope) throws RegoException {
    return switch (term) {
      case Term.Scalar(Value value, Position at) -> new Resolved.Constant(value, at);
      case Term.Var var -> variable(var, List.of(), scope);
      case Term.Ref(Term.Var var, List<Term> path, Position _) ->
          variable(var, all(path, scope), scope);
      case Term.Ref(Term head, List<Term> path, Position at) ->
          new Resolved.Path(item(head, scope), all(path, scope), at);
      case Term.Call call -> call(call, scope);
      case Term.ArrayTerm(List<Term> items, Position at) ->
          new Resolved.Array(all(items, scope), at);
      case Term.SetTerm(List<Term> items, Position at) -> new Resolved.Set(all(items, scope), at);
      case Term.ObjectTerm(List<Term> keys, List<Term> values, Position at) ->
          new Resolved.Object(all(keys, scope), all(values, scope), at);
      case Term.ArrayComprehension(Term head, var body, Position at) ->
          comprehension(Closures.Kind.ARRAY, Optional.empty(), head, body, scope, at);
      case Term.SetComprehension(Term head, var body, Position at) ->
          comprehension(Closures.Kind.SET, Optional.empty(), head, body, scope, at);
      case Term.ObjectComprehension(Term key, Term value, var body, Position at) ->
          comprehension(Closures.Kind.OBJECT, Optional.of(key), value, body, scope, at);
      case Term.Template(List<Term> parts, Position at) -> template(parts, scope, at);
    };
  }

  final Resolved.Template template(List<Term> parts, Scope scope, Position at)
      throws RegoException {
    return template(parts, scope, at, true);
  }

  /// @param bound whether all variables of a hole must have values, so that it has one
  final Resolved.Template template(List<Term> parts, Scope scope, Position at, boolean bound)
      throws RegoException {
    List<Resolved.Part> resolved = new ArrayList<>();
    for (Term part : parts) {
      if (part instanceof Term.Scalar(StringValue text, Position _)) {
        resolved.add(new Resolved.Text(text.text()));
      } else if (part instanceof Term.ArrayTerm(List<Term> one, Position _)) {
        BitSet used = startUses();
        Resolved.Item item = item(one.getFirst(), scope);
        endUses();
        resolved.add(new Resolved.Hole(item, bound ? used : new BitSet()));
      }
    }
    return new Resolved.Template(resolved, at);
  }

  private Resolved.Item comprehension(
      Closures.Kind kind,
      Optional<Term> key,
      Term value,
      io.vouchsafe.rego.internal.syntax.Body body,
      Scope scope,
      Position at)
      throws RegoException {
    Tail valueTail = new Tail(value);
    Optional<Tail> keyTail = key.map(Tail::new);
    List<Tail> tails = new ArrayList<>(List.of(valueTail));
    keyTail.ifPresent(tails::add);
    Resolved.Block block = block(body, scope, tails);
    return new Resolved.Comprehension(
        kind, keyTail.map(Tail::resolved), valueTail.resolved(), block, at);
  }

  /// Gives what `rego.metadata.rule` and `rego.metadata.chain` mean in this rule.
  interface MetadataOf {
    Value of(boolean chain) throws RegoException;
  }

  private @Nullable MetadataOf metadata;

  final void setMetadata(MetadataOf source) {
    metadata = source;
  }

  private Resolved.Item call(Term.Call call, Scope scope) throws RegoException {
    String written = Names.written(call.function());
    if (metadata != null && written.startsWith(METADATA) && call.arguments().isEmpty()) {
      switch (written.substring(METADATA.length())) {
        case "rule" -> {
          return new Resolved.Constant(metadata.of(false), call.position());
        }
        case "chain" -> {
          return new Resolved.Constant(metadata.of(true), call.position());
        }
        default -> {
          // Unknown, as the table of functions will say.
        }
      }
    }
    Resolved.Function function = names.function(call.function());
    int arity =
        switch (function) {
          case Resolved.Native(var builtin) -> builtin.arity();
          case Resolved.Rules(var group) -> {
            dependencies.add(group);
            yield group.arity();
          }
        };
    int given = call.arguments().size();
    if (given == arity + 1) {
      throw new RegoException(
          RegoException.Code.TYPE,
          Optional.of(call.position()),
          "function " + Names.written(call.function()) + " with an output operand inside a term",
          "write it as an expression of its own: x = f(...)");
    }
    if (given != arity) {
      throw arityError(call, arity);
    }
    List<Resolved.Item> arguments = all(call.arguments(), scope);
    if (function instanceof Resolved.Native(Builtin builtin)) {
      LiteralTypes.check(builtin, arguments);
    }
    return new Resolved.Call(function, arguments, call.position());
  }

  static RegoException arityError(Term.Call call, int arity) {
    return new RegoException(
        RegoException.Code.TYPE,
        Optional.of(call.position()),
        "function "
            + Names.written(call.function())
            + " with "
            + call.arguments().size()
            + " operands",
        "it takes " + arity);
  }

  private Resolved.Item variable(Term.Var var, List<Resolved.Item> path, Scope scope)
      throws RegoException {
    Position at = var.position();
    String name = var.name();
    Integer slot = name.equals("_") ? null : scope.find(name);
    if (name.equals("_")) {
      slot = newSlot("_");
    }
    if (slot != null) {
      Resolved.Slot head = slot(slot, name, at);
      return shown(path.isEmpty() ? head : new Resolved.Path(head, path, at));
    }
    Optional<List<String>> global = names.path(name);
    if (global.isEmpty()) {
      throw new RegoException(
          RegoException.Code.UNSAFE_VARIABLE,
          Optional.of(at),
          "var " + name + " is unsafe",
          "it has no value here; is it declared later, or misspelt?");
    }
    List<String> whole = global.get();
    List<Resolved.Item> full = new ArrayList<>();
    for (String part : whole.subList(1, whole.size())) {
      full.add(new Resolved.Constant(StringValue.of(part), at));
    }
    full.addAll(path);
    if (whole.getFirst().equals("input")) {
      Resolved.Item input = new Resolved.Input(at);
      return shown(full.isEmpty() ? input : new Resolved.Path(input, full, at));
    }
    Optional<String> function = names.functionAt(full);
    if (function.isPresent()) {
      throw new RegoException(
          RegoException.Code.TYPE,
          Optional.of(at),
          "function " + function.get() + " used as reference, not called",
          "call it with its operands");
    }
    dependencies.add(names.root(), full);
    return shown(new Resolved.Data(full, at));
  }
}
