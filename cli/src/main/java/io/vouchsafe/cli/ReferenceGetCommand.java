package io.vouchsafe.cli;

import io.vouchsafe.appraisal.ReferenceValue;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Json;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

@Command(
    name = "get",
    description = "Show the values that NAME may have now, one a line; lists item by item.")
final class ReferenceGetCommand implements Callable<Integer> {
  @Spec CommandSpec spec;

  @ParentCommand ReferenceValueCommand parent;

  @Parameters(paramLabel = "NAME")
  String name = "";

  @Mixin TenantTrustOptions trust = new TenantTrustOptions();

  @Override
  public Integer call() throws IOException, FormatException, Failure {
    List<ReferenceValue> named = new ArrayList<>();
    try (TrustClient client = TrustClient.open(Home.here(), trust.place())) {
      for (ReferenceValue value : client.valuesInForce(Instant.now())) {
        if (value.name().equals(name)) {
          named.add(value);
        }
      }
    }
    if (named.isEmpty()) {
      throw new Failure("no value of " + name + " is in force");
    }
    PrintWriter out = spec.commandLine().getOut();
    List<Json> values =
        ReferenceDiff.named(named).stream().map(ReferenceDiff.Named::value).toList();
    if (parent.json) {
      out.println(Json.array(values).compact());
    } else {
      values.forEach(value -> out.println(Shown.line(value.plain())));
    }
    out.flush();
    return 0;
  }
}
