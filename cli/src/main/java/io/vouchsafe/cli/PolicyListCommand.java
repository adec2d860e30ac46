package io.vouchsafe.cli;

import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Json;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

@Command(
    name = "list",
    description = {
      "List which policies of a server are in force, by whom, since when.",
      "With POLICY (release or attestation): all its versions, oldest first."
    })
final class PolicyListCommand implements Callable<Integer> {

  @Spec CommandSpec spec;

  @ParentCommand PolicyCommand parent;

  @Parameters(index = "0", paramLabel = "POLICY", arity = "0..1")
  Optional<String> policy = Optional.empty();

  @Mixin TenantTrustOptions trust = new TenantTrustOptions();

  @Override
  public Integer call() throws IOException, FormatException, Failure {
    PrintWriter out = spec.commandLine().getOut();
    Optional<PolicyName> name =
        policy.isPresent() ? Optional.of(PolicyName.parse(policy.get())) : Optional.empty();
    try (TrustClient client = TrustClient.open(Home.here(), trust.place())) {
      ServerPolicies policies = new ServerPolicies(client);
      if (name.isPresent()) {
        history(out, name.get(), policies.history(name.get()));
      } else {
        current(out, policies.list());
      }
    }
    out.flush();
    return 0;
  }

  private void history(PrintWriter out, PolicyName name, List<Json.Obj> versions)
      throws FormatException {
    if (parent.json) {
      out.println(
          Json.object()
              .put("policy", name.kind())
              .put("versions", Json.array(versions))
              .build()
              .compact());
      return;
    }
    for (Json.Obj version : versions) {
      lines(out, name.kind(), version);
    }
  }

  private void current(PrintWriter out, Json.Obj list) throws FormatException {
    if (parent.json) {
      out.println(list.compact());
      return;
    }
    for (Json item : list.array("policies")) {
      Json.Obj policy = item.asObject("policy");
      switch (policy.string("state")) {
        case "active" -> lines(out, policy.string("kind"), policy);
        case "revoked" ->
            out.println(
                "%s  version %d was revoked; nothing is in force"
                    .formatted(policy.string("kind"), policy.integer("version")));
        default -> out.println(policy.string("kind") + "  none was ever put");
      }
    }
    out.println("approvals that a change needs: " + list.integer("approvals"));
    long waiting = list.integer("proposals");
    if (waiting > 0) {
      out.println(waiting + " waiting: `vouchsafe policy proposals`");
    }
  }

  private static void lines(PrintWriter out, String kind, Json.Obj policy) throws FormatException {
    out.println(
        "%s  version %d  %s  sha256 %s"
            .formatted(kind, policy.integer("version"), form(policy), policy.string("digest")));
    out.println("  %s  by %s".formatted(policy.string("at"), policy.string("by")));
    for (String member : List.of("approved_by", "comment")) {
      Optional<String> value = policy.optionalString(member);
      value.ifPresent(
          text -> out.println("  " + member.replace('_', ' ') + "  " + Shown.line(text)));
    }
    if (policy.present("classes").isPresent()) {
      for (Map.Entry<String, Json> one : policy.object("classes").members().entrySet()) {
        out.println(
            "  %s  sha256 %s".formatted(one.getKey(), one.getValue().asString(one.getKey())));
      }
    }
  }

  private static String form(Json.Obj policy) throws FormatException {
    Optional<String> name = policy.optionalString("name");
    return policy.string("type") + name.map(it -> " " + it).orElse("");
  }
}
