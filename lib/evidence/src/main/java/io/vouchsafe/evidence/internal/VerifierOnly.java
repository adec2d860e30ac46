package io.vouchsafe.evidence.internal;

/// Shown by verifiers when they make verified evidence. Its package is not exported, so code
/// outside of this module cannot.
public enum VerifierOnly {
  INSTANCE
}
