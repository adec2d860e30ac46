package io.vouchsafe.rego.internal.compile;

import io.vouchsafe.rego.Position;

/// An expression cannot be planned yet: a variable has no value.
final class NotReady extends Exception {
  private static final long serialVersionUID = 1L;

  private final String name;
  private final transient Position position;

  NotReady(String name, Position position) {
    super(name, null, false, false);
    this.name = name;
    this.position = position;
  }

  String name() {
    return name;
  }

  Position position() {
    return position;
  }
}
