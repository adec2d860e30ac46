package io.vouchsafe.cli;

import io.vouchsafe.verdict.Check;
import java.util.List;

/// Every check of every verifier in this build, in the order of the transaction.
final class Catalogue {
  private Catalogue() {}

  static List<Check> checks() {
    return List.of();
  }
}
