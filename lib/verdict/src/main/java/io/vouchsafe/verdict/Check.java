package io.vouchsafe.verdict;

import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;

/// One named step of a verification. Verifiers declare theirs as an enum that implements this
/// interface, in the order of the specification they follow.
public interface Check {

  /// What is fixed about a check: each constant of an enum of checks holds one.
  ///
  /// @param id see [Check#id()]
  /// @param title see [Check#title()]
  /// @param codes see [Check#codes()]
  record Definition(String id, String title, Set<Code> codes) {

    /// @throws IllegalArgumentException if there are no codes
    public Definition {
      codes = Collections.unmodifiableSet(EnumSet.copyOf(codes));
    }

    /// Of the codes as a list, the way in which a constant names them.
    ///
    /// @throws IllegalArgumentException if there are no codes
    public Definition(String id, String title, Code... codes) {
      this(id, title, Set.of(codes));
    }
  }

  /// What this check is; always the same for the same constant.
  Definition definition();

  /// Stable id: lower-case words joined by dots and dashes, for example `tpm.quote.pcr-selection`.
  default String id() {
    return definition().id();
  }

  /// One sentence, without a full stop, that says what holds when the check passed.
  default String title() {
    return definition().title();
  }

  /// Every code that this check can refuse with; never empty, in the order of the catalogue, not to
  /// be changed.
  default Set<Code> codes() {
    return definition().codes();
  }

  /// The code to refuse with after a failure that has one of its own: that one where this check can
  /// refuse with it.
  ///
  /// @param failure the failure's own code
  /// @param otherwise the code where this check cannot refuse with the failure's
  default Code codeFor(Code failure, Code otherwise) {
    return codes().contains(failure) ? failure : otherwise;
  }
}
