package io.vouchsafe.rego;

import java.util.Objects;

/// The text of one module.
///
/// @param name for positions, such as a file name
/// @param dialect how the text is read
public record Source(String name, String text, Dialect dialect) {
  /// The versions of the language.
  public enum Dialect {
    /// Rego v1: `if`, `contains`, `in` and `every` are keywords.
    V1,
    /// The older syntax; `import rego.v1` and `import future.keywords` add to it.
    V0
  }

  public Source {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(text, "text");
    Objects.requireNonNull(dialect, "dialect");
  }

  /// A source in Rego v1.
  public static Source of(String name, String text) {
    return new Source(name, text, Dialect.V1);
  }
}
