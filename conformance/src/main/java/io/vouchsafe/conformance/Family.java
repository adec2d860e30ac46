package io.vouchsafe.conformance;

import io.vouchsafe.encoding.FormatException;
import java.util.List;
import java.util.Optional;

/// A format of case files. It is known by what stands in a file, not by where the file lies.
@FunctionalInterface
interface Family {
  /// The cases of `file`, or empty if it is of another format.
  ///
  /// @throws FormatException if it is of this format and malformed
  Optional<List<Case>> cases(CaseFile file) throws FormatException;
}
