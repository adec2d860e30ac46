package io.vouchsafe.appraisal.why;

import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Json;
import java.util.Objects;
import java.util.Optional;

/// What would have to change for a check to pass. Whether it should is the reader's to say: each
/// sentence tells what was found, too.
///
/// @param check that failed
/// @param sentence what would have to be otherwise, and what it was
/// @param command that makes it so, if one does
public record Change(String check, String sentence, Optional<String> command) {
  public Change {
    Objects.requireNonNull(check, "check");
    Objects.requireNonNull(sentence, "sentence");
    Objects.requireNonNull(command, "command");
  }

  /// `{check, sentence, command?}`
  public Json.Obj json() {
    return Json.object()
        .put("check", check)
        .put("sentence", sentence)
        .putIf("command", command.map(Json::of))
        .build();
  }

  static Change parse(Json.Obj change) throws FormatException {
    return new Change(
        change.string("check"), change.string("sentence"), change.optionalString("command"));
  }
}
