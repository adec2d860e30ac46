package io.vouchsafe.rego;

/// A place in a source text.
///
/// @param source the name of the source
/// @param line from 1
/// @param column in UTF-16 units, from 1
public record Position(String source, int line, int column) {
  @Override
  public String toString() {
    return source + ":" + line + ":" + column;
  }
}
