package io.vouchsafe.cli;

import io.vouchsafe.appraisal.ReferenceValue;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Json;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

@Command(
    name = "rollback",
    description = {
      "Put an older version of a signed set in force again, or without N the plain values that a name last lost.",
      "SET N: the values of that version, in place of those of the others. What is imported must still be newer than the newest that was ever taken.",
      "NAME alone: the values, registered without a signed file, that the newest change of NAME which took any out of force took; with the ends that they had."
    })
final class ReferenceRollbackCommand implements Callable<Integer> {
  @Spec CommandSpec spec;

  @ParentCommand ReferenceValueCommand parent;

  @Parameters(
      index = "0",
      paramLabel = "SET|NAME",
      description = "Name of the statement or bundle, or of the values.")
  String set = "";

  @Parameters(
      index = "1",
      paramLabel = "N",
      arity = "0..1",
      description = "A version of the set that was taken before.")
  Optional<Long> version = Optional.empty();

  @Option(names = "--comment", paramLabel = "TEXT", description = "Of a set: why, for the record.")
  Optional<String> comment = Optional.empty();

  @Mixin TenantTrustOptions trust = new TenantTrustOptions();

  @Override
  public Integer call() throws IOException, FormatException, Failure {
    if (version.isEmpty() && comment.isPresent()) {
      throw new Failure("--comment goes with a version of a signed set");
    }
    PrintWriter out = spec.commandLine().getOut();
    try (TrustClient client = TrustClient.open(Home.here(), trust.place())) {
      if (version.isEmpty()) {
        plain(client, out);
      } else {
        ofSet(client, out, version.get());
      }
    } catch (ProposedFailure e) {
      parent.waits(e);
    }
    out.flush();
    return 0;
  }

  private void ofSet(TrustClient client, PrintWriter out, long wanted)
      throws IOException, FormatException, Failure {
    Json.Obj done = client.rollbackSet(set, wanted, comment.orElse(""));
    if (parent.json) {
      out.println(done.compact());
    } else {
      out.printf(
          "%s version %d: %d in force by it, %d taken out of force, %d past their end%n",
          Shown.line(set),
          wanted,
          done.integer("added"),
          done.integer("removed"),
          done.integer("expired"));
    }
  }

  /// What the ledger says was taken away, registered again as it was: each with its own end, so
  /// that nothing counts longer than it was meant to.
  private void plain(TrustClient client, PrintWriter out)
      throws IOException, FormatException, Failure {
    ReferenceHistory.Loss loss =
        ReferenceHistory.lastLoss(client, set)
            .orElseThrow(() ->
                new Failure(
                    "no value of %s that was registered without a signed file was ever taken out of force; of a signed set name the version: rv rollback SET N"
                        .formatted(set)));
    Instant now = Instant.now();
    List<ReferenceValue> again = loss.values().stream().filter(it -> it.inForce(now)).toList();
    int expired = loss.values().size() - again.size();
    if (again.isEmpty()) {
      throw new Failure(
          "the values of %s that were taken out of force at %s are past their end: `vouchsafe rv history` shows them, `vouchsafe rv put` registers them for longer"
              .formatted(set, loss.at()));
    }
    int added = client.registerAgain(again);
    if (parent.json) {
      out.println(
          Json.object()
              .put("state", "active")
              .put("added", added)
              .put("known", again.size() - added)
              .put("expired", expired)
              .put("takenAt", loss.at())
              .build()
              .compact());
    } else {
      out.printf(
          "%s as before %s: %d in force again, %d were already, %d past their end%n",
          Shown.line(set), loss.at(), added, again.size() - added, expired);
    }
  }
}
