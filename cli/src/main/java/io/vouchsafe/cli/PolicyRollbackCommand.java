package io.vouchsafe.cli;

import io.vouchsafe.encoding.FormatException;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

@Command(
    name = "rollback",
    description = "Put an older version in force again, as a new version that is equal to it.")
final class PolicyRollbackCommand implements Callable<Integer> {

  @Spec CommandSpec spec;

  @ParentCommand PolicyCommand parent;

  @Parameters(index = "0", paramLabel = "POLICY", description = "release or attestation.")
  String policy = "";

  @Parameters(index = "1", paramLabel = "N", description = "The version, as `list` numbers them.")
  long version;

  @Mixin PolicyChangeOptions change = new PolicyChangeOptions();

  @Mixin TenantTrustOptions trust = new TenantTrustOptions();

  @Override
  public Integer call() throws IOException, FormatException, Failure {
    PolicyName name = whole(policy);
    try (TrustClient client = TrustClient.open(Home.here(), trust.place())) {
      PolicyPutCommand.print(
          spec.commandLine().getOut(),
          parent.json,
          name,
          new ServerPolicies(client).rollback(name, version, change.condition()));
    }
    return 0;
  }

  /// A policy that has versions: classes of evidence have those of the attestation policy.
  static PolicyName whole(String policy) throws Failure {
    PolicyName name = PolicyName.parse(policy);
    if (name.teeClass().isPresent()) {
      throw new Failure(
          "attestation is one policy for all classes of evidence: name it without /"
              + name.teeClass().get());
    }
    return name;
  }
}
