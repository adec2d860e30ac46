package io.vouchsafe.rego.internal.syntax;

import io.vouchsafe.rego.Position;
import java.util.List;

/// One source text as a tree.
///
/// @param path of the package, without `data`
/// @param position of the package
public record Module(
    String source,
    List<String> path,
    Position position,
    List<Import> imports,
    List<Rule> rules,
    List<Comment> comments,
    boolean v1) {

  /// A comment, without its `#`.
  public record Comment(int line, int column, String text) {}

  /// An import of a document; keywords are not kept.
  ///
  /// @param path the document, from `data` or `input` on
  /// @param name what it is called in this module
  public record Import(List<String> path, String name, Position position) {}
}
