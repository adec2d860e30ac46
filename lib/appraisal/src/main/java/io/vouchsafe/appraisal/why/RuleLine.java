package io.vouchsafe.appraisal.why;

import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.rego.Explanation;
import io.vouchsafe.rego.Position;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/// One rule of a policy that was tried: where it stands, and where it ended if it did not hold.
///
/// @param rule path of the rule, such as `data.policy.allow`
/// @param file name of the policy's text
/// @param line of the expression that was not true; of a rule that held, or has no body, its own
/// @param column from 1
/// @param held whether the rule gave a value
/// @param expression that was not true, as written; of a rule that held its text
/// @param values of the terms in the expression
/// @param depth 0 for a rule that was asked for, more for rules that an expression needed
public record RuleLine(
    String rule,
    String file,
    int line,
    int column,
    boolean held,
    String expression,
    List<Term> values,
    int depth) {
  /// Most lines of one explanation, and most values of one line.
  static final int MAX = 100;

  /// Longest text of an expression or a value, in characters.
  private static final int MAX_TEXT = 300;

  /// Most lines of the text of a rule.
  private static final int MAX_RULE = 12;

  /// A term and what it was; `undefined` if nothing.
  public record Term(String term, String value) {
    public Term {
      Objects.requireNonNull(term, "term");
      Objects.requireNonNull(value, "value");
    }
  }

  public RuleLine {
    Objects.requireNonNull(rule, "rule");
    Objects.requireNonNull(file, "file");
    Objects.requireNonNull(expression, "expression");
    values = List.copyOf(values);
  }

  /// `file:line:column`
  public String place() {
    return file + ":" + line + ":" + column;
  }

  /// The lines of an explanation.
  ///
  /// @param text of the policy
  static List<RuleLine> of(Explanation explanation, String text) {
    List<RuleLine> lines = new ArrayList<>();
    add(explanation.rules(), text.split("\n", -1), 0, lines);
    return lines;
  }

  private static void add(
      List<Explanation.Tried> rules, String[] text, int depth, List<RuleLine> into) {
    for (Explanation.Tried tried : rules) {
      if (into.size() == MAX) {
        return;
      }
      if (tried.failed().isPresent()) {
        Explanation.Failed failed = tried.failed().get();
        into.add(failed(tried.rule(), failed, depth));
        add(failed.because(), text, depth + 1, into);
      } else {
        Position at = tried.position();
        String source = tried.held() ? source(text, at.line()) : "";
        into.add(
            new RuleLine(
                tried.rule(),
                at.source(),
                at.line(),
                at.column(),
                tried.held(),
                source,
                List.of(),
                depth));
      }
    }
  }

  private static RuleLine failed(String rule, Explanation.Failed failed, int depth) {
    Position at = failed.position();
    List<Term> values =
        failed.values().stream()
            .limit(MAX)
            .map(shown -> new Term(cut(shown.term()), cut(shown.value())))
            .toList();
    return new RuleLine(
        rule, at.source(), at.line(), at.column(), false, cut(failed.expression()), values, depth);
  }

  /// A rule from its first line on: to the end of its body, or, without one, that line.
  private static String source(String[] text, int line) {
    if (line < 1 || line > text.length) {
      return "";
    }
    StringBuilder source = new StringBuilder(text[line - 1].strip());
    boolean body = source.toString().endsWith("{");
    for (int i = line; body && i < text.length && i < line + MAX_RULE; i++) {
      String next = text[i].stripTrailing();
      source.append('\n').append(next);
      body = !next.startsWith("}");
    }
    return source.toString();
  }

  private static String cut(String text) {
    return text.length() <= MAX_TEXT ? text : text.substring(0, MAX_TEXT) + "…";
  }

  Json.Obj json() {
    List<Json> terms = new ArrayList<>();
    for (Term term : values) {
      terms.add(Json.object().put("term", term.term()).put("value", term.value()).build());
    }
    return Json.object()
        .put("rule", rule)
        .put("file", file)
        .put("line", line)
        .put("column", column)
        .put("held", held)
        .put("expression", expression)
        .put("values", Json.array(terms))
        .put("depth", depth)
        .build();
  }

  static RuleLine parse(Json.Obj line) throws FormatException {
    List<Term> values = new ArrayList<>();
    for (Json item : line.array("values")) {
      Json.Obj term = item.asObject("value");
      values.add(new Term(term.string("term"), term.string("value")));
    }
    return new RuleLine(
        line.string("rule"),
        line.string("file"),
        Math.toIntExact(line.integer("line")),
        Math.toIntExact(line.integer("column")),
        line.bool("held"),
        line.string("expression"),
        values,
        Math.toIntExact(line.integer("depth")));
  }
}
