package io.vouchsafe.rego;

import java.util.List;
import java.util.Optional;

/// A function that the host of the engine gives to policies, such as a look-up in what it stores.
/// It must be quick and, within one evaluation, answer the same to the same operands.
@FunctionalInterface
public interface HostFunction {
  /// @param operands as many as were declared to [Policy#compile(java.util.Collection,
  ///   java.util.Map)]
  /// @return empty for undefined
  Optional<Value> call(List<Value> operands);
}
