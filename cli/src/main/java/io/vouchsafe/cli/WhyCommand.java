package io.vouchsafe.cli;

import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.verdict.Refusal;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
    name = "why",
    description = "Show a past decision: what was asked, every check, what it was compared with.")
final class WhyCommand implements Callable<Integer> {

  @Spec CommandSpec spec;

  @Parameters(paramLabel = "ID", description = "The id of a refusal or decision.")
  String id = "";

  @Mixin TrustOptions trust = new TrustOptions();

  @Option(names = "--json", description = "Print the record as JSON.")
  boolean json;

  @Override
  public Integer call() throws IOException, FormatException, Failure {
    if (!id.matches("[A-Za-z0-9_-]{1,64}")) {
      throw new Failure("'" + id + "' is no id of a decision");
    }
    try (TrustClient client = TrustClient.open(Home.here(), trust.place())) {
      Json.Obj record =
          client
              .why(id)
              .orElseThrow(() ->
                  new Failure(
                      "nothing is recorded under %s; `vouchsafe trust log` lists what is. Refusals of callers who proved nothing are counted there, without their ids"
                          .formatted(id)));
      PrintWriter out = spec.commandLine().getOut();
      if (json) {
        out.println(record.compact());
      } else {
        print(out, record);
      }
      out.flush();
      return 0;
    }
  }

  private static void print(PrintWriter out, Json.Obj record) {
    for (String name :
        List.of("id", "at", "kind", "step", "outcome", "resource", "subject", "via")) {
      record
          .present(name)
          .ifPresent(value -> out.printf("%-10s %s%n", name, Decisions.text(value)));
    }
    Optional<Refusal> refusal = Decisions.refusal(record);
    refusal.ifPresent(why -> {
      out.println();
      out.println("refused    " + why.code() + ": " + why.code().meaning());
      out.println("  check    " + why.check());
      out.println("  expected " + why.expected());
      out.println("  found    " + why.found());
      out.println("  remedy   " + why.remedy());
    });
    Decisions.groups(record)
        .forEach((group, checks) -> {
          out.println();
          out.println(group + ":");
          for (Json.Obj check : checks) {
            out.println("  " + Decisions.line(check));
            check
                .present("remedy")
                .ifPresent(remedy -> out.println("              " + Decisions.text(remedy)));
          }
        });
  }
}
