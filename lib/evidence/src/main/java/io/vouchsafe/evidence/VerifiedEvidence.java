package io.vouchsafe.evidence;

import io.vouchsafe.encoding.Json;
import io.vouchsafe.evidence.internal.VerifierOnly;
import io.vouchsafe.verdict.CheckResult;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;

/// Evidence that a verifier found genuine, fresh and bound. Immutable; only verifiers make it.
public final class VerifiedEvidence {
  /// Claim that names the switches of a policy which let weaknesses through; absent if none did.
  public static final String WEAKENED_BY = "weakened_by";

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
    this.checks = List.copyOf(checks);
    this.claims = withWeaknesses(claims, this.checks);
  }

  /// Whoever sees the claims must see what they are worth.
  private static Json.Obj withWeaknesses(Json.Obj claims, List<CheckResult> checks) {
    Set<String> switches = new TreeSet<>();
    for (CheckResult check : checks) {
      check.allowedBy().ifPresent(switches::add);
    }
    return switches.isEmpty() ? claims : claims.with(WEAKENED_BY, Json.strings(switches));
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
