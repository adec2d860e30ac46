package io.vouchsafe.conformance;

import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.verdict.RefusedException;
import java.io.IOException;
import java.util.Optional;

/// What a case demands of the library. Files say it in several words; where implementations are
/// known to differ (`…-preferred`, `either`), both outcomes pass.
enum Expectation {
  ACCEPT,
  REJECT,
  EITHER;

  /// Work of a library on what it was given.
  @FunctionalInterface
  interface Attempt<T> {
    T run() throws FormatException, RefusedException, IOException, Difference;
  }

  /// Reads the member `expect`.
  static Expectation of(Json.Obj item) throws FormatException {
    return parse(item.string("expect"));
  }

  /// Reads the member `expect`; without one the case is to be accepted.
  static Expectation orAccept(Json.Obj item) throws FormatException {
    return item.present("expect").isEmpty() ? ACCEPT : of(item);
  }

  private static Expectation parse(String text) throws FormatException {
    if (text.startsWith("error") || text.startsWith("not recognised")) {
      return REJECT;
    }
    return switch (text) {
      case "accept", "valid", "pass" -> ACCEPT;
      case "reject", "invalid", "fail" -> REJECT;
      case "accept-preferred",
          "reject-preferred",
          "either",
          "reject-or-accept",
          "accept-or-reject" ->
          EITHER;
      default -> throw FormatException.unexpected("accept, reject or either", text);
    };
  }

  /// Runs `attempt` and compares whether it was refused with what was expected.
  ///
  /// @return what the library made of it, or empty if it rightly refused
  <T> Optional<T> of(Attempt<T> attempt) throws Difference, IOException {
    T result;
    try {
      result = attempt.run();
    } catch (FormatException e) {
      requireRefusal(e.code() + ": " + e.getMessage());
      return Optional.empty();
    } catch (RefusedException e) {
      requireRefusal(e.refusal().summary());
      return Optional.empty();
    }
    if (this == REJECT) {
      throw new Difference("a refusal", "accepted");
    }
    return Optional.of(result);
  }

  private void requireRefusal(String why) throws Difference {
    if (this == ACCEPT) {
      throw new Difference("accepted", why);
    }
  }
}
