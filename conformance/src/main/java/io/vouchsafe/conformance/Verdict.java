package io.vouchsafe.conformance;

import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.verdict.Code;
import io.vouchsafe.verdict.RefusedException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// What a case demands of a verifier that says why it refuses: `expect`, and in `reasons` every
/// code that counts as right, because the order of independent checks is free.
///
/// @param expected whether the library accepts
/// @param reasons codes to refuse with
record Verdict(Expectation expected, List<String> reasons) {
  Verdict {
    reasons = List.copyOf(reasons);
  }

  static Verdict of(Json.Obj item) throws FormatException {
    List<String> reasons = new ArrayList<>();
    if (item.present("reasons").isPresent()) {
      for (Json reason : item.array("reasons")) {
        reasons.add(reason.asString("reasons"));
      }
    }
    return new Verdict(Expectation.of(item), reasons);
  }

  /// Runs `attempt` and compares the verdict and its code.
  ///
  /// @return what the library made of it, or empty if it rightly refused
  <T> Optional<T> of(Expectation.Attempt<T> attempt) throws Difference, IOException {
    return expected.of(() -> {
      try {
        return attempt.run();
      } catch (FormatException e) {
        requireReason(e.code());
        throw e;
      } catch (RefusedException e) {
        requireReason(e.code());
        throw e;
      }
    });
  }

  private void requireReason(Code code) throws Difference {
    if (expected == Expectation.REJECT && !reasons.contains(code.name())) {
      throw new Difference("refused with one of " + reasons, code.name());
    }
  }
}
