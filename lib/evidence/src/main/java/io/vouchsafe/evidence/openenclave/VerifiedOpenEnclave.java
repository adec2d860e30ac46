package io.vouchsafe.evidence.openenclave;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.evidence.dcap.VerifiedQuote;
import io.vouchsafe.verdict.CheckResult;
import java.util.List;
import java.util.Optional;

/// Evidence that is genuine and binds its claims. Only [OpenEnclaveVerifier] makes it.
public final class VerifiedOpenEnclave {
  private final VerifiedQuote quote;
  private final Bytes bound;
  private final List<CheckResult> checks;

  VerifiedOpenEnclave(VerifiedQuote quote, Bytes bound, List<CheckResult> checks) {
    this.quote = quote;
    this.bound = bound;
    this.checks = List.copyOf(checks);
  }

  /// The quote, with what it says about the enclave and its platform.
  public VerifiedQuote quote() {
    return quote;
  }

  /// What the enclave bound: the claims as they were serialised, or the 64 bytes of a report.
  public Bytes bound() {
    return bound;
  }

  /// The claims, if the enclave bound some in the form of the SDK.
  public Optional<CustomClaims> claims() {
    try {
      return Optional.of(CustomClaims.parse(bound));
    } catch (FormatException _) {
      return Optional.empty();
    }
  }

  /// Every check that ran, in order; all passed or not checked.
  public List<CheckResult> checks() {
    return checks;
  }
}
