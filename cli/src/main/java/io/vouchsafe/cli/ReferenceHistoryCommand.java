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
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
    name = "history",
    description =
        "Show the changes of reference values, oldest first: who made and approved each, and which values came (+) and went (-).")
final class ReferenceHistoryCommand implements Callable<Integer> {
  /// The ledger is read page by page: it may be longer than memory.
  private static final int PAGE = 1000;

  private static final String ADDED = "entries";
  private static final String REMOVED = "removed_entries";

  @Spec CommandSpec spec;

  @Parameters(
      paramLabel = "NAME",
      arity = "0..1",
      description = "Only changes of the values NAME, or of the signed set NAME.")
  Optional<String> name = Optional.empty();

  @Option(names = "--json", description = "Print the ledger's entries, one a line.")
  boolean json;

  @Mixin TenantTrustOptions trust = new TenantTrustOptions();

  @Override
  public Integer call() throws IOException, FormatException, Failure {
    PrintWriter out = spec.commandLine().getOut();
    try (TrustClient client = TrustClient.open(Home.here(), trust.place())) {
      long from = 0;
      List<Json.Obj> page = client.ledgerPage(from, PAGE);
      while (!page.isEmpty()) {
        for (Json.Obj entry : page) {
          print(out, entry);
        }
        from += page.size();
        page = client.ledgerPage(from, PAGE);
      }
    }
    out.flush();
    return 0;
  }

  private void print(PrintWriter out, Json.Obj entry) throws FormatException {
    if (isChange(entry) && isWanted(entry)) {
      if (json) {
        out.println(entry.compact());
      } else {
        lines(entry).forEach(out::println);
      }
    }
  }

  private static boolean isChange(Json.Obj entry) throws FormatException {
    return entry.string("kind").equals("admin")
        && entry.optionalString("outcome").equals(Optional.of("done"))
        && (entry.present(ADDED).isPresent() || entry.present(REMOVED).isPresent());
  }

  private boolean isWanted(Json.Obj entry) throws FormatException {
    if (name.isEmpty()
        || entry.optionalString("set").equals(name)
        || entry.optionalString("name").equals(name)) {
      return true;
    }
    return Stream.concat(values(entry, REMOVED).stream(), values(entry, ADDED).stream())
        .anyMatch(value -> value.get("name").equals(name.map(Json::of)));
  }

  private static List<Json.Obj> values(Json.Obj entry, String member) throws FormatException {
    List<Json.Obj> values = new ArrayList<>();
    if (entry.present(member).isPresent()) {
      for (Json item : entry.array(member)) {
        values.add(item.asObject("entry"));
      }
    }
    return values;
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
              .formatted(set.get(), entry.integer("version"), entry.string("statement")));
    }
    entry.optionalString("comment").ifPresent(comment -> lines.add("  " + comment));
    for (Json.Obj value : values(entry, REMOVED)) {
      lines.add("  - " + line(value));
    }
    for (Json.Obj value : values(entry, ADDED)) {
      lines.add("  + " + line(value));
    }
    return lines;
  }

  /// A value as lists of changes show it.
  static String line(Json.Obj value) throws FormatException {
    return "%s %s until %s"
        .formatted(value.string("name"), value.require("value").plain(), value.string("expires"));
  }
}
