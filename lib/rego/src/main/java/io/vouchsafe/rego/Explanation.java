package io.vouchsafe.rego;

import java.util.List;
import java.util.Optional;

/// Why a query gave what it gave: which rules held, and of those that did not, which expression
/// failed, with which values, up the chain of rules.
///
/// Texts quote the input; who may read them is the caller's business.
///
/// @param answer what it gave
/// @param rules that the query asked for, in the order in which they were tried
public record Explanation(Answer answer, List<Tried> rules) {
  public Explanation {
    rules = List.copyOf(rules);
  }

  /// A rule, or an `else` of it, that was tried.
  ///
  /// @param rule the path, such as `data.app.allow`
  /// @param held whether it gave a value
  /// @param failed where it ended if it did not
  public record Tried(String rule, Position position, boolean held, Optional<Failed> failed) {}

  /// The expression that a rule did not get past.
  ///
  /// @param expression as it was written
  /// @param values of the terms in it
  /// @param because rules in it that did not hold either
  public record Failed(
      String expression, Position position, List<Shown> values, List<Tried> because) {
    public Failed {
      values = List.copyOf(values);
      because = List.copyOf(because);
    }
  }

  /// A term and its value as text; `undefined` if it has none.
  public record Shown(String term, String value) {}

  /// The explanation in words, one fact per line.
  public String text() {
    StringBuilder out = new StringBuilder();
    answer
        .value()
        .ifPresentOrElse(
            value -> out.append("The answer is ").append(value).append(".\n"),
            () ->
                out.append(answer.isDefined() ? "There is an answer.\n" : "There is no answer.\n"));
    if (rules.isEmpty()) {
      out.append("No rule was tried.\n");
    }
    rules.forEach(rule -> write(rule, "", out));
    return out.toString();
  }

  private static void write(Tried tried, String indent, StringBuilder out) {
    out.append(indent).append(tried.rule()).append(" (").append(tried.position()).append(") ");
    out.append(tried.held() ? "holds.\n" : "does not hold");
    if (tried.held()) {
      return;
    }
    if (tried.failed().isEmpty()) {
      out.append(".\n");
      return;
    }
    Failed failed = tried.failed().get();
    out.append(": at ")
        .append(failed.position().line())
        .append(':')
        .append(failed.position().column());
    out.append(", `").append(failed.expression()).append("` is not true\n");
    for (Shown shown : failed.values()) {
      out.append(indent).append("  ").append(shown.term()).append(" is ").append(shown.value());
      out.append('\n');
    }
    for (Tried below : failed.because()) {
      write(below, indent + "    ", out);
    }
  }
}
