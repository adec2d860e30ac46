package io.vouchsafe.evidence;

import io.vouchsafe.encoding.Json;
import io.vouchsafe.evidence.internal.VerifierOnly;
import io.vouchsafe.verdict.CheckResult;
import java.util.List;
import java.util.Objects;

/// Evidence that a verifier found genuine, fresh and bound. Immutable; only verifiers make it.
public final class VerifiedEvidence {
  private final String tee;
  private final String teeClass;
  private final Anchor anchor;
  private final Json.Obj claims;
  private final List<CheckResult> checks;

  /// For verifiers.
  ///
  /// @param verifier what only they have
  /// @param tee kind of evidence, as on the wire
  /// @param teeClass `cpu`, `gpu`, …
  /// @param claims named as the reference broker names them, plus ours
  /// @param checks every check that ran, all passed or not checked
  public VerifiedEvidence(
      VerifierOnly verifier,
      String tee,
      String teeClass,
      Anchor anchor,
      Json.Obj claims,
      List<CheckResult> checks) {
    Objects.requireNonNull(verifier, "verifier");
    this.tee = Objects.requireNonNull(tee, "tee");
    this.teeClass = Objects.requireNonNull(teeClass, "teeClass");
    this.anchor = Objects.requireNonNull(anchor, "anchor");
    this.claims = Objects.requireNonNull(claims, "claims");
    this.checks = List.copyOf(checks);
  }

  /// Kind of evidence, as on the wire: `tpm`, `sample`, …
  public String tee() {
    return tee;
  }

  /// `cpu`, `gpu`, …: makes the name of the submodule.
  public String teeClass() {
    return teeClass;
  }

  public Anchor anchor() {
    return anchor;
  }

  public Json.Obj claims() {
    return claims;
  }

  /// Every check that ran, in order.
  public List<CheckResult> checks() {
    return checks;
  }
}
