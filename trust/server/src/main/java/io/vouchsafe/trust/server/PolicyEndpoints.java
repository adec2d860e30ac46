package io.vouchsafe.trust.server;

import io.vouchsafe.appraisal.AttestationPolicy;
import io.vouchsafe.appraisal.ReleasePolicy;
import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.encoding.JsonLimits;
import io.vouchsafe.http.server.BodyTooLargeException;
import io.vouchsafe.http.server.HttpAnswer;
import io.vouchsafe.http.server.HttpRequest;
import io.vouchsafe.trust.core.AdminCheck;
import io.vouchsafe.trust.core.Administrator;
import io.vouchsafe.trust.core.Approvals;
import io.vouchsafe.trust.core.PolicyAdministration;
import io.vouchsafe.trust.core.PolicyContent;
import io.vouchsafe.trust.core.PolicyRequest;
import io.vouchsafe.trust.core.Step;
import io.vouchsafe.trust.core.TransactionRefusedException;
import io.vouchsafe.trust.core.TrialAnswer;
import io.vouchsafe.trust.core.TrialQuestion;
import io.vouchsafe.trust.core.TrustCore;
import io.vouchsafe.trust.store.PolicyState;
import io.vouchsafe.trust.store.StoredPolicy;
import io.vouchsafe.trust.store.Tenant;
import io.vouchsafe.verdict.Code;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;

/// `/v1/admin/policies…`: a tenant's policies, their history, and the changes that wait for an
/// approval.
final class PolicyEndpoints {
  static final String BASE = "policies";

  private static final Pattern CLASS = Pattern.compile("[A-Za-z0-9._-]{1,64}");
  private static final Pattern NUMBER = Pattern.compile("[0-9]{1,18}");
  private static final int MAX_COMMENT = PolicyRequest.MAX_COMMENT;

  private final TrustCore core;
  private final PolicyAdministration policies;
  private final Approvals approvals;
  private final AdminGate gate;
  private final Replies replies;

  PolicyEndpoints(TrustCore core, AdminGate gate, Replies replies) {
    this.core = core;
    this.policies = core.policies();
    this.approvals = core.approvals();
    this.gate = gate;
    this.replies = replies;
  }

  /// A request of an administrator for a tenant.
  ///
  /// @param path behind [#BASE], by its segments
  record Call(HttpRequest request, Tenant tenant, Administrator by, List<String> path) {
    Map<String, String> query() {
      return request.rawQuery().map(RawTarget::query).orElse(Map.of());
    }

    Json.Obj body() throws BodyTooLargeException, FormatException {
      return Json.parseObject(request.body(), JsonLimits.MESSAGE);
    }
  }

  /// Answers, or says that there is no such endpoint.
  Optional<HttpAnswer> answer(Call call)
      throws FormatException, TransactionRefusedException, BodyTooLargeException {
    List<String> path = call.path();
    if (path.isEmpty()) {
      return call.request().method().equals("GET") ? Optional.of(list(call)) : Optional.empty();
    }
    return switch (path.getFirst()) {
      case "release" -> policy(call, StoredPolicy.Kind.RELEASE);
      case "attestation" -> policy(call, StoredPolicy.Kind.ATTESTATION);
      case "proposals" -> proposals(call);
      case "approvals" -> approvals(call);
      case "try" ->
          call.request().method().equals("POST") && path.size() == 1
              ? Optional.of(tryOut(call))
              : Optional.empty();
      default -> Optional.empty();
    };
  }

  private Optional<HttpAnswer> policy(Call call, StoredPolicy.Kind kind)
      throws FormatException, TransactionRefusedException, BodyTooLargeException {
    String method = call.request().method();
    List<String> rest = call.path().subList(1, call.path().size());
    if (rest.isEmpty()) {
      return switch (method) {
        case "GET" -> Optional.of(show(call, kind));
        case "PUT" -> Optional.of(put(call, kind));
        case "DELETE" -> {
          boolean revoked = policies.revoke(call.tenant(), call.by(), kind);
          yield Optional.of(HttpAnswer.json(200, Json.object().put("revoked", revoked).build()));
        }
        default -> Optional.empty();
      };
    }
    if (method.equals("POST") && rest.equals(List.of("rollback"))) {
      Json.Obj body = call.body();
      return Optional.of(
          Outcomes.answer(
              policies.rollback(
                  call.tenant(), request(call, body), kind, body.integer("version"))));
    }
    if (method.equals("PUT") && kind == StoredPolicy.Kind.ATTESTATION && rest.size() == 1) {
      return Optional.of(putClass(call, rest.getFirst()));
    }
    return Optional.empty();
  }

  /// Every policy that decides, without texts.
  private HttpAnswer list(Call call) throws TransactionRefusedException {
    List<Json> list = new ArrayList<>();
    for (StoredPolicy.Kind kind : StoredPolicy.Kind.values()) {
      list.add(state(policies.current(call.tenant(), kind), kind).build());
    }
    return HttpAnswer.json(
        200,
        Json.object()
            .put("tenant", call.tenant().name())
            .put("approvals", approvals.needed(call.tenant()))
            .put("policies", Json.array(list))
            .put("proposals", approvals.proposals(call.tenant()).size())
            .build());
  }

  private static Json.ObjBuilder state(PolicyState state, StoredPolicy.Kind kind) {
    Json.ObjBuilder answer = Json.object().put("kind", kind.text());
    return switch (state) {
      case PolicyState.Missing _ -> answer.put("state", "missing");
      case PolicyState.Revoked(long version) ->
          answer.put("state", "revoked").put("version", version);
      case PolicyState.Active(StoredPolicy policy) -> {
        answer.put("state", "active");
        about(policy).members().forEach(answer::put);
        yield answer;
      }
    };
  }

  /// What is known about a version, without its text.
  private static Json.Obj about(StoredPolicy policy) {
    PolicyContent content = PolicyContent.of(policy.body());
    Json.ObjBuilder about =
        Json.object()
            .put("version", policy.version())
            .put("digest", content.digest())
            .put("size", content.text().length())
            .putIf("type", policy.body().get("type"))
            .putIf("name", policy.body().get("name"))
            .put("at", policy.at().toString())
            .put("by", policy.by());
    if (!policy.origin().approvedBy().isEmpty()) {
      about.put("approved_by", policy.origin().approvedBy());
    }
    if (!policy.origin().comment().isEmpty()) {
      about.put("comment", policy.origin().comment());
    }
    Map<String, PolicyContent> classes = PolicyContent.classes(policy.body());
    if (!classes.isEmpty()) {
      Json.ObjBuilder digests = Json.object();
      classes.forEach((name, text) -> digests.put(name, text.digest()));
      about.put("classes", digests.build());
    }
    return about.build();
  }

  /// One version with its text, or what is in force and the history without texts.
  private HttpAnswer show(Call call, StoredPolicy.Kind kind)
      throws FormatException, TransactionRefusedException {
    String version = call.query().get("version");
    if (version != null) {
      Optional<StoredPolicy> policy = policies.version(call.tenant(), kind, number(version));
      return policy.isPresent()
          ? HttpAnswer.json(200, about(policy.get()).with("policy", policy.get().body()))
          : noSuch(call, AdminCheck.POLICY_KNOWN, kind.text() + " policy, version " + version);
    }
    PolicyState state = policies.current(call.tenant(), kind);
    Json.ObjBuilder answer = state(state, kind);
    if (state instanceof PolicyState.Active(StoredPolicy policy)) {
      answer.put("policy", policy.body());
    }
    List<Json> versions = new ArrayList<>();
    for (StoredPolicy policy : policies.versions(call.tenant(), kind)) {
      versions.add(about(policy));
    }
    return HttpAnswer.json(200, answer.put("versions", Json.array(versions)).build());
  }

  private HttpAnswer put(Call call, StoredPolicy.Kind kind)
      throws FormatException, TransactionRefusedException, BodyTooLargeException {
    Json.Obj body = call.body();
    Json.Obj typed = body.get("type").isPresent() ? body : body.with("type", Json.of("builtin"));
    PolicyRequest request = request(call, body);
    try {
      return Outcomes.answer(
          switch (kind) {
            case RELEASE -> policies.putRelease(call.tenant(), request, ReleasePolicy.parse(typed));
            case ATTESTATION ->
                policies.putAttestation(call.tenant(), request, AttestationPolicy.parse(typed));
          });
    } catch (FormatException e) {
      return invalid(call, e);
    }
  }

  /// `{"type":"rego","text":…}`, or `{"type":"builtin","name":"default"}`.
  private HttpAnswer putClass(Call call, String teeClass)
      throws FormatException, TransactionRefusedException, BodyTooLargeException {
    if (!CLASS.matcher(teeClass).matches()) {
      throw FormatException.malformed(0, "a class of evidence, such as cpu", teeClass);
    }
    Json.Obj body = call.body();
    PolicyRequest request = request(call, body);
    String type = body.optionalString("type").orElse("rego");
    Optional<String> text =
        type.equals("builtin") ? Optional.empty() : Optional.of(body.string("text"));
    try {
      if (text.isEmpty()) {
        AttestationPolicy.parse(body);
      }
      return Outcomes.answer(policies.putAttestationClass(call.tenant(), request, teeClass, text));
    } catch (FormatException e) {
      return invalid(call, e);
    }
  }

  /// Position and hint, for whoever wrote it.
  private HttpAnswer invalid(Call call, FormatException e) {
    return replies.admin(
        call.request(),
        replies.refuse(
            Step.ADMIN, FacadeCheck.POLICY_TEXT, Code.POLICY_INVALID, e.expected(), e.found()));
  }

  private HttpAnswer noSuch(Call call, AdminCheck check, String what) {
    return replies.admin(
        call.request(), replies.refuse(Step.ADMIN, check, Code.NO_SUCH_ENTRY, what, "none"));
  }

  /// What is to stand in the record beside a change; empty if nothing is.
  static String comment(Json.Obj body) throws FormatException {
    String comment = body.optionalString("comment").orElse("");
    if (comment.length() > MAX_COMMENT) {
      throw FormatException.oversized(
          0, "a comment of at most " + MAX_COMMENT + " characters", "" + comment.length());
    }
    return comment;
  }

  private static PolicyRequest request(Call call, Json.Obj body) throws FormatException {
    String comment = comment(body);
    Optional<Long> ifVersion =
        body.present("if_version").isEmpty()
            ? Optional.empty()
            : Optional.of(body.integer("if_version"));
    return new PolicyRequest(call.by(), comment, ifVersion);
  }

  private Optional<HttpAnswer> proposals(Call call)
      throws FormatException, TransactionRefusedException, BodyTooLargeException {
    String method = call.request().method();
    List<String> rest = call.path().subList(1, call.path().size());
    if (rest.isEmpty()) {
      return method.equals("GET") ? Optional.of(proposalList(call)) : Optional.empty();
    }
    long number = number(rest.getFirst());
    if (rest.size() == 2 && rest.get(1).equals("approve") && method.equals("POST")) {
      return Optional.of(approve(call, number));
    }
    if (rest.size() == 1 && method.equals("DELETE")) {
      approvals.withdraw(call.tenant(), call.by(), number);
      return Optional.of(HttpAnswer.json(200, Json.object().put("withdrawn", number).build()));
    }
    return Optional.empty();
  }

  /// Without a body, or with the digest of what is meant: `{"digest": SHA-256}`.
  private HttpAnswer approve(Call call, long number)
      throws FormatException, TransactionRefusedException, BodyTooLargeException {
    Bytes text = call.request().body();
    Optional<String> digest =
        text.isEmpty()
            ? Optional.empty()
            : Json.parseObject(text, JsonLimits.MESSAGE).optionalString("digest");
    return Outcomes.answer(approvals.approve(call.tenant(), call.by(), number, digest));
  }

  private HttpAnswer proposalList(Call call) throws TransactionRefusedException {
    List<Json> list = new ArrayList<>();
    for (Approvals.Waiting proposal : approvals.proposals(call.tenant())) {
      list.add(
          Json.object()
              .put("proposal", proposal.number())
              .put("at", proposal.at().toString())
              .put("by", proposal.by())
              .put("digest", proposal.digest())
              .put("change", proposal.change())
              .build());
    }
    return HttpAnswer.json(200, Json.object().put("proposals", Json.array(list)).build());
  }

  private Optional<HttpAnswer> approvals(Call call)
      throws FormatException, TransactionRefusedException, BodyTooLargeException {
    if (call.path().size() > 1) {
      return Optional.empty();
    }
    return switch (call.request().method()) {
      case "GET" ->
          Optional.of(
              HttpAnswer.json(
                  200, Json.object().put("approvals", approvals.needed(call.tenant())).build()));
      case "PUT" -> Optional.of(setApprovals(call));
      default -> Optional.empty();
    };
  }

  private HttpAnswer setApprovals(Call call)
      throws FormatException, TransactionRefusedException, BodyTooLargeException {
    Json.Obj body = call.body();
    long wanted = body.integer("approvals");
    if (wanted < 1 || wanted > Approvals.MAX_APPROVALS) {
      throw FormatException.malformed(
          0, "1 to " + Approvals.MAX_APPROVALS + " approvals", "" + wanted);
    }
    if (wanted > 1 && !gate.tellsSubjectsApart()) {
      return replies.admin(
          call.request(),
          replies.refuse(
              Step.ADMIN,
              AdminCheck.APPROVAL,
              Code.APPROVAL_MISSING,
              "a second administrator: of `trust admin add`, or of an identity provider",
              "the home's admin key alone, whose holders are one subject"));
    }
    return Outcomes.answer(approvals.need(call.tenant(), request(call, body), (int) wanted));
  }

  /// What would be decided. A candidate for one class of evidence is `attestation_class`, and the
  /// other classes are appraised as they are now.
  private HttpAnswer tryOut(Call call)
      throws FormatException, TransactionRefusedException, BodyTooLargeException {
    Json.Obj body = call.body();
    // What is no question is the facade's matter; a candidate that is no policy is said as such.
    TrialQuestion question = TrialMessage.parse(body);
    try {
      if (body.present("release").isPresent()) {
        question = question.withRelease(ReleasePolicy.parse(body.object("release")));
      }
      Optional<AttestationPolicy> attestation = candidate(call, body);
      if (attestation.isPresent()) {
        question = question.withAttestation(attestation.get());
      }
    } catch (FormatException e) {
      return invalid(call, e);
    }
    TrialAnswer answer = core.tryOut(call.tenant(), question);
    Json.ObjBuilder because = Json.object();
    new TreeMap<>(answer.because()).forEach(because::put);
    return HttpAnswer.json(
        200,
        Json.object()
            .put("decision", answer.record())
            .put("because", because.build())
            .put("claims", answer.claims())
            .put("not_tried", Json.strings(answer.notTried()))
            .build());
  }

  private Optional<AttestationPolicy> candidate(Call call, Json.Obj body)
      throws FormatException, TransactionRefusedException {
    if (body.present("attestation").isPresent()) {
      return Optional.of(AttestationPolicy.parse(body.object("attestation")));
    }
    if (body.present("attestation_class").isEmpty()) {
      return Optional.empty();
    }
    Json.Obj wanted = body.object("attestation_class");
    AttestationPolicy before =
        policies.current(call.tenant(), StoredPolicy.Kind.ATTESTATION)
                instanceof PolicyState.Active(StoredPolicy policy)
            ? AttestationPolicy.parse(policy.body())
            : AttestationPolicy.DEFAULT;
    return Optional.of(before.with(wanted.string("class"), wanted.string("text")));
  }

  private static long number(String text) throws FormatException {
    if (!NUMBER.matcher(text).matches()) {
      throw FormatException.malformed(0, "a number", '"' + text + '"');
    }
    return Long.parseLong(text);
  }
}
