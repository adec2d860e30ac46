package io.vouchsafe.cli;

import io.vouchsafe.encoding.Json;

/// A change of reference values that was not made: it waits for the approval of a second subject.
final class ProposedFailure extends Failure {
  private static final long serialVersionUID = 1L;

  private final long proposal;

  ProposedFailure(long proposal) {
    super(
        "the reference values are not in force yet: proposal %d waits for the approval of another subject (`vouchsafe policy approve %d`)"
            .formatted(proposal, proposal));
    this.proposal = proposal;
  }

  /// The same, as a server answers it.
  Json.Obj json() {
    return Json.object().put("state", "proposed").put("proposal", proposal).build();
  }

  /// What to tell whoever only wanted to propose it.
  String line() {
    return "proposal " + proposal + " waits for the approval of another subject";
  }
}
