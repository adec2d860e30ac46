package io.vouchsafe.rego.internal.compile;

import io.vouchsafe.rego.Position;
import io.vouchsafe.rego.Value;
import io.vouchsafe.rego.internal.builtin.Builtin;
import io.vouchsafe.rego.internal.eval.Closures;
import io.vouchsafe.rego.internal.eval.Node;
import io.vouchsafe.rego.internal.eval.RuleGroup;
import io.vouchsafe.rego.internal.eval.Tree;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;

/// Terms and bodies whose names are resolved.
final class Resolved {
  private Resolved() {}

  /// A term.
  sealed interface Item {
    Position position();
  }

  record Constant(Value value, Position position) implements Item {}

  /// A term that is planned already.
  record Ready(Node node, Position position) implements Item {}

  /// A variable.
  ///
  /// @param name as it was written
  record Slot(int slot, String name, Position position) implements Item {}

  record Input(Position position) implements Item {}

  /// A path below `data`.
  record Data(List<Item> path, Position position) implements Item {}

  /// A path into another term.
  record Path(Item head, List<Item> path, Position position) implements Item {}

  record Call(Function function, List<Item> arguments, Position position) implements Item {}

  record Array(List<Item> items, Position position) implements Item {}

  record Set(List<Item> items, Position position) implements Item {}

  record Object(List<Item> keys, List<Item> values, Position position) implements Item {}

  /// @param key of an object comprehension
  record Comprehension(
      Closures.Kind kind, Optional<Item> key, Item value, Block body, Position position)
      implements Item {}

  record Template(List<Part> parts, Position position) implements Item {}

  /// A piece of a template.
  sealed interface Part {}

  record Text(String text) implements Part {}

  /// @param needed slots that must have a value
  record Hole(Item item, BitSet needed) implements Part {}

  /// What is called.
  sealed interface Function {}

  record Native(Builtin builtin) implements Function {}

  record Rules(RuleGroup group) implements Function {}

  /// A body.
  ///
  /// @param needed slots of enclosing scopes that are used in it
  record Block(List<Step> steps, BitSet needed) {}

  /// An expression of a body.
  ///
  /// @param rules that it needs
  /// @param shown terms whose values explain it
  record Step(
      Statement statement,
      List<Change> changes,
      Position position,
      String text,
      List<RuleGroup> rules,
      List<Item> shown) {}

  /// What an expression says.
  sealed interface Statement {}

  record Holds(Item item) implements Statement {}

  record Unify(Item left, Item right) implements Statement {}

  /// A new variable gets a value; all variables of the term must have theirs.
  ///
  /// @param needed slots that are used in the term
  record Eager(int slot, Item item, BitSet needed) implements Statement {}

  record Members(Optional<Item> key, Item value, Item domain) implements Statement {}

  record Every(Optional<Item> key, Item value, Item domain, Block body) implements Statement {}

  record Not(Block body) implements Statement {}

  record And(Block left, Block right) implements Statement {}

  record Or(Block left, Block right) implements Statement {}

  /// `print(...)`
  record Print(Template line) implements Statement {}

  /// What a `with` changes.
  sealed interface Change {}

  record ChangeInput(List<Value> path, Item value) implements Change {}

  record ChangeData(List<Value> path, Optional<Tree> tree, Item value) implements Change {}

  record ChangeFunction(java.lang.Object function, Function by) implements Change {}

  record ChangeFunctionByValue(java.lang.Object function, Item value) implements Change {}
}
