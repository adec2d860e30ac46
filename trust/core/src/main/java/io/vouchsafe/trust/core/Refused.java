package io.vouchsafe.trust.core;

import io.vouchsafe.verdict.Code;
import io.vouchsafe.verdict.Refusal;
import java.util.Objects;

/// A refusal as a value: which step, why, and the id that an operator can ask about.
///
/// @param id of the ledger entry, or of the counted refusal; the caller may see it
/// @param step where it was refused
/// @param refusal why; the guest's end sees its code only
public record Refused(String id, Step step, Refusal refusal) implements Decision, AttestOutcome {
  public Refused {
    Objects.requireNonNull(id, "id");
    Objects.requireNonNull(step, "step");
    Objects.requireNonNull(refusal, "refusal");
  }

  public Code code() {
    return refusal.code();
  }
}
