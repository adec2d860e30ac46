package io.vouchsafe.rego.internal.builtin;

import io.vouchsafe.rego.ArrayValue;
import io.vouchsafe.rego.Capabilities;
import io.vouchsafe.rego.HostFunction;
import io.vouchsafe.rego.Limits;
import io.vouchsafe.rego.Value;
import io.vouchsafe.rego.internal.Budget;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What the built-in functions of one evaluation share. One thread only.
public final class Session {
  private final Capabilities capabilities;
  private final Budget budget;
  private final Instant now;
  private final Map<String, HostFunction> host;
  private final Patterns patterns;
  private @Nullable Map<Value, Value> memo;
  private @Nullable Map<String, Patterns.Compiled> compiled;

  /// @param host what the functions of the embedding program do, by name
  public Session(Capabilities capabilities, Limits limits, Map<String, HostFunction> host) {
    this(capabilities, limits, host, new Patterns());
  }

  /// @param patterns of the policy
  public Session(
      Capabilities capabilities, Limits limits, Map<String, HostFunction> host, Patterns patterns) {
    this.patterns = patterns;
    this.host = host;
    this.capabilities = capabilities;
    this.now = capabilities.clock().instant();
    this.budget = new Budget(limits, capabilities.watch());
  }

  @Nullable HostFunction host(String name) {
    return host.get(name);
  }

  public Capabilities capabilities() {
    return capabilities;
  }

  public Budget budget() {
    return budget;
  }

  /// The time of this evaluation: the same at each call.
  public Instant now() {
    return now;
  }

  /// Makes a value once per evaluation: for functions whose answer is not a function of their
  /// operands, such as `rand.intn`.
  ///
  /// @param key the function's name and the operands that the answer belongs to
  public Value once(ArrayValue key, java.util.function.Supplier<Value> maker) {
    if (memo == null) {
      memo = new HashMap<>();
    }
    Value known = memo.get(key);
    if (known == null) {
      known = maker.get();
      memo.put(key, known);
    }
    return known;
  }

  /// A compiled regular expression: kept for the rest of this evaluation, and, while there is room,
  /// for later ones.
  Patterns.Compiled pattern(String text, Maker maker) throws BuiltinException {
    if (compiled == null) {
      compiled = new HashMap<>();
    }
    Patterns.Compiled known = compiled.get(text);
    if (known == null) {
      known = patterns.find(text);
      if (known == null) {
        known = maker.make();
        patterns.keep(text, known);
      }
      if (compiled.size() < MAX_COMPILED) {
        compiled.put(text, known);
      }
    }
    return known;
  }

  private static final int MAX_COMPILED = 256;

  /// Compiles a pattern, or says why not.
  interface Maker {
    Patterns.Compiled make() throws BuiltinException;
  }
}
