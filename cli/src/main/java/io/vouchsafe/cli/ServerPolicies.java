package io.vouchsafe.cli;

import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Json;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The policies of a tenant on a trust server.
final class ServerPolicies {
  private static final String BASE = "/v1/admin/policies";
  private static final String PROPOSALS = BASE + "/proposals";
  private static final String APPROVALS = BASE + "/approvals";

  private final TrustClient server;

  ServerPolicies(TrustClient server) {
    this.server = server;
  }

  /// What is to stand in the record, and which version must be in force.
  record Condition(Optional<String> comment, Optional<Long> ifVersion) {
    Json.Obj into(Json.Obj body) {
      Json.Obj with = comment.isEmpty() ? body : body.with("comment", Json.of(comment.get()));
      return ifVersion.isEmpty() ? with : with.with("if_version", Json.of(ifVersion.get()));
    }
  }

  /// What is in force, without texts.
  Json.Obj list() throws IOException, FormatException, Failure {
    return server.get(BASE);
  }

  /// Every version, oldest first, without texts.
  List<Json.Obj> history(PolicyName name) throws IOException, FormatException, Failure {
    List<Json.Obj> versions = new ArrayList<>();
    for (Json version : server.get(BASE + "/" + name.kind()).array("versions")) {
      versions.add(version.asObject("version"));
    }
    return versions;
  }

  /// One version.
  Json.Obj version(PolicyName name, long version) throws IOException, FormatException, Failure {
    return server.get(BASE + "/" + name.kind() + "?version=" + version);
  }

  /// What is in force.
  ///
  /// @throws Failure if nothing is
  Json.Obj current(PolicyName name) throws IOException, FormatException, Failure {
    Json.Obj current = server.get(BASE + "/" + name.kind()).without("versions");
    String state = current.string("state");
    if (!state.equals("active")) {
      throw new Failure(
          "no %s policy is in force: %s"
              .formatted(
                  name.kind(),
                  state.equals("revoked")
                      ? "version " + current.integer("version") + " was revoked"
                      : "none was ever put"));
    }
    return current;
  }

  /// Puts a policy: its stored form, or the text of one class.
  Json.Obj put(PolicyName name, Json.Obj policy, Condition condition)
      throws IOException, FormatException, Failure {
    String path = BASE + "/" + name.kind() + name.teeClass().map(it -> "/" + it).orElse("");
    return server.put(path, condition.into(policy));
  }

  Json.Obj rollback(PolicyName name, long version, Condition condition)
      throws IOException, FormatException, Failure {
    return server.post(
        BASE + "/" + name.kind() + "/rollback",
        condition.into(Json.object().put("version", version).build()));
  }

  /// @return whether a policy was in force
  boolean revoke(PolicyName name) throws IOException, FormatException, Failure {
    return server
        .delete(BASE + "/" + name.kind())
        .get("revoked")
        .equals(Optional.of(Json.of(true)));
  }

  List<Json.Obj> proposals() throws IOException, FormatException, Failure {
    List<Json.Obj> proposals = new ArrayList<>();
    for (Json proposal : server.get(PROPOSALS).array("proposals")) {
      proposals.add(proposal.asObject("proposal"));
    }
    return proposals;
  }

  /// @param digest that the proposal must have; empty for any
  Json.Obj approve(long number, Optional<String> digest)
      throws IOException, FormatException, Failure {
    return server.post(
        PROPOSALS + "/" + number + "/approve",
        Json.object().putIf("digest", digest.map(Json::of)).build());
  }

  void withdraw(long number) throws IOException, FormatException, Failure {
    server.delete(PROPOSALS + "/" + number);
  }

  long approvals() throws IOException, FormatException, Failure {
    return server.get(APPROVALS).integer("approvals");
  }

  Json.Obj setApprovals(long wanted) throws IOException, FormatException, Failure {
    return server.put(APPROVALS, Json.object().put("approvals", wanted).build());
  }

  /// What would be decided.
  Json.Obj tryOut(Json.Obj question) throws IOException, FormatException, Failure {
    return server.post(BASE + "/try", question);
  }
}
