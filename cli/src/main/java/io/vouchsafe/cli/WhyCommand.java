package io.vouchsafe.cli;

import io.vouchsafe.appraisal.why.Explanation;
import io.vouchsafe.appraisal.why.ExplanationText;
import io.vouchsafe.encoding.FormatException;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
    name = "why",
    description = {
      "Show a past decision: every check, what it was compared with, the lines of the policy that decided, and what would have to change.",
      "Everything is as it was then; where today differs, that is said last."
    })
final class WhyCommand implements Callable<Integer> {

  @Spec CommandSpec spec;

  @Parameters(paramLabel = "ID", description = "The id of a refusal or decision.")
  String id = "";

  @Mixin TenantTrustOptions trust = new TenantTrustOptions();

  @Option(names = "--json", description = "Print it as JSON (docs/why.md).")
  boolean json;

  @Override
  public Integer call() throws IOException, FormatException, Failure {
    if (!id.matches("[A-Za-z0-9_-]{1,64}")) {
      throw new Failure("'" + id + "' is no id of a decision");
    }
    try (TrustClient client = TrustClient.open(Home.here(), trust.place())) {
      Explanation explanation =
          client
              .why(id)
              .orElseThrow(() ->
                  new Failure(
                      "nothing is recorded under %s; `vouchsafe trust log` lists what is. Refusals of callers who proved nothing are counted there, without their ids"
                          .formatted(id)));
      PrintWriter out = spec.commandLine().getOut();
      if (json) {
        out.println(explanation.json().compact());
      } else {
        ExplanationText.lines(explanation).forEach(out::println);
      }
      out.flush();
      return 0;
    }
  }
}
