package io.vouchsafe.cli;

import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Json;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

@Command(
    name = "revoke",
    description = {
      "Take a policy out of force at once: nothing is released until one is put again.",
      "Needs no second approval; to put one again does."
    })
final class PolicyRevokeCommand implements Callable<Integer> {

  @Spec CommandSpec spec;

  @ParentCommand PolicyCommand parent;

  @Parameters(index = "0", paramLabel = "POLICY", description = "release or attestation.")
  String policy = "";

  @Mixin TenantTrustOptions trust = new TenantTrustOptions();

  @Override
  public Integer call() throws IOException, FormatException, Failure {
    PolicyName name = PolicyRollbackCommand.whole(policy);
    boolean revoked;
    try (TrustClient client = TrustClient.open(Home.here(), trust.place())) {
      revoked = new ServerPolicies(client).revoke(name);
    }
    PrintWriter out = spec.commandLine().getOut();
    if (parent.json) {
      out.println(Json.object().put("revoked", revoked).build().compact());
    } else {
      out.println(
          revoked
              ? name + ": revoked; nothing is released until a policy is put again"
              : name + ": none was in force");
    }
    out.flush();
    return 0;
  }
}
