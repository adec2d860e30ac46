package io.vouchsafe.verdict;

import java.util.Set;

/// One named step of a verification. Verifiers declare theirs as an enum that implements this
/// interface, in the order of the specification they follow.
public interface Check {

  /// Stable id: lower-case words joined by dots and dashes, for example `tpm.quote.pcr-selection`.
  String id();

  /// One sentence, without a full stop, that says what holds when the check passed.
  String title();

  /// Every code that this check can refuse with; never empty.
  Set<Code> codes();
}
