package io.vouchsafe.rego.internal.compile;

import io.vouchsafe.rego.internal.eval.Node;
import io.vouchsafe.rego.internal.eval.Nodes;
import io.vouchsafe.rego.internal.eval.Pattern;
import io.vouchsafe.rego.internal.eval.Step;
import io.vouchsafe.rego.internal.eval.Steps;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/// Steps so far, and the slots that they set.
final class Plan {
  final List<Step> steps;
  final BitSet bound;

  Plan(BitSet bound) {
    this.steps = new ArrayList<>();
    this.bound = (BitSet) bound.clone();
  }

  void add(Step step) {
    steps.add(step);
  }

  /// Takes over what was tried.
  void accept(Plan tried) {
    steps.addAll(tried.steps);
    bound.or(tried.bound);
  }

  /// Sets a slot to a term.
  void bind(int slot, Node node) {
    steps.add(new Steps.Bind(slot, node));
    bound.set(slot);
  }

  static Pattern same(Node node) {
    return new Pattern.Same(node);
  }

  static Node slot(int slot) {
    return new Nodes.Slot(slot);
  }
}
