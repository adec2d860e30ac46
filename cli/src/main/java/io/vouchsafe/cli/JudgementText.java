package io.vouchsafe.cli;

import io.vouchsafe.appraisal.why.ExplanationText;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.evidence.Anchor;
import io.vouchsafe.verdict.CheckResult;
import io.vouchsafe.verdict.Refusal;
import java.io.Console;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// A judgement for people.
///
/// @param colour whether the terminal takes it
record JudgementText(boolean colour) {
  private static final String GREEN = "32";
  private static final String RED = "31";
  private static final String YELLOW = "33";

  /// Colour only if a person looks at it and has not asked for none (no-color.org).
  static JudgementText forTerminal() {
    Console console = System.console();
    return new JudgementText(
        console != null && console.isTerminal() && System.getenv("NO_COLOR") == null);
  }

  private String paint(String colourCode, String text) {
    return colour ? "\u001b[" + colourCode + "m" + text + "\u001b[0m" : text;
  }

  List<String> lines(Judgement judgement) {
    List<String> lines = new ArrayList<>();
    lines.add("file      " + judgement.file());
    if (!judgement.form().isEmpty()) {
      lines.add("form      " + judgement.form());
    }
    judgement.checks().forEach(check -> lines.addAll(check(check)));
    verdict(judgement, lines);
    switch (judgement.end()) {
      case Judgement.End.Accepted(Anchor anchor, Json.Obj claims) -> {
        lines.add("anchor    " + anchor.text() + anchorCaveat(anchor));
        lines.add("claims");
        claims("  ", claims, lines);
      }
      case Judgement.End.Refused(Refusal refusal) -> {
        lines.add("  check     " + refusal.check());
        lines.add("  expected  " + ExplanationText.safe(refusal.expected()));
        lines.addAll(block("  found     ", refusal.found()));
        lines.add("  remedy    " + refusal.remedy());
      }
    }
    return lines;
  }

  /// Explanations of policies have several lines.
  private static List<String> block(String head, String text) {
    List<String> lines = new ArrayList<>();
    for (String line : text.strip().split("\n", -1)) {
      lines.add((lines.isEmpty() ? head : " ".repeat(head.length())) + ExplanationText.safe(line));
    }
    return lines;
  }

  private static String anchorCaveat(Anchor anchor) {
    return switch (anchor) {
      case PRODUCTION -> "";
      case OPERATOR_NAMED -> ", trusted because of --root: not a vendor's";
      case INSECURE_SAMPLE -> ": proves nothing";
    };
  }

  private List<String> check(CheckResult check) {
    String word =
        switch (check.outcome()) {
          case PASSED ->
              check.allowedBy().isPresent()
                  ? paint(YELLOW, "allowed  ")
                  : paint(GREEN, "passed   ");
          case FAILED -> paint(RED, "failed   ");
          case NOT_CHECKED -> paint(YELLOW, "unchecked");
        };
    List<String> lines = new ArrayList<>();
    lines.add("  " + word + " " + check.check());
    if (!check.expected().isEmpty()) {
      lines.add("              expected " + ExplanationText.safe(check.expected()));
    }
    if (!check.found().isEmpty()) {
      lines.addAll(block("              found    ", check.found()));
    }
    return lines;
  }

  private void verdict(Judgement judgement, List<String> lines) {
    lines.add(
        switch (judgement.end()) {
          case Judgement.End.Accepted _ ->
              "verdict   "
                  + (judgement.unchecked().isEmpty()
                      ? paint(GREEN, "valid")
                      : paint(YELLOW, "valid, but not all was checked"));
          case Judgement.End.Refused(Refusal refusal) ->
              "verdict   "
                  + paint(RED, judgement.verdict().text() + " " + refusal.code())
                  + ": "
                  + refusal.code().meaning();
        });
    judgement
        .allowed()
        .forEach(check ->
            lines.add(
                "  weakened  by "
                    + check.allowedBy().orElse("")
                    + ": "
                    + ExplanationText.safe(check.found())));
    if (judgement.end() instanceof Judgement.End.Accepted) {
      judgement
          .unchecked()
          .forEach(each ->
              lines.add(
                  "  unchecked " + each.check() + ": name " + each.member() + " in --policy"));
    }
  }

  private static void claims(String indent, Json.Obj claims, List<String> lines) {
    for (Map.Entry<String, Json> claim : claims.members().entrySet()) {
      switch (claim.getValue()) {
        case Json.Obj nested -> {
          lines.add(indent + ExplanationText.safe(claim.getKey()));
          claims(indent + "  ", nested, lines);
        }
        case Json.Str(String text) ->
            lines.add(indent + ExplanationText.safe(claim.getKey() + " " + text));
        case Json other ->
            lines.add(indent + ExplanationText.safe(claim.getKey() + " " + other.compact()));
      }
    }
  }
}
