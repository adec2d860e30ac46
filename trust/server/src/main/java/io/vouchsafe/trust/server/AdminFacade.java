package io.vouchsafe.trust.server;

import io.vouchsafe.appraisal.ReferenceValue;
import io.vouchsafe.appraisal.why.Explanation;
import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.encoding.JsonLimits;
import io.vouchsafe.encoding.SecretBytes;
import io.vouchsafe.http.server.BodyTooLargeException;
import io.vouchsafe.http.server.HttpAnswer;
import io.vouchsafe.http.server.HttpRequest;
import io.vouchsafe.protocol.ResourcePath;
import io.vouchsafe.trust.core.AdminCheck;
import io.vouchsafe.trust.core.Administration;
import io.vouchsafe.trust.core.Administrator;
import io.vouchsafe.trust.core.Step;
import io.vouchsafe.trust.core.TransactionRefusedException;
import io.vouchsafe.trust.core.TrustCore;
import io.vouchsafe.trust.store.LedgerEntry;
import io.vouchsafe.trust.store.LedgerHead;
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
  private static final String RESOURCES = "resources/";

  private final TrustCore core;
  private final AdminGate gate;
  private final PolicyEndpoints policies;
  private final ReferenceEndpoints references;
  private final Replies replies;
  private final InstantSource clock;

  AdminFacade(TrustCore core, AdminGate gate, Replies replies, InstantSource clock) {
    this.core = core;
    this.gate = gate;
    this.policies = new PolicyEndpoints(core, gate, replies);
    this.references = new ReferenceEndpoints(core.references());
    this.replies = replies;
    this.clock = clock;
  }

  /// Answers a request whose raw path starts with [#BASE].
  HttpAnswer answer(HttpRequest request) throws BodyTooLargeException {
    Administrator by;
    try {
      by = gate.admitOwn(request, clock.instant());
    } catch (AdminDeniedException e) {
      return replies.admin(request, replies.refuse(e));
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

  private HttpAnswer route(HttpRequest request, String path, Administrator admin)
      throws FormatException, TransactionRefusedException, BodyTooLargeException {
    Tenant tenant = tenant(request);
    if (!administration().hasTenant(tenant)) {
      return noTenant(request, tenant);
    }
    List<String> segments = List.of(path.split("/", -1));
    if (segments.getFirst().equals(PolicyEndpoints.BASE)) {
      return policies
          .answer(
              new PolicyEndpoints.Call(
                  request, tenant, admin, segments.subList(1, segments.size())))
          .orElseGet(() -> noEndpoint(request, path));
    }
    if (segments.getFirst().equals(ReferenceEndpoints.BASE) && segments.size() <= 2) {
      String statement = segments.size() == 1 ? "" : segments.getLast();
      return references
          .answer(request, tenant, admin, statement)
          .orElseGet(() -> noEndpoint(request, path));
    }
    return route(request, tenant, path, admin);
  }

  private HttpAnswer route(HttpRequest request, Tenant tenant, String path, Administrator admin)
      throws FormatException, TransactionRefusedException, BodyTooLargeException {
    String method = request.method();
    String by = admin.shown();
    if (path.startsWith(DECISIONS) && method.equals("GET")) {
      return decision(tenant, request, path.substring(DECISIONS.length()));
    }
    if (path.startsWith(RESOURCES) && method.equals("PUT")) {
      return putResource(request, tenant, by, path.substring(RESOURCES.length()));
    }
    return switch (method + " " + path) {
      case "GET resources" -> resources(tenant);
      case "GET reference-values" -> referenceValues(tenant, query(request));
      case "POST reference-values" -> addReferenceValues(tenant, request, admin);
      case "DELETE reference-values" -> deleteReferenceValues(tenant, query(request), admin);
      case "GET ledger" -> ledger(tenant, query(request));
      case "GET ledger/head" -> head(administration().ledgerHead(tenant));
      case "POST ledger/verify" -> head(administration().verifyLedger(tenant));
      case "GET tenants" -> tenants();
      case "POST tenants" -> createTenant(request, by);
      case "GET trusted-aks" -> trustedAks(tenant);
      case "POST trusted-aks" -> putTrustedAk(tenant, request, admin);
      case "DELETE trusted-aks" -> removeTrustedAk(tenant, query(request), by);
      default -> noEndpoint(request, path);
    };
  }

  private HttpAnswer noEndpoint(HttpRequest request, String path) {
    return replies.admin(
        request,
        replies.refuse(
            Step.ADMIN,
            FacadeCheck.PATH,
            Code.RESOURCE_NOT_FOUND,
            "an endpoint",
            request.method() + " " + path));
  }

  /// Whose things the request is about: `?tenant=NAME`.
  private static Tenant tenant(HttpRequest request) throws FormatException {
    String name = query(request).get("tenant");
    return name == null ? Tenant.DEFAULT : Tenant.parse(name);
  }

  private HttpAnswer noTenant(HttpRequest request, Tenant tenant) {
    return replies.admin(
        request,
        replies.refuse(
            Step.ADMIN, AdminCheck.TENANT, Code.NO_SUCH_ENTRY, "a tenant " + tenant, "none"));
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

  private static HttpAnswer ok(Json.ObjBuilder body) {
    return HttpAnswer.json(200, body.build());
  }

  private HttpAnswer resources(Tenant tenant) throws TransactionRefusedException {
    List<Json> list = new ArrayList<>();
    for (var resource : administration().resources(tenant)) {
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

  private HttpAnswer putResource(HttpRequest request, Tenant tenant, String by, String path)
      throws FormatException, TransactionRefusedException, BodyTooLargeException {
    String checked = ResourcePath.parse(path).toString();
    try (SecretBytes value = SecretBytes.take(request.body().toByteArray())) {
      long version = administration().putResource(tenant, by, checked, value);
      return ok(Json.object().put("path", checked).put("version", version));
    }
  }

  private HttpAnswer referenceValues(Tenant tenant, Map<String, String> query)
      throws TransactionRefusedException {
    Optional<String> name = Optional.ofNullable(query.get("name"));
    List<Json> list = new ArrayList<>();
    for (StoredReferenceValue entry : administration().referenceValues(tenant)) {
      if (name.isEmpty() || name.get().equals(entry.value().name())) {
        Json.ObjBuilder json = Json.object().put("id", entry.id());
        entry.value().json().members().forEach(json::put);
        list.add(json.build());
      }
    }
    return ok(Json.object().put("entries", Json.array(list)));
  }

  /// `{"entries":[…]}`, each of them `{name, value, expires?, provenance, origin?}`.
  private HttpAnswer addReferenceValues(Tenant tenant, HttpRequest request, Administrator by)
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
                  entry.get("expires").isPresent()
                      ? entry
                      : entry.with("expires", Json.of(expires)))
              // Only a signature that was verified here says from which statement a value is.
              .withoutSource()
              .usable());
    }
    return Outcomes.answer(core.references().add(tenant, by, values));
  }

  /// By `?id=` one entry, by `?name=` all of a name.
  private HttpAnswer deleteReferenceValues(
      Tenant tenant, Map<String, String> query, Administrator by)
      throws FormatException, TransactionRefusedException {
    String id = query.get("id");
    String name = query.get("name");
    if (id != null) {
      return Outcomes.answer(core.references().delete(tenant, by, number(id, "id")));
    }
    if (name != null) {
      return Outcomes.answer(core.references().delete(tenant, by, name));
    }
    throw FormatException.malformed(0, "parameter id or name", "neither");
  }

  private static long number(String text, String what) throws FormatException {
    try {
      return Long.parseLong(text);
    } catch (NumberFormatException _) {
      throw FormatException.malformed(0, "a number as \"" + what + '"', '"' + text + '"');
    }
  }

  private HttpAnswer ledger(Tenant tenant, Map<String, String> query)
      throws FormatException, TransactionRefusedException {
    long from = number(query.getOrDefault("from", "0"), "from");
    long limit = number(query.getOrDefault("limit", "" + DEFAULT_PAGE), "limit");
    if (from < 0 || limit < 1) {
      throw FormatException.malformed(0, "from 0 on, at least one entry", from + ", " + limit);
    }
    int page = (int) Math.min(limit, Administration.MAX_PAGE);
    if (query.containsKey("raw")) {
      return rawLedger(tenant, from, page);
    }
    List<Json> entries = new ArrayList<>();
    for (LedgerEntry entry : administration().ledger(tenant, from, page)) {
      entries.add(entry.body());
    }
    LedgerHead head = administration().ledgerHead(tenant);
    return ok(
        Json.object()
            .put("size", head.size())
            .put("root", head.root().hex())
            .put("entries", Json.array(entries)));
  }

  /// What the leaves of the tree are over, byte for byte, and the pieces that it names: whoever has
  /// all pages can recompute the root.
  private HttpAnswer rawLedger(Tenant tenant, long from, int page)
      throws TransactionRefusedException {
    // Before the entries: all that the root covers are there then.
    LedgerHead head = administration().ledgerHead(tenant);
    List<LedgerEntry> entries = administration().ledger(tenant, from, page);
    List<Json> texts = new ArrayList<>();
    for (LedgerEntry entry : entries) {
      texts.add(
          Json.object().put("index", entry.index()).put("data", entry.data().base64()).build());
    }
    Json.ObjBuilder pieces = Json.object();
    administration()
        .pieces(tenant, entries)
        .forEach((digest, text) -> pieces.put(digest, text.base64()));
    return ok(
        Json.object()
            .put("size", head.size())
            .put("root", head.root().hex())
            .put("entries", Json.array(texts))
            .put("pieces", pieces.build()));
  }

  private static HttpAnswer head(LedgerHead head) {
    return ok(Json.object().put("size", head.size()).put("root", head.root().hex()));
  }

  private HttpAnswer decision(Tenant tenant, HttpRequest request, String id)
      throws TransactionRefusedException {
    Optional<Explanation> known = administration().explain(tenant, id);
    if (known.isPresent()) {
      return HttpAnswer.json(200, known.get().json());
    }
    return replies.admin(
        request,
        replies.refuse(
            Step.ADMIN, FacadeCheck.PATH, Code.RESOURCE_NOT_FOUND, "a recorded decision", id));
  }

  private HttpAnswer trustedAks(Tenant tenant) throws TransactionRefusedException {
    List<Json> list = new ArrayList<>();
    for (TrustedAk key : administration().trustedAks(tenant)) {
      list.add(Json.object().put("spki", key.spki().base64()).put("label", key.label()).build());
    }
    return ok(Json.object().put("keys", Json.array(list)));
  }

  private HttpAnswer putTrustedAk(Tenant tenant, HttpRequest request, Administrator by)
      throws FormatException, TransactionRefusedException, BodyTooLargeException {
    Json.Obj body = body(request);
    Bytes spki = Bytes.fromBase64(body.string("spki"));
    TrustedAk key = new TrustedAk(spki, body.optionalString("label").orElse(""));
    return Outcomes.answer(administration().putTrustedAk(tenant, by, key));
  }

  private HttpAnswer removeTrustedAk(Tenant tenant, Map<String, String> query, String by)
      throws FormatException, TransactionRefusedException {
    Bytes spki = Bytes.fromBase64(query.getOrDefault("spki", ""));
    boolean found = administration().removeTrustedAk(tenant, by, spki);
    return ok(Json.object().put("deleted", found ? 1 : 0));
  }

  private HttpAnswer tenants() throws TransactionRefusedException {
    List<String> names = administration().tenants().stream().map(Tenant::name).toList();
    return ok(Json.object().put("tenants", Json.strings(names)));
  }

  private HttpAnswer createTenant(HttpRequest request, String by)
      throws FormatException, TransactionRefusedException, BodyTooLargeException {
    Tenant tenant = Tenant.parse(body(request).string("name"));
    boolean created = administration().createTenant(tenant, by);
    return ok(Json.object().put("tenant", tenant.name()).put("created", created));
  }
}
