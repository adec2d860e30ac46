package io.vouchsafe.cli;

import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Json;
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
    name = "rollback",
    description = {
      "Put the values of an older version of a signed set in force again, in place of those of the others.",
      "What is imported must still be newer than the newest that was ever taken."
    })
final class ReferenceRollbackCommand implements Callable<Integer> {
  @Spec CommandSpec spec;

  @Parameters(index = "0", paramLabel = "SET", description = "Name of the statement or bundle.")
  String set = "";

  @Parameters(index = "1", paramLabel = "N", description = "A version that was taken before.")
  long version;

  @Option(
      names = "--comment",
      defaultValue = "",
      paramLabel = "TEXT",
      description = "Why, for the record.")
  String comment = "";

  @Mixin TenantTrustOptions trust = new TenantTrustOptions();

  @Override
  public Integer call() throws IOException, FormatException, Failure {
    PrintWriter out = spec.commandLine().getOut();
    try (TrustClient client = TrustClient.open(Home.here(), trust.place())) {
      Json.Obj done = client.rollbackSet(set, version, comment);
      out.printf(
          "%s version %d: %d in force by it, %d taken out of force, %d past their end%n",
          set, version, done.integer("added"), done.integer("removed"), done.integer("expired"));
    } catch (ProposedFailure e) {
      out.println(e.line());
    }
    out.flush();
    return 0;
  }
}
