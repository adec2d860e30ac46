package io.vouchsafe.rego;

import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/// What a query is evaluated on.
///
/// @param input the input document; without one, `input` is undefined
/// @param data the stored documents below `data`
/// @param strict whether a built-in function that fails ends the evaluation; otherwise the
///   expression is undefined
/// @param host what functions do that were declared to [Policy#compile(java.util.Collection, Map)]
public record Evaluation(
    Optional<Value> input,
    ObjectValue data,
    Limits limits,
    Capabilities capabilities,
    boolean strict,
    Map<String, HostFunction> host) {

  public Evaluation {
    Objects.requireNonNull(input, "input");
    Objects.requireNonNull(data, "data");
    Objects.requireNonNull(limits, "limits");
    Objects.requireNonNull(capabilities, "capabilities");
    host = Map.copyOf(host);
  }

  /// On an input, without data, within [Limits#DECISION].
  public static Evaluation of(Value input, Capabilities capabilities) {
    return new Evaluation(
        Optional.of(input), ObjectValue.EMPTY, Limits.DECISION, capabilities, false, Map.of());
  }

  /// Without an input.
  public static Evaluation of(Capabilities capabilities) {
    return new Evaluation(
        Optional.empty(), ObjectValue.EMPTY, Limits.DECISION, capabilities, false, Map.of());
  }

  public Evaluation withData(ObjectValue other) {
    return new Evaluation(input, other, limits, capabilities, strict, host);
  }

  public Evaluation withLimits(Limits other) {
    return new Evaluation(input, data, other, capabilities, strict, host);
  }

  public Evaluation withStrict(boolean other) {
    return new Evaluation(input, data, limits, capabilities, other, host);
  }

  /// With what the functions of the host do, by name.
  public Evaluation withHost(Map<String, HostFunction> other) {
    return new Evaluation(input, data, limits, capabilities, strict, other);
  }
}
