package io.vouchsafe.appraisal.why;

import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Json;
import java.util.Objects;

/// How today's state differs from the recorded one. It has no part in the explanation.
///
/// @param what `release-policy`, `attestation-policy`, `reference-values` or `resource`
/// @param sentence what is otherwise now
public record Since(String what, String sentence) {
  public Since {
    Objects.requireNonNull(what, "what");
    Objects.requireNonNull(sentence, "sentence");
  }

  Json.Obj json() {
    return Json.object().put("what", what).put("sentence", sentence).build();
  }

  static Since parse(Json.Obj since) throws FormatException {
    return new Since(since.string("what"), since.string("sentence"));
  }
}
