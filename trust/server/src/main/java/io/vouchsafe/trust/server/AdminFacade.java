package io.vouchsafe.trust.server;

import io.vouchsafe.appraisal.AttestationPolicy;
import io.vouchsafe.appraisal.ReferenceValue;
import io.vouchsafe.appraisal.ReleasePolicy;
import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.encoding.JsonLimits;
import io.vouchsafe.http.server.BodyTooLargeException;
import io.vouchsafe.http.server.HttpAnswer;
import io.vouchsafe.http.server.HttpRequest;
import io.vouchsafe.trust.core.Administration;
import io.vouchsafe.trust.core.Step;
import io.vouchsafe.trust.core.TransactionRefusedException;
import io.vouchsafe.trust.core.TrustCore;
import io.vouchsafe.trust.store.LedgerEntry;
import io.vouchsafe.trust.store.LedgerHead;
import io.vouchsafe.trust.store.PolicyState;
import io.vouchsafe.trust.store.StoredPolicy;
import io.vouchsafe.trust.store.StoredReferenceValue;
import io.vouchsafe.trust.store.Tenant;
import io.vouchsafe.trust.store.TrustedAk;
import io.vouchsafe.verdict.Code;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// `/v1/admin`: what the reference interface has no endpoint for. Role `admin` throughout.
final class AdminFacade {
  static final String BASE = "/v1/admin/";

  private static final int DEFAULT_PAGE = 100;
  private static final int MAX_ENTRIES = 10_000;
  private static final String DECISIONS = "decisions/";

  private final TrustCore core;
  private final AdminGate gate;
  private final Replies replies;
  private final InstantSource clock;

  AdminFacade(TrustCore core, AdminGate gate, Replies replies, InstantSource clock) {
    this.core = core;
    this.gate = gate;
    this.replies = replies;
    this.clock = clock;
  }

  /// Answers a request whose raw path starts with [#BASE].
  HttpAnswer answer(HttpRequest request) throws BodyTooLargeException {
    String by;
    try {
      by = gate.admitOwn(request, clock.instant());
    } catch (AdminDeniedException e) {
      return replies.admin(
          request,
          replies.refuse(
              Step.ADMIN,
              FacadeCheck.ADMIN,
              Code.ADMIN_DENIED,
              "an administrator",
              String.valueOf(e.getMessage())));
    }
    try {
      String path = RawTarget.decode(request.rawPath().substring(BASE.length()));
      return route(request, path, by);
    } catch (FormatException e) {
      return replies.admin(request, replies.refuse(Step.ADMIN, FacadeCheck.REQUEST, e));
    } catch (TransactionRefusedException e) {
      return replies.admin(request, e.refused());
    }
  }

  private HttpAnswer route(HttpRequest request, String path, String by)
      throws FormatException, TransactionRefusedException, BodyTooLargeException {
    String method = request.method();
    if (path.startsWith(DECISIONS) && method.equals("GET")) {
      return decision(request, path.substring(DECISIONS.length()));
    }
    return switch (method + " " + path) {
      case "GET resources" -> resources();
      case "GET policies/release" -> policy(StoredPolicy.Kind.RELEASE);
      case "PUT policies/release" ->
          version(
              administration()
                  .putReleasePolicy(Tenant.DEFAULT, by, ReleasePolicy.parse(policyBody(request))));
      case "DELETE policies/release" -> revoke(by, StoredPolicy.Kind.RELEASE);
      case "GET policies/attestation" -> policy(StoredPolicy.Kind.ATTESTATION);
      case "PUT policies/attestation" ->
          version(
              administration()
                  .putAttestationPolicy(
                      Tenant.DEFAULT, by, AttestationPolicy.parse(policyBody(request))));
      case "DELETE policies/attestation" -> revoke(by, StoredPolicy.Kind.ATTESTATION);
      case "GET reference-values" -> referenceValues(query(request));
      case "POST reference-values" -> addReferenceValues(request, by);
      case "DELETE reference-values" -> deleteReferenceValues(query(request), by);
      case "GET ledger" -> ledger(query(request));
      case "GET ledger/head" -> head(administration().ledgerHead(Tenant.DEFAULT));
      case "POST ledger/verify" -> head(administration().verifyLedger(Tenant.DEFAULT));
      case "GET trusted-aks" -> trustedAks();
      case "POST trusted-aks" -> putTrustedAk(request, by);
      case "DELETE trusted-aks" -> removeTrustedAk(query(request), by);
      default ->
          replies.admin(
              request,
              replies.refuse(
                  Step.ADMIN,
                  FacadeCheck.PATH,
                  Code.RESOURCE_NOT_FOUND,
                  "an endpoint",
                  method + " " + path));
    };
  }

  private Administration administration() {
    return core.administration();
  }

  private static Map<String, String> query(HttpRequest request) {
    return request.rawQuery().map(RawTarget::query).orElse(Map.of());
  }

  private static Json.Obj body(HttpRequest request) throws BodyTooLargeException, FormatException {
    return Json.parseObject(request.body(), JsonLimits.MESSAGE);
  }

  /// `{"type":"builtin","name":…}`; the type may be left out.
  private static Json.Obj policyBody(HttpRequest request)
      throws BodyTooLargeException, FormatException {
    Json.Obj body = body(request);
    return body.get("type").isPresent() ? body : body.with("type", Json.of("builtin"));
  }

  private static HttpAnswer ok(Json.ObjBuilder body) {
    return HttpAnswer.json(200, body.build());
  }

  private HttpAnswer resources() throws TransactionRefusedException {
    List<Json> list = new ArrayList<>();
    for (var resource : administration().resources(Tenant.DEFAULT)) {
      list.add(
          Json.object()
              .put("path", resource.path())
              .put("version", resource.version())
              .put("size", resource.size())
              .put("at", resource.at().toString())
              .build());
    }
    return ok(Json.object().put("resources", Json.array(list)));
  }

  private HttpAnswer policy(StoredPolicy.Kind kind) throws TransactionRefusedException {
    Json.ObjBuilder answer = Json.object();
    switch (administration().policy(Tenant.DEFAULT, kind)) {
      case PolicyState.Missing _ -> answer.put("state", "missing");
      case PolicyState.Revoked(long version) ->
          answer.put("state", "revoked").put("version", version);
      case PolicyState.Active(StoredPolicy policy) ->
          answer
              .put("state", "active")
              .put("version", policy.version())
              .put("policy", policy.body());
    }
    List<Json> versions = new ArrayList<>();
    for (StoredPolicy policy : administration().policyVersions(Tenant.DEFAULT, kind)) {
      versions.add(
          Json.object()
              .put("version", policy.version())
              .put("policy", policy.body())
              .put("at", policy.at().toString())
              .put("by", policy.by())
              .build());
    }
    return ok(answer.put("versions", Json.array(versions)));
  }

  private static HttpAnswer version(long version) {
    return ok(Json.object().put("version", version));
  }

  private HttpAnswer revoke(String by, StoredPolicy.Kind kind) throws TransactionRefusedException {
    boolean revoked = administration().revokePolicy(Tenant.DEFAULT, by, kind);
    return ok(Json.object().put("revoked", revoked));
  }

  private HttpAnswer referenceValues(Map<String, String> query) throws TransactionRefusedException {
    Optional<String> name = Optional.ofNullable(query.get("name"));
    List<Json> list = new ArrayList<>();
    for (StoredReferenceValue entry : administration().referenceValues(Tenant.DEFAULT)) {
      if (name.isEmpty() || name.get().equals(entry.value().name())) {
        Json.ObjBuilder json = Json.object().put("id", entry.id());
        entry.value().json().members().forEach(json::put);
        list.add(json.build());
      }
    }
    return ok(Json.object().put("entries", Json.array(list)));
  }

  /// `{"entries":[…]}`, each of them `{name, value, expires?, provenance, origin?}`.
  private HttpAnswer addReferenceValues(HttpRequest request, String by)
      throws FormatException, TransactionRefusedException, BodyTooLargeException {
    List<Json> items = body(request).array("entries");
    if (items.size() > MAX_ENTRIES) {
      throw FormatException.oversized(0, "at most " + MAX_ENTRIES + " entries", "" + items.size());
    }
    String expires = administration().defaultExpiry().toString();
    List<ReferenceValue> values = new ArrayList<>();
    for (Json item : items) {
      Json.Obj entry = item.asObject("entry");
      values.add(
          ReferenceValue.parse(
              entry.get("expires").isPresent() ? entry : entry.with("expires", Json.of(expires))));
    }
    administration().addReferenceValues(Tenant.DEFAULT, by, values);
    return ok(Json.object().put("added", values.size()));
  }

  /// By `?id=` one entry, by `?name=` all of a name.
  private HttpAnswer deleteReferenceValues(Map<String, String> query, String by)
      throws FormatException, TransactionRefusedException {
    String id = query.get("id");
    String name = query.get("name");
    int deleted;
    if (id != null) {
      deleted = administration().deleteReferenceValue(Tenant.DEFAULT, by, number(id, "id")) ? 1 : 0;
    } else if (name != null) {
      deleted = administration().deleteReferenceValues(Tenant.DEFAULT, by, name);
    } else {
      throw FormatException.malformed(0, "parameter id or name", "neither");
    }
    return ok(Json.object().put("deleted", deleted));
  }

  private static long number(String text, String what) throws FormatException {
    try {
      return Long.parseLong(text);
    } catch (NumberFormatException _) {
      throw FormatException.malformed(0, "a number as \"" + what + '"', '"' + text + '"');
    }
  }

  private HttpAnswer ledger(Map<String, String> query)
      throws FormatException, TransactionRefusedException {
    long from = number(query.getOrDefault("from", "0"), "from");
    long limit = number(query.getOrDefault("limit", "" + DEFAULT_PAGE), "limit");
    if (from < 0 || limit < 1) {
      throw FormatException.malformed(0, "from 0 on, at least one entry", from + ", " + limit);
    }
    List<Json> entries = new ArrayList<>();
    int page = (int) Math.min(limit, Administration.MAX_PAGE);
    for (LedgerEntry entry : administration().ledger(Tenant.DEFAULT, from, page)) {
      entries.add(entry.body());
    }
    LedgerHead head = administration().ledgerHead(Tenant.DEFAULT);
    return ok(
        Json.object()
            .put("size", head.size())
            .put("root", head.root().hex())
            .put("entries", Json.array(entries)));
  }

  private static HttpAnswer head(LedgerHead head) {
    return ok(Json.object().put("size", head.size()).put("root", head.root().hex()));
  }

  private HttpAnswer decision(HttpRequest request, String id) throws TransactionRefusedException {
    Optional<Json.Obj> known = administration().why(Tenant.DEFAULT, id);
    if (known.isPresent()) {
      return HttpAnswer.json(200, known.get());
    }
    return replies.admin(
        request,
        replies.refuse(
            Step.ADMIN, FacadeCheck.PATH, Code.RESOURCE_NOT_FOUND, "a recorded decision", id));
  }

  private HttpAnswer trustedAks() throws TransactionRefusedException {
    List<Json> list = new ArrayList<>();
    for (TrustedAk key : administration().trustedAks(Tenant.DEFAULT)) {
      list.add(Json.object().put("spki", key.spki().base64()).put("label", key.label()).build());
    }
    return ok(Json.object().put("keys", Json.array(list)));
  }

  private HttpAnswer putTrustedAk(HttpRequest request, String by)
      throws FormatException, TransactionRefusedException, BodyTooLargeException {
    Json.Obj body = body(request);
    Bytes spki = Bytes.fromBase64(body.string("spki"));
    administration()
        .putTrustedAk(
            Tenant.DEFAULT, by, new TrustedAk(spki, body.optionalString("label").orElse("")));
    return ok(Json.object().put("spki", spki.base64()));
  }

  private HttpAnswer removeTrustedAk(Map<String, String> query, String by)
      throws FormatException, TransactionRefusedException {
    Bytes spki = Bytes.fromBase64(query.getOrDefault("spki", ""));
    boolean found = administration().removeTrustedAk(Tenant.DEFAULT, by, spki);
    return ok(Json.object().put("deleted", found ? 1 : 0));
  }
}
