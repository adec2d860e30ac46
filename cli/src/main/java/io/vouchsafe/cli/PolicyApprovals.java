package io.vouchsafe.cli;

import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Json;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
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

/// The commands for changes that need a second subject.
final class PolicyApprovals {
  /// How many values of a proposal are shown.
  private static final int SHOWN = 20;

  private PolicyApprovals() {}

  @Command(
      name = "proposals",
      description = "List the changes of policies and reference values that wait for an approval.")
  static final class ListCommand implements Callable<Integer> {
    @Spec CommandSpec spec;
    @ParentCommand PolicyCommand parent;
    @Mixin TenantTrustOptions trust = new TenantTrustOptions();

    @Override
    public Integer call() throws IOException, FormatException, Failure {
      PrintWriter out = spec.commandLine().getOut();
      try (TrustClient client = TrustClient.open(Home.here(), trust.place())) {
        List<Json.Obj> proposals = new ServerPolicies(client).proposals();
        if (parent.json) {
          out.println(Json.object().put("proposals", Json.array(proposals)).build().compact());
        } else {
          for (Json.Obj proposal : proposals) {
            lines(proposal).forEach(line -> out.println(Shown.line(line)));
          }
        }
      }
      out.flush();
      return 0;
    }

    private static List<String> lines(Json.Obj proposal) throws FormatException {
      List<String> lines = new ArrayList<>();
      Json.Obj change = proposal.object("change");
      lines.add(
          "%d  %s  by %s  %s"
              .formatted(
                  proposal.integer("proposal"),
                  proposal.string("at"),
                  proposal.string("by"),
                  what(change)));
      change
          .optionalString("comment")
          .filter(it -> !it.isEmpty())
          .ifPresent(it -> lines.add("  " + it));
      lines.add("  digest " + proposal.string("digest"));
      List<Json> values =
          change.present("entries").isPresent() ? change.array("entries") : List.of();
      for (Json item : values.subList(0, Math.min(SHOWN, values.size()))) {
        lines.add("  + " + ReferenceHistoryCommand.line(item.asObject("entry")));
      }
      if (values.size() > SHOWN) {
        lines.add("  … %d more: --json".formatted(values.size() - SHOWN));
      }
      return lines;
    }

    private static String what(Json.Obj change) throws FormatException {
      String action = change.string("action");
      return switch (action) {
        case "set-approvals" -> "approvals " + change.integer("approvals");
        case "put-policy" ->
            "%s on version %d, sha256 %s"
                .formatted(
                    change.string("policy"), change.integer("base"), change.string("digest"));
        case "delete-reference-values" -> "rv delete " + change.string("name");
        case "delete-reference-value" -> "rv delete, entry " + change.integer("entry");
        case "import-reference-set" ->
            "rv import %s version %d%s, %s"
                .formatted(
                    change.string("set"),
                    change.integer("version"),
                    change.bool("whole") ? " in place of others" : "",
                    change.string("statement"));
        case "rollback-reference-set" ->
            "rv rollback %s %d".formatted(change.string("set"), change.integer("version"));
        case "add-reference-values" -> "rv put";
        case "put-trusted-ak" ->
            "trust the attestation key %s (%s)"
                .formatted(change.string("spki"), change.string("label"));
        default -> action;
      };
    }
  }

  @Command(
      name = "approve",
      description = {
        "Approve a change of a policy or of reference values that another subject proposed: it is made at once.",
        "`policy proposals --json` shows all of it."
      })
  static final class ApproveCommand implements Callable<Integer> {
    @Spec CommandSpec spec;
    @ParentCommand PolicyCommand parent;

    @Parameters(paramLabel = "N", description = "The number of the proposal.")
    long number;

    @Option(
        names = "--digest",
        paramLabel = "SHA256",
        description = "Only if that is the digest of the proposal, as `proposals` shows it.")
    Optional<String> digest = Optional.empty();

    @Mixin TenantTrustOptions trust = new TenantTrustOptions();

    @Override
    public Integer call() throws IOException, FormatException, Failure {
      PrintWriter out = spec.commandLine().getOut();
      try (TrustClient client = TrustClient.open(Home.here(), trust.place())) {
        Json.Obj outcome = new ServerPolicies(client).approve(number, digest);
        out.println(
            parent.json
                ? outcome.compact()
                : "proposal %d: approved%s".formatted(number, made(outcome)));
      }
      out.flush();
      return 0;
    }

    private static String made(Json.Obj outcome) throws FormatException {
      if (outcome.present("added").isPresent()) {
        String gone = outcome.present("deleted").isPresent() ? "deleted" : "removed";
        return ", %d values put in force, %d taken out of force"
            .formatted(outcome.integer("added"), outcome.integer(gone));
      }
      if (outcome.present("spki").isPresent()) {
        return ", the key is trusted";
      }
      return outcome.present("version").isPresent()
          ? ", version %d is in force, sha256 %s"
              .formatted(outcome.integer("version"), outcome.string("digest"))
          : ", a change needs %d approvals".formatted(outcome.integer("approvals"));
    }
  }

  @Command(name = "withdraw", description = "Withdraw a change that waits for an approval.")
  static final class WithdrawCommand implements Callable<Integer> {
    @Spec CommandSpec spec;
    @ParentCommand PolicyCommand parent;

    @Parameters(paramLabel = "N", description = "The number of the proposal.")
    long number;

    @Mixin TenantTrustOptions trust = new TenantTrustOptions();

    @Override
    public Integer call() throws IOException, FormatException, Failure {
      try (TrustClient client = TrustClient.open(Home.here(), trust.place())) {
        new ServerPolicies(client).withdraw(number);
      }
      if (parent.json) {
        PrintWriter out = spec.commandLine().getOut();
        out.println(Json.object().put("withdrawn", number).build().compact());
        out.flush();
      }
      return 0;
    }
  }

  @Command(
      name = "approvals",
      description = {
        "Show or set how many subjects must agree to a change of a policy or of reference values: 1 or 2.",
        "2 needs a second administrator (`trust admin add`); back to 1 needs both subjects too."
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
        // What is so already is no change, and needs nobody's approval.
        if (wanted.isPresent() && wanted.get() != policies.approvals()) {
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
