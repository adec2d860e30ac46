package io.vouchsafe.rego.internal.eval;

import io.vouchsafe.rego.Position;
import io.vouchsafe.rego.Value;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One rule, or one `else` of it.
public final class CompiledRule {
  private final Position position;
  private final String name;
  final Pattern[] parameters;
  private final Step body;
  private final int slots;
  private final int collectors;
  final @Nullable CompiledRule otherwise;
  final @Nullable Value constant;
  private final boolean isDefault;
  private final boolean traced;
  private final List<Guard> guards;

  /// @param guards what is known of when it holds; nothing is, if it was compiled to tell what it
  ///   does
  /// @param body ends in a step that takes the value
  /// @param constant the value, if it is always the same
  public CompiledRule(
      Position position,
      String name,
      Pattern[] parameters,
      Step body,
      int slots,
      int collectors,
      @Nullable CompiledRule otherwise,
      @Nullable Value constant,
      boolean isDefault,
      boolean traced,
      List<Guard> guards) {
    this.position = position;
    this.name = name;
    this.parameters = parameters;
    this.body = body;
    this.slots = slots;
    this.collectors = collectors;
    this.otherwise = otherwise;
    this.constant = constant;
    this.isDefault = isDefault;
    this.traced = traced;
    this.guards = guards;
  }

  public Position position() {
    return position;
  }

  /// What must be equal to constants, or neither this rule nor an `else` of it has a value.
  List<Guard> guards() {
    return otherwise == null ? guards : List.of();
  }

  boolean isDefault() {
    return isDefault;
  }

  /// The path of the rule, such as `data.a.allow`.
  public String name() {
    return name;
  }

  /// The value of this rule or of its `else`, or null.
  @Nullable Value evaluate(Context context, Value... arguments) {
    for (CompiledRule rule = this; rule != null; rule = rule.otherwise) {
      Value value = rule.evaluateAlone(context, null, arguments);
      if (value != null) {
        return value;
      }
    }
    return null;
  }

  /// Runs the body.
  ///
  /// @param extent where a partial rule puts its values
  @Nullable Value evaluateAlone(Context context, @Nullable Extent extent, Value... arguments) {
    Frame frame = new Frame(context, slots, extent == null ? collectors : Math.max(1, collectors));
    if (extent != null) {
      frame.collectors[0] = extent;
    }
    for (int i = 0; i < parameters.length; i++) {
      if (!parameters[i].match(arguments[i], frame)) {
        return null;
      }
    }
    Tracer tracer = traced ? context.run.tracer : null;
    if (tracer == null) {
      body.run(frame);
      return frame.result;
    }
    tracer.enter(this);
    body.run(frame);
    tracer.leave(this, frame.result != null);
    return frame.result;
  }
}
