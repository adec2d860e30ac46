package io.vouchsafe.evidence.dcap;

import io.vouchsafe.encoding.Json;
import io.vouchsafe.evidence.Anchor;
import io.vouchsafe.verdict.CheckResult;
import java.math.BigInteger;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;

/// A quote that is genuine. Immutable; only [QuoteVerifier] makes it.
public final class VerifiedQuote {
  private final Quote quote;
  private final PckExtension platform;
  private final DcapRoots.Root root;
  private final Optional<Tcb> tcb;
  private final List<CheckResult> checks;

  VerifiedQuote(
      Quote quote,
      PckExtension platform,
      DcapRoots.Root root,
      Optional<Tcb> tcb,
      List<CheckResult> checks) {
    this.quote = quote;
    this.platform = platform;
    this.root = root;
    this.tcb = tcb;
    this.checks = List.copyOf(checks);
  }

  /// The security level of the platform, and what it was judged by.
  ///
  /// @param status never revoked
  /// @param advisoryIds of platform, module and quoting enclave; also for a status of up to date
  /// @param tcbDate the oldest of the levels of platform, module and quoting enclave
  /// @param evaluationNumber TCB recovery of the TCB info: the same quote is judged differently
  ///   under another one
  public record Tcb(
      TcbStatus status,
      SortedSet<String> advisoryIds,
      Instant tcbDate,
      long evaluationNumber,
      Instant earliestIssue,
      Instant latestIssue,
      Instant earliestExpiration,
      BigInteger rootCrlNumber,
      BigInteger pckCrlNumber) {}

  public Quote quote() {
    return quote;
  }

  /// What the PCK certificate says about the platform.
  public PckExtension platform() {
    return platform;
  }

  public Anchor anchor() {
    return root.anchor();
  }

  DcapRoots.Root root() {
    return root;
  }

  /// The security level; empty if no collateral was given, so that nobody knows it.
  public Optional<Tcb> tcb() {
    return tcb;
  }

  /// The claims of the reference broker (specs/kbs-protocol §10.3, §10.4); those about the security
  /// level only if it is known.
  public Json.Obj claims() {
    return DcapClaims.of(this);
  }

  /// Every check that ran, in order.
  public List<CheckResult> checks() {
    return checks;
  }
}
