package io.vouchsafe.evidence;

import java.util.Locale;

/// What the trust in a piece of evidence ends in.
public enum Anchor {
  /// A vendor's root, pinned in the program.
  PRODUCTION,
  /// A root or key that the operator named.
  OPERATOR_NAMED,
  /// Nothing: sample evidence is not signed.
  INSECURE_SAMPLE;

  /// The name in tokens and records: lower case, words joined by dashes.
  public String text() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
