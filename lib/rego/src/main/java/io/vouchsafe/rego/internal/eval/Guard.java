package io.vouchsafe.rego.internal.eval;

import io.vouchsafe.rego.Value;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What must be equal to a constant, or a rule has no value.
///
/// @param value the constant
public record Guard(Subject subject, Value value) {

  /// A part of the input or of an operand.
  ///
  /// @param operand its number, or [#INPUT]
  /// @param path into it
  public record Subject(int operand, List<Value> path) {
    private static final int INPUT = -1;

    @Nullable Value value(Context context, Value[] operands) {
      Value value = operand == INPUT ? context.input : operands[operand];
      for (int i = 0; i < path.size() && value != null; i++) {
        value = Context.index(value, path.get(i));
      }
      return value;
    }
  }

  /// The guards of a rule.
  ///
  /// @param steps of its body; from the first `with` on they may see other documents
  public static List<Guard> of(Pattern[] parameters, List<Step> steps) {
    List<Guard> guards = new ArrayList<>();
    Map<Integer, Integer> operandOfSlot = new HashMap<>();
    for (int i = 0; i < parameters.length; i++) {
      if (parameters[i] instanceof Pattern.Bind bind) {
        operandOfSlot.put(bind.slot(), i);
      } else if (parameters[i] instanceof Pattern.Same same && same.node.constant() != null) {
        guards.add(new Guard(new Subject(i, List.of()), same.node.constant()));
      }
    }
    for (Step step : steps) {
      if (step instanceof With.Enter) {
        break;
      }
      if (step instanceof Steps.Same same) {
        add(same.left(), same.right(), operandOfSlot, guards);
        add(same.right(), same.left(), operandOfSlot, guards);
      }
    }
    return List.copyOf(guards);
  }

  private static void add(
      Node part, Node other, Map<Integer, Integer> operandOfSlot, List<Guard> guards) {
    Value constant = other.constant();
    Node head = part instanceof Nodes.ConstantPath path ? path.head() : part;
    List<Value> keys =
        part instanceof Nodes.ConstantPath path ? Arrays.asList(path.keys()) : List.of();
    Integer operand = null;
    if (head instanceof Nodes.Slot slot) {
      operand = operandOfSlot.get(slot.slot());
    } else if (head instanceof Nodes.Input) {
      operand = Subject.INPUT;
    }
    if (constant != null && operand != null) {
      guards.add(new Guard(new Subject(operand, keys), constant));
    }
  }
}
