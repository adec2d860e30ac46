package io.vouchsafe.cli;

import io.vouchsafe.appraisal.Provenance;
import io.vouchsafe.appraisal.ReferenceValue;
import io.vouchsafe.appraisal.statement.StatementSigner;
import io.vouchsafe.appraisal.why.Explanation;
import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.encoding.JsonLimits;
import io.vouchsafe.encoding.SecretBytes;
import io.vouchsafe.http.HttpClient;
import io.vouchsafe.http.HttpRequest;
import io.vouchsafe.http.HttpResponse;
import io.vouchsafe.tpm.TpmTransport;
import io.vouchsafe.trust.server.AdminToken;
import io.vouchsafe.trust.server.TrustServerException;
import io.vouchsafe.trust.store.LedgerHead;
import io.vouchsafe.trust.store.Tenant;
import io.vouchsafe.verdict.Code;
import io.vouchsafe.verdict.Refusal;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// A trust server as its administrator speaks with it, over HTTPS, whether it runs in this process
/// or elsewhere.
final class TrustClient implements AutoCloseable {
  private static final Duration TOKEN_LIFE = Duration.ofMinutes(10);
  private static final int PAGE = 1000;
  private static final int ACCEPTED = 202;

  /// Who uses the admin key, for the record.
  private static final String USER = System.getProperty("user.name", "");

  /// Reference values that end sooner are registered anew.
  private static final Duration RENEW_WITHIN = Duration.ofDays(7);

  private static final String REFERENCE_VALUES = "/v1/admin/reference-values";
  private static final String REFERENCE_SETS = "/v1/admin/reference-sets";
  private static final String RELEASE_POLICY = "/v1/admin/policies/release";

  private final URI url;
  private final Bytes caPem;
  private final HttpClient http;
  private final Path adminKey;
  private final Tenant tenant;
  private final Optional<OwnServer> own;
  private final Optional<ServerUse> use;
  private Runnable waiting = () -> {};

  private TrustClient(
      URI url, TrustPlace place, Home home, Optional<OwnServer> own, Optional<ServerUse> use)
      throws IOException, FormatException, Failure {
    Path authority = place.ca().orElse(home.trust().resolve("ca.pem"));
    if (!Files.isReadable(authority)) {
      throw new Failure(
          "%s is missing: the server at %s was not made in this home, so name copies of its ca.pem and admin.key with --trust-ca and --trust-admin-key"
              .formatted(authority, url));
    }
    this.url = url;
    this.caPem = Bytes.of(Files.readAllBytes(authority));
    this.http = HttpClient.builder().onlyRoots(caPem).userAgent("vouchsafe-cli").build();
    this.adminKey = place.adminKey().orElse(home.trust().resolve("admin.key"));
    this.tenant = place.tenant();
    this.own = own;
    this.use = use;
  }

  /// Speaks with the server that is named; if none is, with the one that serves this home; if none
  /// does, with one that is started here and ends with this client, unless others use it then:
  /// their end is waited for.
  static TrustClient open(Home home, TrustPlace place)
      throws IOException, FormatException, Failure {
    home.create();
    if (place.url().isPresent()) {
      TrustClient client =
          new TrustClient(place.url().get(), place, home, Optional.empty(), Optional.empty());
      try {
        client.http.send(HttpRequest.get(client.url.resolve("/healthz")));
        return client;
      } catch (IOException e) {
        client.close();
        throw new Failure(
            "no trust server that --trust-ca vouches for answers at %s: %s"
                .formatted(client.url, e.getMessage()));
      }
    }
    try (ServerUse _ = ServerUse.looking(home)) {
      ServerUse use = ServerUse.using(home);
      Optional<URI> running = running(home);
      if (running.isPresent()) {
        return new TrustClient(running.get(), place, home, Optional.empty(), Optional.of(use));
      }
      use.close();
      OwnServer own = OwnServer.start(home);
      return new TrustClient(
          URI.create(own.url()), place, home, Optional.of(own), Optional.empty());
    }
  }

  /// Where the server of this home answers, if it does.
  static Optional<URI> running(Home home) throws IOException, FormatException, Failure {
    Optional<URI> noted = OwnServer.noted(home);
    if (noted.isEmpty()) {
      return noted;
    }
    try (TrustClient client =
        new TrustClient(noted.get(), TrustPlace.OWN, home, Optional.empty(), Optional.empty())) {
      return client.answers() ? noted : Optional.empty();
    }
  }

  /// What to do when the end of others that use our server has to be waited for.
  void onWaiting(Runnable then) {
    waiting = then;
  }

  private boolean answers() {
    try {
      return http.send(HttpRequest.get(url.resolve("/healthz"))).isSuccess();
    } catch (IOException _) {
      return false;
    }
  }

  /// The address under which a guest reaches a server on this host's loopback; another server has
  /// the same address everywhere.
  String guestUrl(String hostInGuest) {
    boolean loopback = Set.of("127.0.0.1", "localhost", "[::1]").contains(url.getHost());
    return loopback ? "https://" + hostInGuest + ":" + url.getPort() : url.toString();
  }

  /// The certificate of the server's authority.
  String caPem() {
    return caPem.utf8Lossy();
  }

  URI url() {
    return url;
  }

  void putResource(String path, SecretBytes value) throws IOException, Failure {
    Bytes content = value.<Bytes, RuntimeException>lend(Bytes::of);
    send(
        HttpRequest.of("PUT", admin("/v1/admin/resources/" + path))
            .body(new HttpRequest.Body.Whole(content)));
  }

  List<Json.Obj> resources() throws IOException, FormatException, Failure {
    return objects(get("/v1/admin/resources").array("resources"));
  }

  /// Every registered reference value.
  List<Json.Obj> referenceValues() throws IOException, FormatException, Failure {
    return objects(get(REFERENCE_VALUES).array("entries"));
  }

  /// The reference values that count at `at`.
  List<ReferenceValue> valuesInForce(Instant at) throws IOException, FormatException, Failure {
    List<ReferenceValue> values = new ArrayList<>();
    for (Json.Obj entry : referenceValues()) {
      ReferenceValue value = ReferenceValue.parse(entry);
      if (value.inForce(at)) {
        values.add(value);
      }
    }
    return values;
  }

  /// Has the server verify and take a signed statement or bundle.
  ///
  /// @param replace whether values of older versions of it go out of force
  /// @return what became of it
  Json.Obj importSet(Bytes file, List<StatementSigner> signers, boolean replace)
      throws IOException, FormatException, Failure {
    List<Json> keys = new ArrayList<>();
    for (StatementSigner signer : signers) {
      keys.add(Json.of(Bytes.of(signer.key().getEncoded()).base64()));
    }
    return changed(
        HttpRequest.postJson(
            admin(REFERENCE_SETS),
            body(
                Json.object()
                    .put("file", Json.parseObject(file, JsonLimits.MESSAGE))
                    .put("signers", Json.array(keys))
                    .put("replace", replace)
                    .build())));
  }

  /// All signed statements and bundles that the server took, without their files.
  List<Json.Obj> referenceSets() throws IOException, FormatException, Failure {
    return objects(get(REFERENCE_SETS).array("sets"));
  }

  /// A signed statement or bundle that the server took, with its file.
  Optional<Json.Obj> referenceSet(String statement) throws IOException, FormatException, Failure {
    HttpResponse answer =
        http.send(authorized(HttpRequest.get(admin(REFERENCE_SETS + "/" + statement))));
    return answer.status() == 404
        ? Optional.empty()
        : Optional.of(Json.parseObject(checked(answer).body(), JsonLimits.DOCUMENT));
  }

  /// Registers reference values, as far as they are not registered already.
  ///
  /// @return how many were not
  int register(List<ReferenceValue> values) throws IOException, FormatException, Failure {
    Instant renewal = Instant.now().plus(RENEW_WITHIN);
    Set<String> known = new HashSet<>();
    for (Json.Obj entry : referenceValues()) {
      if (Instant.parse(entry.string("expires")).isAfter(renewal)) {
        known.add(entry.string("name") + "=" + entry.require("value").compact());
      }
    }
    List<Json> missing = new ArrayList<>();
    for (ReferenceValue value : values) {
      if (known.add(value.name() + "=" + value.value().compact())) {
        missing.add(value.json());
      }
    }
    if (!missing.isEmpty()) {
      add(missing);
    }
    return missing.size();
  }

  /// Registers values as they were, each with its own end, unless the same is in force as long.
  ///
  /// @return how many were not
  int registerAgain(List<ReferenceValue> values) throws IOException, FormatException, Failure {
    Set<String> known = new HashSet<>();
    for (Json.Obj entry : referenceValues()) {
      known.add(sameValue(ReferenceValue.parse(entry)));
    }
    List<Json> missing = new ArrayList<>();
    for (ReferenceValue value : values) {
      if (known.add(sameValue(value))) {
        missing.add(value.json());
      }
    }
    if (!missing.isEmpty()) {
      add(missing);
    }
    return missing.size();
  }

  private static String sameValue(ReferenceValue value) {
    return value.name() + "=" + value.value().compact() + " until " + value.expires();
  }

  /// Takes all values of a name out of force.
  ///
  /// @return how many there were
  long deleteReferenceValues(String name) throws IOException, FormatException, Failure {
    String query = "?name=" + URLEncoder.encode(name, StandardCharsets.UTF_8);
    HttpRequest request = HttpRequest.of("DELETE", admin(REFERENCE_VALUES + query));
    return changed(request).integer("deleted");
  }

  /// Registers the digest of the init-data that a guest will be started with: as it stands, because
  /// no build predicts it. It is made for one run (image, arguments, keys) and ends with it.
  void expectInitData(Bytes digest, Duration life, String origin)
      throws IOException, FormatException, Failure {
    Json entry =
        entry(
            "init_data",
            Json.of(digest.hex()),
            Provenance.DECLARED,
            Instant.now().plus(life),
            origin);
    add(List.of(entry));
  }

  private void add(List<Json> entries) throws IOException, FormatException, Failure {
    Json.Obj body = Json.object().put("entries", Json.array(entries)).build();
    changed(HttpRequest.postJson(admin(REFERENCE_VALUES), body(body)));
  }

  /// Puts the values of a version of a signed set in force that the server took before.
  Json.Obj rollbackSet(String set, long version, String comment)
      throws IOException, FormatException, Failure {
    Json.Obj body =
        Json.object().put("set", set).put("version", version).put("comment", comment).build();
    return changed(HttpRequest.postJson(admin(REFERENCE_SETS + "/rollback"), body(body)));
  }

  /// A change of reference values that was made.
  ///
  /// @throws ProposedFailure if it waits for an approval
  private Json.Obj changed(HttpRequest request) throws IOException, FormatException, Failure {
    HttpResponse answer = send(request);
    Json.Obj outcome = Json.parseObject(answer.body(), JsonLimits.MESSAGE);
    if (answer.status() == ACCEPTED) {
      throw new ProposedFailure(outcome.integer("proposal"));
    }
    return outcome;
  }

  private static Bytes body(Json.Obj body) {
    return body.utf8();
  }

  private static Json entry(
      String name, Json value, Provenance provenance, Instant expires, String origin) {
    return Json.object()
        .put("name", name)
        .put("value", value)
        .put("expires", expires.toString())
        .put("provenance", provenance.text())
        .put("origin", origin)
        .build();
  }

  /// Takes the release policy out of force: nothing is released until one is put again.
  void revokeReleasePolicy() throws IOException, Failure {
    send(HttpRequest.of("DELETE", admin(RELEASE_POLICY)));
  }

  /// Puts a built-in release policy in force.
  void putReleasePolicy(String name) throws IOException, Failure {
    Json.Obj body = Json.object().put("type", "builtin").put("name", name).build();
    send(
        HttpRequest.of("PUT", admin(RELEASE_POLICY)).body(new HttpRequest.Body.Whole(body.utf8())));
  }

  /// How many entries the ledger has.
  long ledgerSize() throws IOException, FormatException, Failure {
    return get("/v1/admin/ledger/head").integer("size");
  }

  /// The ledger's entries from index `from` on, at most `limit` and at most a thousand.
  List<Json.Obj> ledgerPage(long from, long limit) throws IOException, FormatException, Failure {
    return objects(
        get("/v1/admin/ledger?from=%d&limit=%d".formatted(from, limit)).array("entries"));
  }

  /// The ledger's entries from index `from` on.
  List<Json.Obj> ledger(long from) throws IOException, FormatException, Failure {
    List<Json.Obj> entries = new ArrayList<>();
    while (true) {
      List<Json.Obj> page = ledgerPage(from + entries.size(), PAGE);
      entries.addAll(page);
      if (page.size() < PAGE) {
        return entries;
      }
    }
  }

  /// The ledger with its tree recomputed here.
  AuditedLedger auditedLedger(Optional<LedgerHead> known)
      throws IOException, FormatException, Failure {
    return AuditedLedger.of(
        from -> get("/v1/admin/ledger?raw&from=%d&limit=%d".formatted(from, PAGE)), known);
  }

  /// Recomputes the ledger's tree and returns its head: `size` and `root`.
  Json.Obj verifyLedger() throws IOException, FormatException, Failure {
    return post("/v1/admin/ledger/verify", Json.object().build());
  }

  /// Why a decision or refusal was taken, as the server tells from its record.
  Optional<Explanation> why(String id) throws IOException, FormatException, Failure {
    HttpResponse answer =
        http.send(authorized(HttpRequest.get(admin("/v1/admin/decisions/" + id))));
    if (answer.status() == 404) {
      return Optional.empty();
    }
    return Optional.of(
        Explanation.parse(Json.parseObject(checked(answer).body(), JsonLimits.DOCUMENT)));
  }

  /// The explanation of a refusal that the server recorded.
  Explanation refused(String id) throws IOException, FormatException, Failure {
    return why(id)
        .filter(explanation -> explanation.refusal().isPresent())
        .orElseThrow(() -> new Failure("the trust server recorded no refusal " + id));
  }

  /// An attacker who reaches this server and has a TPM that it accepts.
  RelayAttack relayAttack(TpmTransport tpm) throws IOException, FormatException {
    return new RelayAttack(url, http, tpm);
  }

  /// An endpoint for administrators, with the tenant that it is about.
  private URI admin(String path) {
    String about = tenant.equals(Tenant.DEFAULT) ? "" : "tenant=" + tenant;
    String joint = about.isEmpty() ? "" : path.indexOf('?') < 0 ? "?" : "&";
    return url.resolve(path + joint + about);
  }

  Json.Obj get(String path) throws IOException, FormatException, Failure {
    return Json.parseObject(send(HttpRequest.get(admin(path))).body(), JsonLimits.DOCUMENT);
  }

  Json.Obj post(String path, Json.Obj body) throws IOException, FormatException, Failure {
    HttpRequest request = HttpRequest.postJson(admin(path), body.utf8());
    return Json.parseObject(send(request).body(), JsonLimits.DOCUMENT);
  }

  Json.Obj put(String path, Json.Obj body) throws IOException, FormatException, Failure {
    HttpRequest request =
        HttpRequest.of("PUT", admin(path)).body(new HttpRequest.Body.Whole(body.utf8()));
    return Json.parseObject(send(request).body(), JsonLimits.MESSAGE);
  }

  Json.Obj delete(String path) throws IOException, FormatException, Failure {
    HttpRequest request = HttpRequest.of("DELETE", admin(path));
    return Json.parseObject(send(request).body(), JsonLimits.MESSAGE);
  }

  private HttpResponse send(HttpRequest request) throws IOException, Failure {
    return checked(http.send(authorized(request)));
  }

  private HttpRequest authorized(HttpRequest request) throws Failure {
    try {
      String token = AdminToken.ofKey(adminKey, USER, Instant.now(), TOKEN_LIFE);
      return request.header("Authorization", "Bearer " + token);
    } catch (TrustServerException e) {
      throw new Failure(String.valueOf(e.getMessage()), e);
    }
  }

  private static HttpResponse checked(HttpResponse answer) throws Failure {
    if (answer.isSuccess()) {
      return answer;
    }
    try {
      Json.Obj problem = Json.parseObject(answer.body(), JsonLimits.MESSAGE);
      Code code = Code.valueOf(problem.string("code"));
      throw new Failure(
          new Refusal(
              problem.string("check"),
              code,
              problem.string("expected"),
              problem.string("found"),
              code.remedy()));
    } catch (FormatException | IllegalArgumentException _) {
      Optional<String> code = answer.headers().first("vouchsafe-code");
      if (code.isPresent()) {
        throw new Failure(
            "the trust server refused, %s: `vouchsafe explain %s` says what to do"
                .formatted(code.get(), code.get()));
      }
      throw new Failure(
          "the trust server answered %d: %s".formatted(answer.status(), answer.body().utf8Lossy()));
    }
  }

  private static List<Json.Obj> objects(List<Json> items) throws FormatException {
    List<Json.Obj> objects = new ArrayList<>();
    for (Json item : items) {
      objects.add(item.asObject("item"));
    }
    return objects;
  }

  @Override
  public void close() {
    http.close();
    own.ifPresent(server -> server.closeWhenUnused(waiting));
    release();
  }

  /// Closes without waiting for others.
  void closeAtOnce() {
    own.ifPresent(OwnServer::close);
    release();
  }

  private void release() {
    use.ifPresent(lock -> {
      try {
        lock.close();
      } catch (IOException _) {
        // It goes with the process then.
      }
    });
  }
}
