package io.vouchsafe.appraisal.why;

import io.vouchsafe.encoding.Json;
import io.vouchsafe.verdict.Code;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/// What would have to change for each check that failed by itself. One that only repeats what
/// others came to, as that every submodule be affirming, needs no sentence of its own.
///
/// @param record of the decision
/// @param policies that it was taken by
record Changes(Json.Obj record, List<UsedPolicy> policies) {
  private static final Set<String> REPEATING = Set.of("release.affirming", "release.status");

  private static final Set<Code> LOWER_BOUNDS =
      EnumSet.of(Code.TCB_BELOW_MINIMUM, Code.SVN_BELOW_MINIMUM);

  /// What a shell takes as it is.
  private static final String PLAIN = "[A-Za-z0-9._:/+=@-]+";

  List<Change> of(List<ExplainedCheck> checks) {
    List<ExplainedCheck> failed = checks.stream().filter(ExplainedCheck::failed).toList();
    boolean appraisal = failed.stream().anyMatch(it -> it.stage() == Stage.APPRAISAL);
    Set<Change> changes = new LinkedHashSet<>();
    for (ExplainedCheck check : failed) {
      if (!(appraisal && REPEATING.contains(check.result().check()))) {
        changes.addAll(of(check));
      }
    }
    return List.copyOf(changes);
  }

  private List<Change> of(ExplainedCheck check) {
    for (Basis basis : check.basis()) {
      if (basis instanceof Basis.Rules rules) {
        List<Change> lines = rules(check, rules);
        if (!lines.isEmpty()) {
          return lines;
        }
      }
    }
    if (check.basis().size() == 1
        && check.basis().getFirst()
            instanceof Basis.Values(String name, boolean matched, var entries)
        && !matched) {
      return List.of(values(check, name, entries));
    }
    return List.of(check.stage() == Stage.POLICY ? policy(check) : plain(check));
  }

  private Change values(ExplainedCheck check, String name, List<Basis.Entry> entries) {
    String found = check.result().found();
    Optional<Code> code = check.knownCode();
    if (code.filter(LOWER_BOUNDS::contains).isPresent()) {
      String bounds = entries.stream().map(Basis.Entry::value).collect(Collectors.joining(" or "));
      return change(
          check, "%s would have to reach %s, the minimum in `%s`".formatted(found, bounds, name));
    }
    if (found.equals("none")) {
      return change(check, "The evidence would have to have what `%s` is about".formatted(name));
    }
    if (code.equals(Optional.of(Code.REFERENCE_VALUE_EXPIRED))) {
      String ended = entries.isEmpty() ? "" : ", which ended at " + entries.getFirst().expires();
      return put(
          check,
          "The value %s of `%s`%s, would have to be in force".formatted(found, name, ended),
          name);
    }
    Optional<Basis.Entry> alike =
        entries.stream().filter(it -> it.value().equals(found)).findFirst();
    if (alike.isPresent()) {
      return otherType(check, name, alike.get());
    }
    boolean words = code.equals(Optional.of(Code.NO_REFERENCE_VALUE)) && !found.matches(PLAIN);
    return put(
        check,
        "`%s` would have to %s %s; %s"
            .formatted(name, words ? "have a value for" : "contain", found, had(entries)),
        name);
  }

  /// A value that reads the same and is not the same: text where the evidence has a number, or the
  /// other way round.
  private static Change otherType(ExplainedCheck check, String name, Basis.Entry alike) {
    String found = check.result().found();
    boolean text = alike.isText();
    String value = text ? found : Json.of(found).compact();
    Change plain =
        change(
            check,
            "`%s` would have to contain %s, as %s; it had %s (%s)"
                .formatted(
                    name,
                    value,
                    text ? "a number or another value that is not text" : "text",
                    text ? "the text " + Json.of(found).compact() : found + ", which is no text",
                    alike.source()));
    return found.matches(PLAIN) && name.chars().noneMatch(Character::isISOControl)
        ? new Change(plain.check(), plain.sentence(), Optional.of(command(name, value)))
        : plain;
  }

  private static String command(String name, String value) {
    return "./vouchsafe rv put %s %s".formatted(quoted(name), quoted(value));
  }

  private static String had(List<Basis.Entry> entries) {
    if (entries.isEmpty()) {
      return "it had no value";
    }
    return "it had "
        + entries.stream()
            .map(it -> "%s (%s, until %s)".formatted(it.value(), it.source(), it.expires()))
            .collect(Collectors.joining(" or "));
  }

  /// What matched no value can be registered, if it was meant to be so.
  private static Change put(ExplainedCheck check, String sentence, String name) {
    String found = check.result().found();
    boolean typeable =
        found.chars().noneMatch(Character::isISOControl)
            && name.chars().noneMatch(Character::isISOControl);
    // Of minimums and the like `found` is words, not the value.
    boolean value = found.matches(PLAIN);
    Change plain = change(check, sentence);
    return typeable && value
        ? new Change(plain.check(), plain.sentence(), Optional.of(command(name, found)))
        : plain;
  }

  private static String quoted(String text) {
    return text.matches(PLAIN) ? text : "'" + text.replace("'", "'\\''") + "'";
  }

  /// For each rule that was asked for, the expression at the end of its chain.
  private List<Change> rules(ExplainedCheck check, Basis.Rules rules) {
    List<RuleLine> ends = new ArrayList<>();
    List<RuleLine> lines = rules.lines();
    for (int i = 0; i < lines.size(); i++) {
      RuleLine line = lines.get(i);
      boolean last = i + 1 == lines.size() || lines.get(i + 1).depth() <= line.depth();
      if (!line.held() && last && !line.expression().isEmpty()) {
        ends.add(line);
      }
    }
    String which = rules.policy() + " policy" + version(rules.policy());
    String part = rules.part().isEmpty() ? "" : " for " + rules.part();
    List<Change> changes = new ArrayList<>();
    for (RuleLine line : ends) {
      String values =
          line.values().stream()
              .map(term -> "`%s` was %s".formatted(term.term(), term.value()))
              .collect(Collectors.joining(", "));
      changes.add(
          new Change(
              check.result().check(),
              "%s %d of the %s%s would have to be true: `%s`%s (rule %s)"
                  .formatted(
                      ends.size() > 1 ? "Among others, line" : "Line",
                      line.line(),
                      which,
                      part,
                      line.expression(),
                      values.isEmpty() ? "" : "; " + values,
                      line.rule()),
              Optional.empty()));
    }
    return changes;
  }

  private String version(String kind) {
    return policies.stream()
        .filter(it -> it.kind().equals(kind))
        .findFirst()
        .map(it -> it.version() == 0 ? " candidate" : " version " + it.version())
        .orElse("");
  }

  private Change policy(ExplainedCheck check) {
    Optional<Code> code = check.knownCode();
    String kind = check.result().check().contains("attestation") ? "attestation" : "release";
    if (code.equals(Optional.of(Code.POLICY_REVOKED))
        || code.equals(Optional.of(Code.POLICY_MISSING))) {
      return change(
          check,
          "A %s policy would have to be in force: %s".formatted(kind, check.result().found()));
    }
    if (check.result().check().equals("release.allowed")) {
      return change(check, "Another release policy than deny-all would have to be in force");
    }
    return plain(check);
  }

  private Change plain(ExplainedCheck check) {
    String resource = Members.text(record, "resource");
    if (check.knownCode().equals(Optional.of(Code.RESOURCE_NOT_FOUND)) && !resource.isEmpty()) {
      return new Change(
          check.result().check(),
          "The resource %s would have to be there.".formatted(resource),
          Optional.of("./vouchsafe resource put %s FILE".formatted(quoted(resource))));
    }
    String subject = Members.text(record, "subject");
    String of = check.stage() == Stage.SIGNATURES && !subject.isEmpty() ? " for " + subject : "";
    return change(
        check,
        "The check would have to find %s%s; it found %s"
            .formatted(known(check.result().expected()), of, known(check.result().found())));
  }

  /// The first line, which says what; further ones say why, and are shown with the check.
  private static String known(String text) {
    String first = text.lines().findFirst().orElse("");
    return first.isEmpty() ? "(not recorded)" : first.replaceFirst("\\.$", "");
  }

  /// With what the catalogue says about the code: it knows the other way, as to start what was
  /// expected.
  private static Change change(ExplainedCheck check, String sentence) {
    String remedy = check.knownCode().map(Code::remedy).map(it -> " " + it).orElse("");
    return new Change(check.result().check(), sentence + "." + remedy, Optional.empty());
  }
}
