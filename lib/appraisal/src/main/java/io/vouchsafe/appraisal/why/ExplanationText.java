package io.vouchsafe.appraisal.why;

import io.vouchsafe.encoding.Json;
import io.vouchsafe.verdict.CheckResult;
import io.vouchsafe.verdict.Refusal;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// An explanation for people, in lines. Evidence and guests chose some of its texts: none can
/// command the terminal.
public final class ExplanationText {
  private static final String INDENT = "      ";

  private final List<String> lines = new ArrayList<>();

  private ExplanationText() {}

  /// The lines, without control characters.
  public static List<String> lines(Explanation explanation) {
    ExplanationText text = new ExplanationText();
    text.head(explanation);
    text.policies(explanation.policies());
    text.checks(explanation.checks());
    text.submodules(explanation.submodules());
    text.changes(explanation.changes());
    text.since(explanation.since());
    return text.lines.stream().map(line -> safe(line)).toList();
  }

  /// A line of somebody else's text without control characters.
  public static String safe(String line) {
    StringBuilder out = new StringBuilder(line.length());
    line.chars()
        .forEach(c -> {
          if (Character.isISOControl(c)) {
            out.append(String.format(Locale.ROOT, "\\u%04x", c));
          } else {
            out.append((char) c);
          }
        });
    return out.toString();
  }

  private void title(String title) {
    lines.add("");
    lines.add(title);
  }

  private void head(Explanation explanation) {
    Explanation.Head head = explanation.head();
    field("id", head.id());
    field("at", head.at());
    field("kind", head.kind());
    field("step", head.step());
    field("outcome", head.outcome());
    explanation.about().members().forEach((name, value) -> field(name, value.plain()));
    explanation.refusal().ifPresent(this::refusal);
  }

  private void field(String name, String value) {
    if (!value.isEmpty()) {
      lines.add("%-11s %s".formatted(name.replace('_', ' '), value));
    }
  }

  private void refusal(Refusal refusal) {
    field("refused", refusal.code() + " at " + refusal.check());
    field("", refusal.code().meaning());
  }

  private void policies(List<UsedPolicy> policies) {
    if (policies.isEmpty()) {
      return;
    }
    title("policies");
    for (UsedPolicy policy : policies) {
      lines.add(
          "  %s, %s %s: %s%s, %s"
              .formatted(
                  policy.kind(),
                  policy.version() == 0 ? "candidate for" : "version " + policy.version() + " of",
                  policy.id(),
                  policy.type().equals("builtin") ? "built-in" : policy.type(),
                  policy.name().isEmpty() ? "" : " " + policy.name(),
                  policy.digest()));
    }
  }

  private void checks(List<ExplainedCheck> checks) {
    for (Stage stage : Stage.values()) {
      String submodule = "";
      boolean started = false;
      for (ExplainedCheck check : checks) {
        if (check.stage() != stage) {
          continue;
        }
        if (!started || !check.submodule().equals(submodule)) {
          title((stage.text() + " " + check.submodule()).strip());
          started = true;
          submodule = check.submodule();
        }
        check(check);
      }
    }
  }

  private void check(ExplainedCheck check) {
    CheckResult result = check.result();
    String outcome = ExplainedCheck.word(result.outcome()).replace('-', ' ');
    String code = check.code().map(it -> " " + it).orElse("");
    lines.add("  %-11s %s%s".formatted(outcome, result.check(), code));
    boolean said =
        check.basis().stream()
            .anyMatch(it ->
                it instanceof Basis.Rules rules
                    && rules.repeated()
                    && rules.lines().stream().anyMatch(line -> !line.held()));
    if (check.failed() || !result.expected().equals(result.found())) {
      detail("expected", result.expected());
    }
    // What follows says the same, and more.
    boolean shown =
        check.basis().stream()
            .anyMatch(it ->
                it instanceof Basis.Values values
                    && values.matched()
                    && values.entries().stream().anyMatch(e -> e.value().equals(result.found())));
    if (!shown && !(said && check.failed())) {
      detail("found", result.found());
    }
    for (Basis basis : check.basis()) {
      switch (basis) {
        case Basis.Values values -> values(values);
        case Basis.Rules rules -> rules(rules);
      }
    }
  }

  private void detail(String name, String value) {
    if (!value.isEmpty()) {
      String[] parts = value.split("\n", -1);
      lines.add(INDENT + "%-8s %s".formatted(name, parts[0]));
      for (int i = 1; i < parts.length; i++) {
        lines.add(INDENT + "         " + parts[i]);
      }
    }
  }

  private void values(Basis.Values values) {
    if (values.entries().isEmpty()) {
      lines.add(INDENT + "`" + values.name() + "` had no value");
    }
    for (Basis.Entry entry : values.entries()) {
      lines.add(
          INDENT
              + "`%s` %s %s (%s, until %s)"
                  .formatted(
                      values.name(),
                      values.matched() ? "has" : "had",
                      shorten(entry.value()),
                      entry.source(),
                      entry.expires()));
    }
  }

  private static String shorten(String text) {
    return text.length() <= 200 ? text : text.substring(0, 200) + "…";
  }

  private void rules(Basis.Rules rules) {
    lines.add(
        INDENT
            + rules.policy()
            + " policy"
            + (rules.part().isEmpty() ? "" : " for " + rules.part())
            + ":");
    if (!rules.repeated()) {
      lines.add(
          INDENT
              + "  (asked again it came to another result: it looks at what is not recorded, so these lines may not be those that decided)");
    }
    if (rules.lines().isEmpty()) {
      lines.add(INDENT + "  no rule of it was tried");
    }
    for (RuleLine line : rules.lines()) {
      String indent = INDENT + "  ".repeat(1 + line.depth());
      lines.add(
          indent
              + "%s %s %s"
                  .formatted(line.place(), line.rule(), line.held() ? "holds" : "does not hold"));
      String[] source =
          line.expression().isEmpty() ? new String[0] : line.expression().split("\n", -1);
      for (int i = 0; i < source.length; i++) {
        boolean end = i == source.length - 1 && !line.held();
        lines.add(indent + "  " + source[i] + (end ? "    is not true" : ""));
      }
      line.values()
          .forEach(term -> lines.add(indent + "    " + term.term() + " was " + term.value()));
    }
  }

  private void submodules(List<Submodule> submodules) {
    for (Submodule submodule : submodules) {
      title(
          "%s: %s, %s%s"
              .formatted(
                  submodule.name(),
                  submodule.tee(),
                  submodule.status(),
                  submodule.anchor().isEmpty() ? "" : ", anchor " + submodule.anchor()));
      lines.add("  vector  " + submodule.vector().compact());
      submodule.claims().ifPresent(claims -> claims("  ", claims));
    }
  }

  private void claims(String indent, Json.Obj claims) {
    for (Map.Entry<String, Json> claim : claims.members().entrySet()) {
      if (claim.getValue() instanceof Json.Obj nested && !nested.members().isEmpty()) {
        lines.add(indent + claim.getKey());
        claims(indent + "  ", nested);
      } else {
        lines.add(indent + claim.getKey() + " " + shorten(claim.getValue().plain()));
      }
    }
  }

  private void changes(List<Change> changes) {
    if (changes.isEmpty()) {
      return;
    }
    title("what would have to change");
    for (Change change : changes) {
      lines.add("  " + change.check());
      lines.add("    " + change.sentence());
      change.command().ifPresent(command -> lines.add("    " + command));
    }
  }

  private void since(List<Since> since) {
    if (since.isEmpty()) {
      return;
    }
    title("since then");
    since.forEach(it -> lines.add("  " + it.sentence()));
  }
}
