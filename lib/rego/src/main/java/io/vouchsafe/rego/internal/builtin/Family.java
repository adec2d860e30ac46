package io.vouchsafe.rego.internal.builtin;

import java.util.List;
import java.util.Map;

/// Collects the functions of one family.
public final class Family {
  private final Map<String, Builtin> table;

  Family(Map<String, Builtin> table) {
    this.table = table;
  }

  /// Registers a function.
  ///
  /// @throws IllegalStateException if there is one of that name
  public Family function(String name, List<Type> parameters, Type result, Builtin.Function body) {
    return add(new Builtin(name, parameters, result, body));
  }

  /// Registers a relation.
  public Family relation(String name, List<Type> parameters, Type result, Builtin.Relation body) {
    return add(new Builtin(name, parameters, result, body));
  }

  private Family add(Builtin builtin) {
    if (table.put(builtin.name(), builtin) != null) {
      throw new IllegalStateException("registered twice: " + builtin.name());
    }
    return this;
  }
}
