package io.vouchsafe.conformance;

import java.util.Objects;

/// What became of one case.
public sealed interface CaseResult {
  /// The file that the case stands in, relative to the folder that was run.
  String file();

  /// The name of the case in its file.
  String id();

  /// What kind of case it is: the stable word that `--skip` takes.
  String kind();

  /// The libraries did what the case says.
  record Passed(String file, String id, String kind) implements CaseResult {}

  /// The libraries did something else, or the case cannot be read.
  record Differing(String file, String id, String kind, String expected, String found)
      implements CaseResult {
    public Differing {
      Objects.requireNonNull(expected, "expected");
      Objects.requireNonNull(found, "found");
    }
  }

  /// The libraries did something else, and the case is wrong.
  ///
  /// @param argument why it is
  record Disputed(
      String file, String id, String kind, String expected, String found, String argument)
      implements CaseResult {
    public Disputed {
      Objects.requireNonNull(expected, "expected");
      Objects.requireNonNull(found, "found");
      Objects.requireNonNull(argument, "argument");
    }
  }

  /// No library of this release handles cases of this kind.
  record Unknown(String file, String id, String kind) implements CaseResult {}

  /// The caller asked for cases of this kind to be left out.
  record Skipped(String file, String id, String kind) implements CaseResult {}
}
