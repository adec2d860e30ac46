package io.vouchsafe.conformance;

import io.vouchsafe.encoding.FormatException;
import java.io.IOException;

/// One case that can be run.
///
/// @param id its name in the file
/// @param kind what kind it is
/// @param step what to do; empty work for a kind that is not known
record Case(String id, String kind, Step step) {

  /// Runs a case. Returns if the libraries do what it says.
  @FunctionalInterface
  interface Step {
    /// @throws Difference if they do something else
    /// @throws FormatException if the case itself is malformed
    /// @throws IOException if a file that it names cannot be read
    void run() throws Difference, FormatException, IOException;
  }

  private static final Step NONE = () -> {};

  /// A case of a kind that no library of this release handles.
  static Case unknown(String id, String kind) {
    return new Case(id, kind, NONE);
  }

  boolean isUnknown() {
    return step == NONE;
  }
}
