package io.vouchsafe.rego;

import java.util.Objects;
import java.util.Optional;

/// What a query is evaluated on.
///
/// @param input the input document; without one, `input` is undefined
/// @param data the stored documents below `data`
/// @param strict whether a built-in function that fails ends the evaluation; otherwise the
///   expression is undefined
public record Evaluation(
    Optional<Value> input,
    ObjectValue data,
    Limits limits,
    Capabilities capabilities,
    boolean strict) {

  public Evaluation {
    Objects.requireNonNull(input, "input");
    Objects.requireNonNull(data, "data");
    Objects.requireNonNull(limits, "limits");
    Objects.requireNonNull(capabilities, "capabilities");
  }

  /// On an input, without data, within [Limits#DECISION].
  public static Evaluation of(Value input, Capabilities capabilities) {
    return new Evaluation(
        Optional.of(input), ObjectValue.EMPTY, Limits.DECISION, capabilities, false);
  }

  /// Without an input.
  public static Evaluation of(Capabilities capabilities) {
    return new Evaluation(
        Optional.empty(), ObjectValue.EMPTY, Limits.DECISION, capabilities, false);
  }

  public Evaluation withData(ObjectValue other) {
    return new Evaluation(input, other, limits, capabilities, strict);
  }

  public Evaluation withLimits(Limits other) {
    return new Evaluation(input, data, other, capabilities, strict);
  }

  public Evaluation withStrict(boolean other) {
    return new Evaluation(input, data, limits, capabilities, other);
  }
}
