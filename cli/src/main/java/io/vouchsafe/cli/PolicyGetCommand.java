package io.vouchsafe.cli;

import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Json;
import java.io.IOException;
import java.io.PrintWriter;
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
    name = "get",
    description = {
      "Print a policy of a server byte for byte as it was put; JSON where it is not one text.",
      "POLICY is release, attestation/CLASS (such as attestation/cpu), or attestation."
    })
final class PolicyGetCommand implements Callable<Integer> {

  @Spec CommandSpec spec;

  @ParentCommand PolicyCommand parent;

  @Parameters(index = "0", paramLabel = "POLICY")
  String policy = "";

  @Option(
      names = "--version",
      paramLabel = "N",
      description = "An older version instead of the one in force.")
  Optional<Long> version = Optional.empty();

  @Mixin TenantTrustOptions trust = new TenantTrustOptions();

  @Override
  public Integer call() throws IOException, FormatException, Failure {
    PolicyName name = PolicyName.parse(policy);
    if (version.filter(it -> it < 1).isPresent()) {
      throw new Failure("--version wants 1 or more, got " + version.get());
    }
    PrintWriter out = spec.commandLine().getOut();
    try (TrustClient client = TrustClient.open(Home.here(), trust.place())) {
      ServerPolicies policies = new ServerPolicies(client);
      Json.Obj found =
          version.isPresent() ? policies.version(name, version.get()) : policies.current(name);
      if (parent.json) {
        out.println(found.compact());
      } else {
        out.print(name.text(found.object("policy")));
      }
    }
    out.flush();
    return 0;
  }
}
