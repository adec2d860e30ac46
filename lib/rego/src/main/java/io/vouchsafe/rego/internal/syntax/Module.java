package io.vouchsafe.rego.internal.syntax;

import io.vouchsafe.rego.Position;
import java.util.List;

/// One source text as a tree.
///
/// @param path of the package, without `data`
public record Module(
    String source, List<String> path, List<Import> imports, List<Rule> rules, boolean v1) {

  /// An import of a document; keywords are not kept.
  ///
  /// @param path the document, from `data` or `input` on
  /// @param name what it is called in this module
  public record Import(List<String> path, String name, Position position) {}
}
