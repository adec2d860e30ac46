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
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/// The commands for changes that need a second subject.
final class PolicyApprovals {
  private PolicyApprovals() {}

  @Command(name = "proposals", description = "List the changes that wait for an approval.")
  static final class ListCommand implements Callable<Integer> {
    @Spec CommandSpec spec;
    @ParentCommand PolicyCommand parent;
    @Mixin TenantTrustOptions trust = new TenantTrustOptions();

    @Override
    public Integer call() throws IOException, FormatException, Failure {
      PrintWriter out = spec.commandLine().getOut();
      try (TrustClient client = TrustClient.open(Home.here(), trust.place())) {
        for (Json.Obj proposal : new ServerPolicies(client).proposals()) {
          out.println(parent.json ? proposal.compact() : line(proposal));
        }
      }
      out.flush();
      return 0;
    }

    private static String line(Json.Obj proposal) throws FormatException {
      Json.Obj change = proposal.object("change");
      String what =
          change.get("approvals").isPresent()
              ? "approvals " + change.integer("approvals")
              : "%s on version %d, sha256 %s"
                  .formatted(
                      change.string("policy"), change.integer("base"), change.string("digest"));
      Optional<String> comment = change.optionalString("comment");
      return "%d  %s  by %s  %s%s"
          .formatted(
              proposal.integer("proposal"),
              proposal.string("at"),
              proposal.string("by"),
              what,
              comment.map(it -> "  " + it).orElse(""));
    }
  }

  @Command(
      name = "approve",
      description = {
        "Approve a change that another subject proposed: it is in force at once.",
        "`policy proposals --json` shows its text."
      })
  static final class ApproveCommand implements Callable<Integer> {
    @Spec CommandSpec spec;
    @ParentCommand PolicyCommand parent;

    @Parameters(paramLabel = "N", description = "The number of the proposal.")
    long number;

    @Mixin TenantTrustOptions trust = new TenantTrustOptions();

    @Override
    public Integer call() throws IOException, FormatException, Failure {
      PrintWriter out = spec.commandLine().getOut();
      try (TrustClient client = TrustClient.open(Home.here(), trust.place())) {
        Json.Obj outcome = new ServerPolicies(client).approve(number);
        out.println(
            parent.json
                ? outcome.compact()
                : "proposal %d: approved%s"
                    .formatted(
                        number,
                        outcome.integer("version") == 0
                            ? ""
                            : ", version %d is in force, sha256 %s"
                                .formatted(outcome.integer("version"), outcome.string("digest"))));
      }
      out.flush();
      return 0;
    }
  }

  @Command(name = "withdraw", description = "Withdraw a change that waits for an approval.")
  static final class WithdrawCommand implements Callable<Integer> {
    @Parameters(paramLabel = "N", description = "The number of the proposal.")
    long number;

    @Mixin TenantTrustOptions trust = new TenantTrustOptions();

    @Override
    public Integer call() throws IOException, FormatException, Failure {
      try (TrustClient client = TrustClient.open(Home.here(), trust.place())) {
        new ServerPolicies(client).withdraw(number);
      }
      return 0;
    }
  }

  @Command(
      name = "approvals",
      description = {
        "Show or set how many subjects must agree to a change of a policy: 1 or 2.",
        "2 needs an identity provider on the server; back to 1 needs both subjects too."
      })
  static final class SettingCommand implements Callable<Integer> {
    @Spec CommandSpec spec;
    @ParentCommand PolicyCommand parent;

    @Parameters(paramLabel = "N", arity = "0..1")
    Optional<Long> wanted = Optional.empty();

    @Mixin TenantTrustOptions trust = new TenantTrustOptions();

    @Override
    public Integer call() throws IOException, FormatException, Failure {
      PrintWriter out = spec.commandLine().getOut();
      try (TrustClient client = TrustClient.open(Home.here(), trust.place())) {
        ServerPolicies policies = new ServerPolicies(client);
        Optional<Long> proposal = Optional.empty();
        if (wanted.isPresent()) {
          Json.Obj outcome = policies.setApprovals(wanted.get());
          proposal =
              outcome.get("proposal").isPresent()
                  ? Optional.of(outcome.integer("proposal"))
                  : Optional.empty();
        }
        long approvals = policies.approvals();
        if (parent.json) {
          out.println(
              Json.object()
                  .put("approvals", approvals)
                  .putIf("proposal", proposal.map(Json::of))
                  .build()
                  .compact());
        } else {
          out.println("approvals that a change needs: " + approvals);
          proposal.ifPresent(number ->
              out.println("proposal " + number + " waits for the approval of another subject"));
        }
      }
      out.flush();
      return 0;
    }
  }
}
