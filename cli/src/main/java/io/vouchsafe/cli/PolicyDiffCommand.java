package io.vouchsafe.cli;

import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Json;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

@Command(
    name = "diff",
    description = {
      "Show what differs between versions of a policy, or between a file and the server.",
      "A and B are numbers of versions, or files; without B it is what is in force.",
      "Of a class that is appraised by the built-in rules there is no text.",
      "Exit status: 0 the same, 1 different."
    })
final class PolicyDiffCommand implements Callable<Integer> {
  private static final int DIFFERENT = 1;

  @Spec CommandSpec spec;

  @ParentCommand PolicyCommand parent;

  @Parameters(
      index = "0",
      paramLabel = "POLICY",
      description = "release, attestation/CLASS, or attestation.")
  String policy = "";

  @Parameters(index = "1", paramLabel = "A")
  String before = "";

  @Parameters(index = "2", paramLabel = "B", arity = "0..1")
  Optional<String> after = Optional.empty();

  @Mixin TenantTrustOptions trust = new TenantTrustOptions();

  /// One side of the comparison.
  private record Side(String name, String text) {}

  @Override
  public Integer call() throws IOException, FormatException, Failure {
    PolicyName name = PolicyName.parse(policy);
    Side from;
    Side to;
    try (TrustClient client = TrustClient.open(Home.here(), trust.place())) {
      ServerPolicies policies = new ServerPolicies(client);
      if (after.isPresent()) {
        from = side(policies, name, before);
        to = side(policies, name, after.get());
      } else if (isVersion(before)) {
        from = side(policies, name, before);
        to = current(policies, name);
      } else {
        // What would change if the file was put.
        from = current(policies, name);
        to = side(policies, name, before);
      }
    }
    List<String> lines = UnifiedDiff.of(from.name(), from.text(), to.name(), to.text());
    PrintWriter out = spec.commandLine().getOut();
    if (parent.json) {
      out.println(
          Json.object()
              .put("same", lines.isEmpty())
              .put("diff", String.join("\n", lines))
              .build()
              .compact());
    } else {
      lines.forEach(line -> out.println(Shown.line(line)));
    }
    out.flush();
    return lines.isEmpty() ? 0 : DIFFERENT;
  }

  private static Side side(ServerPolicies policies, PolicyName name, String what)
      throws IOException, FormatException, Failure {
    if (!isVersion(what)) {
      String text = PolicyPutCommand.text(Path.of(what));
      boolean whole = name.kind().equals("attestation") && name.teeClass().isEmpty();
      return new Side(what, whole ? name.lines(PolicyPutCommand.form(name, text)) : text);
    }
    Json.Obj version = policies.version(name, Long.parseLong(what));
    return new Side(name + " version " + what, name.lines(version.object("policy")));
  }

  private static boolean isVersion(String what) {
    return what.matches("[0-9]{1,18}");
  }

  private static Side current(ServerPolicies policies, PolicyName name)
      throws IOException, FormatException, Failure {
    Json.Obj current = policies.current(name);
    return new Side(
        name + " version " + current.integer("version"), name.lines(current.object("policy")));
  }
}
