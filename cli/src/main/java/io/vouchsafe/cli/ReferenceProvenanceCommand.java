package io.vouchsafe.cli;

import io.vouchsafe.appraisal.ReferenceSource;
import io.vouchsafe.appraisal.ReferenceValue;
import io.vouchsafe.appraisal.statement.ReferenceSet;
import io.vouchsafe.appraisal.statement.SignedReferenceSet;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Json;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

@Command(
    name = "provenance",
    description = {
      "Show where the values of NAME, or the value VALUE, come from: statement, signer, inputs, tool,",
      "and who imported it when. Of values without a statement: who registered them, by the ledger."
    })
final class ReferenceProvenanceCommand implements Callable<Integer> {
  @Spec CommandSpec spec;

  @ParentCommand ReferenceValueCommand parent;

  @Parameters(paramLabel = "NAME|VALUE")
  String wanted = "";

  @Mixin TenantTrustOptions trust = new TenantTrustOptions();

  @Override
  public Integer call() throws IOException, FormatException, Failure {
    List<Json> found = new ArrayList<>();
    try (TrustClient client = TrustClient.open(Home.here(), trust.place())) {
      List<ReferenceValue> values = new ArrayList<>();
      for (Json.Obj entry : client.referenceValues()) {
        ReferenceValue value = ReferenceValue.parse(entry);
        if (isWanted(value)) {
          values.add(value);
        }
      }
      found(client, values).forEach(found::add);
    }
    if (found.isEmpty()) {
      throw new Failure("no value is registered as " + wanted + ", and none has that value");
    }
    print(found);
    return 0;
  }

  private static List<Json> found(TrustClient client, List<ReferenceValue> values)
      throws IOException, FormatException, Failure {
    PlainRecords plain = PlainRecords.search(client, values);
    Map<String, Optional<Json.Obj>> statements = new HashMap<>();
    List<Json> found = new ArrayList<>();
    for (ReferenceValue value : values) {
      Json.ObjBuilder origin = Json.object();
      value.json().members().forEach(origin::put);
      origin.put("inForce", value.inForce(Instant.now()));
      if (value.source().isPresent()) {
        String statement = value.source().get().statement();
        Optional<Json.Obj> known = statements.get(statement);
        if (known == null) {
          known = client.referenceSet(statement);
          statements.put(statement, known);
        }
        if (known.isPresent()) {
          origin.put("statement", described(known.get()));
        }
      } else {
        origin.putIf("registered", plain.of(value));
      }
      found.add(origin.build());
    }
    return found;
  }

  private boolean isWanted(ReferenceValue value) {
    return value.name().equals(wanted)
        || ReferenceDiff.named(List.of(value)).stream()
            .anyMatch(item -> item.value().plain().equalsIgnoreCase(wanted));
  }

  /// What a kept statement says, beside its values. The server verified it when it took it.
  private static Json.Obj described(Json.Obj kept) throws FormatException {
    ReferenceSet set = SignedReferenceSet.parse(kept.object("file").utf8()).unverifiedContent();
    return Json.object()
        .put("set", set.name())
        .put("version", set.version())
        .put("kind", set.kind().name().toLowerCase(java.util.Locale.ROOT))
        .put("issued", set.issued().toString())
        .put("expires", set.expires().toString())
        .put("tool", set.tool())
        .put("facts", set.facts())
        .put("inputs", Json.array(set.inputs().stream().map(ReferenceSet.Input::json).toList()))
        .put("importedAt", kept.string("at"))
        .put("importedBy", kept.string("by"))
        .build();
  }

  private void print(List<Json> found) throws FormatException {
    PrintWriter out = spec.commandLine().getOut();
    if (parent.json) {
      out.println(Json.array(found).compact());
    } else {
      for (Json item : found) {
        lines(item.asObject("value")).forEach(out::println);
      }
    }
    out.flush();
  }

  private static List<String> lines(Json.Obj origin) throws FormatException {
    List<String> lines = new ArrayList<>();
    ReferenceValue value = ReferenceValue.parse(origin);
    line(lines, "name", value.name());
    line(lines, "value", value.value().plain());
    line(lines, origin.bool("inForce") ? "in force" : "expired", "until " + value.expires());
    line(lines, "provenance", value.provenance().text());
    boolean told =
        origin.present("statement").isPresent()
            && origin.object("statement").string("kind").equals("statement");
    if (!told) { // What a statement says of itself follows in lines of their own.
      line(lines, "origin", value.origin());
    }
    Optional<ReferenceSource> from = value.source();
    if (from.isEmpty()) {
      line(lines, "statement", "none: it was registered as it stands");
      line(lines, "registered", registered(origin));
    }
    while (from.isPresent()) {
      ReferenceSource source = from.get();
      line(
          lines,
          source.equals(value.source().orElseThrow()) ? "statement" : "passed on",
          "%s version %d, %s".formatted(source.set(), source.version(), source.statement()));
      line(lines, "  signer", source.signer());
      from = source.from();
    }
    if (origin.present("statement").isPresent()) {
      told(lines, origin.object("statement"));
    }
    lines.add("");
    return lines;
  }

  /// What a statement says of itself.
  private static void told(List<String> lines, Json.Obj statement) throws FormatException {
    line(lines, "  tool", statement.string("tool"));
    line(lines, "  made", statement.string("issued") + ", for " + statement.object("facts"));
    line(
        lines,
        "  imported",
        statement.string("importedAt") + " by " + statement.string("importedBy"));
    for (Json item : statement.array("inputs")) {
      Json.Obj input = item.asObject("input");
      line(
          lines,
          "  from",
          "%s sha256:%s %s"
              .formatted(input.string("role"), input.string("sha256"), input.string("file")));
    }
  }

  private static String registered(Json.Obj origin) throws FormatException {
    if (origin.present("registered").isEmpty()) {
      return "not in the newest %d entries of the ledger".formatted(PlainRecords.MAX_ENTRIES);
    }
    Json.Obj known = origin.object("registered");
    return "%s by %s, entry %s of the ledger"
        .formatted(known.string("at"), known.string("by"), known.string("id"));
  }

  private static void line(List<String> lines, String what, String text) {
    lines.add("%-11s %s".formatted(what, Shown.line(text)));
  }
}
