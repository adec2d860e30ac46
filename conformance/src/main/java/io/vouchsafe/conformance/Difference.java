package io.vouchsafe.conformance;

import java.util.Objects;

/// A case came out differently. Thrown by the steps of a case, reported by [Conformance].
final class Difference extends Exception {
  private static final long serialVersionUID = 1L;

  private final String expected;
  private final String found;

  Difference(String expected, String found) {
    super("expected " + expected + ", found " + found);
    this.expected = expected;
    this.found = found;
  }

  String expected() {
    return expected;
  }

  String found() {
    return found;
  }

  /// Demands that `found` is `expected`.
  ///
  /// @param what names the value
  static void require(String what, Object expected, Object found) throws Difference {
    if (!Objects.equals(expected, found)) {
      throw new Difference(what + " " + expected, found.toString());
    }
  }
}
