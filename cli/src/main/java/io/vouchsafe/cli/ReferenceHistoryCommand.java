package io.vouchsafe.cli;

import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Json;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

@Command(
    name = "history",
    description =
        "Show the changes of reference values, oldest first: who made and approved each, and which values came (+) and went (-).")
final class ReferenceHistoryCommand implements Callable<Integer> {
  @Spec CommandSpec spec;

  @ParentCommand ReferenceValueCommand parent;

  @Parameters(
      paramLabel = "NAME",
      arity = "0..1",
      description = "Only changes of the values NAME, or of the signed set NAME.")
  Optional<String> name = Optional.empty();

  @Mixin TenantTrustOptions trust = new TenantTrustOptions();

  @Override
  public Integer call() throws IOException, FormatException, Failure {
    PrintWriter out = spec.commandLine().getOut();
    boolean[] begun = new boolean[1];
    try (TrustClient client = TrustClient.open(Home.here(), trust.place())) {
      ReferenceHistory.read(
          client,
          change -> {
            if (!isWanted(change)) {
              return;
            }
            if (parent.json) {
              out.print((begun[0] ? ",\n" : "[") + change.compact());
              begun[0] = true;
            } else {
              lines(change).forEach(out::println);
            }
          });
    }
    if (parent.json) {
      out.println(begun[0] ? "]" : "[]");
    }
    out.flush();
    return 0;
  }

  private boolean isWanted(Json.Obj entry) throws FormatException {
    if (name.isEmpty()
        || entry.optionalString("set").equals(name)
        || entry.optionalString("name").equals(name)) {
      return true;
    }
    return Stream.concat(
            ReferenceHistory.values(entry, ReferenceHistory.REMOVED).stream(),
            ReferenceHistory.values(entry, ReferenceHistory.ADDED).stream())
        .anyMatch(value -> value.get("name").equals(name.map(Json::of)));
  }

  private List<String> lines(Json.Obj entry) throws FormatException {
    List<String> lines = new ArrayList<>();
    lines.add(
        "%s  %s  by %s"
            .formatted(
                entry.string("at"),
                entry.optionalString("change").orElse(entry.string("action")),
                PlainRecords.who(entry)));
    Optional<String> set = entry.optionalString("set");
    if (set.isPresent()) {
      lines.add(
          "  %s version %d, %s"
              .formatted(
                  Shown.line(set.get()), entry.integer("version"), entry.string("statement")));
    }
    entry.optionalString("comment").ifPresent(comment -> lines.add("  " + Shown.line(comment)));
    for (Json.Obj value : ReferenceHistory.values(entry, ReferenceHistory.REMOVED)) {
      lines.add("  - " + line(value));
    }
    for (Json.Obj value : ReferenceHistory.values(entry, ReferenceHistory.ADDED)) {
      lines.add("  + " + line(value));
    }
    return lines;
  }

  /// A value as lists of changes show it.
  static String line(Json.Obj value) throws FormatException {
    return "%s %s until %s"
        .formatted(
            Shown.line(value.string("name")),
            Shown.line(value.require("value").plain()),
            value.string("expires"));
  }
}
