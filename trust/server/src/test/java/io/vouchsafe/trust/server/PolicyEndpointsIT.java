package io.vouchsafe.trust.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.Json;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Policies of a server that runs, over HTTPS.
class PolicyEndpointsIT extends SampleServerTestCase {
  private static final String RELEASE = "/v1/admin/policies/release";
  private static final String ALLOW = "package policy\nallow if true\n";
  private static final String DENY = "package policy\ndefault allow := false\n";

  private final KeyPair provider = newKey();

  private static KeyPair newKey() {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp256r1"));
      return generator.generateKeyPair();
    } catch (java.security.GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  TrustServerOptions options() {
    return options(
        new AdminAccess.Authenticated(
            List.of(
                new IdentityProvider(
                    Optional.empty(), Optional.empty(), List.of(provider.getPublic()))),
            List.of()));
  }

  private TrustServerOptions options(AdminAccess access) {
    return super.options().withAdmins(access);
  }

  private String[] subject(String name) {
    return bearer(AdminToken.make(provider, name, Instant.now(), Duration.ofMinutes(5)));
  }

  private Client.Answer put(String target, Json.Obj body, String... who) throws Exception {
    return client.send("PUT", target, body.utf8(), who);
  }

  private Client.Answer post(String target, Json.Obj body, String... who) throws Exception {
    return client.post(target, body.compact(), who);
  }

  private String token(String text) throws Exception {
    return client.get(text, admin).text();
  }

  @Test
  void put_getRollbackRevoke_keepEveryVersion() throws Exception {
    Client.Answer answer = put(RELEASE, rego(ALLOW).with("comment", Json.of("why")), admin);
    assertThat(answer.status()).as(answer.text()).isEqualTo(200);
    assertThat(answer.json().integer("version")).isEqualTo(2);
    assertThat(answer.json().string("digest")).hasSize(64);

    Json.Obj second = client.get(RELEASE + "?version=2", admin).json();
    assertThat(second.object("policy").string("text")).isEqualTo(ALLOW);
    assertThat(second.string("comment")).isEqualTo("why");
    assertThat(second.string("by")).isEqualTo("role admin, home key");

    Client.Answer back =
        post(RELEASE + "/rollback", Json.object().put("version", 1).build(), admin);
    assertThat(back.json().integer("version")).isEqualTo(3);
    assertThat(client.get(RELEASE, admin).json().object("policy").string("name"))
        .isEqualTo("default");
    assertThat(client.get(RELEASE, admin).json().array("versions")).hasSize(3);

    assertThat(client.send("DELETE", RELEASE, Bytes.EMPTY, admin).text())
        .isEqualTo("{\"revoked\":true}");
    Json.Obj list = client.get("/v1/admin/policies", admin).json();
    assertThat(list.integer("approvals")).isEqualTo(1);
    assertThat(list.array("policies").toString()).contains("revoked", "active");
  }

  @Test
  void put_thatDoesNotCompile_isRefusedWithItsPosition_andReplacesNothing() throws Exception {
    String before = token(RELEASE);

    Client.Answer answer = put(RELEASE, rego("package policy\nallow { true }\n"), admin);

    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.code()).isEqualTo("POLICY_INVALID");
    assertThat(answer.json().string("found")).contains("policy.rego:2:7", "rego_parse_error");
    assertThat(token(RELEASE)).isEqualTo(before);
    Client.Answer ofClass =
        put("/v1/admin/policies/attestation/cpu", rego("package policy\nx := y\n"), admin);
    assertThat(ofClass.json().string("found")).contains("policy.rego:2:6");
  }

  @Test
  void put_onAnotherVersion_isAConflict() throws Exception {
    Json.Obj body = rego(ALLOW).with("if_version", Json.of(7));

    Client.Answer answer = put(RELEASE, body, admin);

    assertThat(answer.status()).isEqualTo(409);
    assertThat(answer.code()).isEqualTo("POLICY_CHANGED");
    assertThat(answer.json().string("found")).startsWith("version 1, put at");
    assertThat(put(RELEASE, rego(ALLOW).with("if_version", Json.of(1)), admin).status())
        .isEqualTo(200);
  }

  @Test
  void approvals_two_needSubjectsOfAProvider() throws Exception {
    Json.Obj two = Json.object().put("approvals", 2).build();
    assertThat(put("/v1/admin/policies/approvals", two, subject("alice")).status()).isEqualTo(200);

    Client.Answer proposed = put(RELEASE, rego(DENY), subject("alice"));

    assertThat(proposed.status()).isEqualTo(202);
    String proposal = "/v1/admin/policies/proposals/" + proposed.json().integer("proposal");
    assertThat(client.get(RELEASE, admin).json().integer("version")).isEqualTo(1);
    assertThat(client.get("/v1/admin/policies/proposals", admin).text()).contains("alice");
    Client.Answer same = client.post(proposal + "/approve", "", subject("alice"));
    assertThat(same.status()).isEqualTo(403);
    assertThat(same.code()).isEqualTo("APPROVAL_SAME_SUBJECT");
    Client.Answer approved = client.post(proposal + "/approve", "", subject("bob"));
    assertThat(approved.json().integer("version")).isEqualTo(2);
    Json.Obj version = client.get(RELEASE + "?version=2", admin).json();
    assertThat(version.string("by")).startsWith("\"alice\"");
    assertThat(version.string("approved_by")).startsWith("\"bob\"");
    assertThat(client.post(proposal + "/approve", "", subject("bob")).status()).isEqualTo(404);
  }

  @Test
  void approvals_homeKey_isOneSubjectWhateverItIsCalled() throws Exception {
    Json.Obj two = Json.object().put("approvals", 2).build();
    put("/v1/admin/policies/approvals", two, subject("alice"));
    Path key = home.resolve(AdminToken.KEY_FILE);
    String[] one = bearer(AdminToken.ofKey(key, "one", Instant.now(), Duration.ofMinutes(5)));
    String[] other = bearer(AdminToken.ofKey(key, "other", Instant.now(), Duration.ofMinutes(5)));
    long number = put(RELEASE, rego(DENY), one).json().integer("proposal");
    String proposal = "/v1/admin/policies/proposals/" + number;

    assertThat(client.post(proposal + "/approve", "", other).code())
        .isEqualTo("APPROVAL_SAME_SUBJECT");
    assertThat(client.send("DELETE", proposal, Bytes.EMPTY, other).status()).isEqualTo(200);
  }

  @Test
  void approvals_two_closeTheReferenceInterfaceToChanges() throws Exception {
    put(
        "/v1/admin/policies/approvals",
        Json.object().put("approvals", 2).build(),
        subject("alice"));
    String upload = Json.object().put("policy", Bytes.utf8(DENY).base64Url()).build().compact();

    Client.Answer answer = client.post("/kbs/v0/resource-policy", upload, admin);

    assertThat(answer.status()).isEqualTo(401);
    assertThat(answer.code()).isEqualTo("APPROVAL_MISSING");
    assertThat(client.get(RELEASE, admin).json().integer("version")).isEqualTo(1);
  }

  @Test
  void approvals_two_withTheHomeKeyAlone_areRefused() throws Exception {
    server.close();
    start(options(new AdminAccess.HomeKey()));

    Client.Answer answer =
        put("/v1/admin/policies/approvals", Json.object().put("approvals", 2).build(), admin);

    assertThat(answer.code()).isEqualTo("APPROVAL_MISSING");
    assertThat(client.get("/v1/admin/policies/approvals", admin).text())
        .isEqualTo("{\"approvals\":1}");
  }

  private String[] named(String name) throws Exception {
    Path secret = home.resolve(name + ".key");
    Path open = home.resolve(name + ".pub");
    HomeAdministrators.makeKey(secret, open, new SecureRandom());
    HomeAdministrators.of(home).add(name, open);
    return bearer(AdminToken.ofKey(secret, "anybody", Instant.now(), Duration.ofMinutes(5)));
  }

  private Json.Obj lastEntry() throws Exception {
    List<Json> entries = client.get("/v1/admin/ledger?limit=1000", admin).json().array("entries");
    return entries.getLast().asObject("entry");
  }

  @Test
  void approvals_two_withANamedAdministratorOfTheHome() throws Exception {
    server.close();
    start(options(new AdminAccess.HomeKey()));
    String[] alice = named("alice");
    Json.Obj two = Json.object().put("approvals", 2).build();
    assertThat(put("/v1/admin/policies/approvals", two, admin).text())
        .isEqualTo("{\"state\":\"active\",\"approvals\":2}");
    // That she may administer was recorded before it counted.
    assertThat(client.get("/v1/admin/ledger", admin).text())
        .contains("\"administrators\":{\"alice\":\"");

    long number = put(RELEASE, rego(DENY), admin).json().integer("proposal");
    String proposal = "/v1/admin/policies/proposals/" + number;
    assertThat(client.post(proposal + "/approve", "", admin).code())
        .isEqualTo("APPROVAL_SAME_SUBJECT");
    assertThat(client.post(proposal + "/approve", "", alice).json().integer("version"))
        .isEqualTo(2);
    assertThat(lastEntry().string("by")).isEqualTo("\"alice\", role admin, own key");

    HomeAdministrators.of(home).remove("alice");
    assertThat(client.get("/v1/admin/policies", alice).code()).isEqualTo("ADMIN_DENIED");
    assertThat(lastEntry().compact()).contains("\"administrators\":{}");
  }

  @Test
  void administrators_whoseFolderCannotBeBelieved_areNone() throws Exception {
    server.close();
    start(options(new AdminAccess.HomeKey()));
    String[] alice = named("alice");
    assertThat(client.get("/v1/admin/policies", alice).status()).isEqualTo(200);
    Files.writeString(home.resolve("admins/bob.pub"), "no key");

    assertThat(client.get("/v1/admin/policies", alice).code()).isEqualTo("ADMIN_DENIED");
    Json.Obj two = Json.object().put("approvals", 2).build();
    assertThat(put("/v1/admin/policies/approvals", two, admin).code())
        .isEqualTo("APPROVAL_MISSING");
    assertThat(client.get("/v1/admin/policies", admin).status()).isEqualTo(200);
  }

  @Test
  void referenceValues_waitLikePolicies_andAreApprovedByTheirDigest() throws Exception {
    put(
        "/v1/admin/policies/approvals",
        Json.object().put("approvals", 2).build(),
        subject("alice"));
    String values = "/v1/admin/reference-values";
    String entries = "{\"entries\":[{\"name\":\"x\",\"value\":\"1\",\"provenance\":\"declared\"}]}";

    Client.Answer proposed = client.post(values, entries, subject("alice"));

    assertThat(proposed.status()).isEqualTo(202);
    assertThat(client.get(values + "?name=x", admin).text()).isEqualTo("{\"entries\":[]}");
    String proposal = "/v1/admin/policies/proposals/" + proposed.json().integer("proposal");
    assertThat(client.get("/v1/admin/policies/proposals", admin).text())
        .contains("add-reference-values", proposed.json().string("digest"));
    String other = "{\"digest\":\"" + "00".repeat(32) + "\"}";
    assertThat(client.post(proposal + "/approve", other, subject("bob")).code())
        .isEqualTo("NO_SUCH_ENTRY");
    assertThat(client.post(proposal + "/approve", "{", subject("bob")).status()).isEqualTo(400);
    String same = "{\"digest\":\"" + proposed.json().string("digest") + "\"}";
    assertThat(client.post(proposal + "/approve", same, subject("alice")).code())
        .isEqualTo("APPROVAL_SAME_SUBJECT");
    assertThat(client.post(proposal + "/approve", same, subject("bob")).text())
        .isEqualTo("{\"state\":\"active\",\"added\":1,\"deleted\":0}");

    long first =
        client.send("DELETE", values + "?name=x", Bytes.EMPTY, admin).json().integer("proposal");
    long second =
        client.send("DELETE", values + "?name=x", Bytes.EMPTY, admin).json().integer("proposal");
    String base = "/v1/admin/policies/proposals/";
    assertThat(client.post(base + first + "/approve", "", subject("bob")).status()).isEqualTo(200);
    Client.Answer stale = client.post(base + second + "/approve", "", subject("bob"));
    assertThat(stale.status()).isEqualTo(409);
    assertThat(stale.code()).isEqualTo("REFERENCE_VALUES_CHANGED");
    String upload =
        Json.object()
            .put("version", "0.1.0")
            .put("type", "sample")
            .put("payload", Bytes.utf8("{\"y\":[\"1\"]}").base64())
            .build()
            .compact();
    assertThat(client.post("/kbs/v0/reference-value", upload, admin).code())
        .isEqualTo("APPROVAL_MISSING");
  }

  @Test
  void tenants_haveTheirOwn() throws Exception {
    assertThat(client.get("/v1/admin/policies?tenant=acme", admin).code())
        .isEqualTo("NO_SUCH_ENTRY");
    assertThat(client.post("/v1/admin/tenants", "{\"name\":\"acme\"}", admin).text())
        .isEqualTo("{\"tenant\":\"acme\",\"created\":true}");
    put(RELEASE + "?tenant=acme", rego(DENY), admin);

    assertThat(client.get(RELEASE + "?tenant=acme", admin).json().integer("version")).isEqualTo(2);
    assertThat(client.get(RELEASE, admin).json().integer("version")).isEqualTo(1);
    assertThat(client.get("/v1/admin/tenants", admin).text())
        .isEqualTo("{\"tenants\":[\"acme\",\"default\"]}");
    assertThat(client.get("/v1/admin/ledger/head?tenant=acme", admin).json().integer("size"))
        .isEqualTo(3);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "PUT policies/release {\"type\":\"rego\"}",
        "PUT policies/release {\"type\":\"other\",\"name\":\"x\"}",
        "PUT policies/release {\"name\":\"nobody\"}",
        "PUT policies/release {\"name\":\"default\",\"if_version\":\"1\"}",
        "PUT policies/attestation/cpu {}",
        "PUT policies/attestation/cpu {\"type\":\"builtin\",\"name\":\"nobody\"}",
        "PUT policies/attestation/a%20b {\"text\":\"package policy\"}",
        "PUT policies/attestation/cpu/x {\"text\":\"package policy\"}",
        "PUT policies/approvals {\"approvals\":3}",
        "PUT policies/approvals {\"approvals\":0}",
        "POST policies/release/rollback {\"version\":99}",
        "POST policies/release/rollback {}",
        "POST policies/release/other {}",
        "POST policies/proposals/1/approve {}",
        "POST policies/proposals/x/approve {}",
        "DELETE policies/proposals/1 {}",
        "POST reference-sets/rollback {}",
        "POST reference-sets/rollback {\"set\":\"vm\"}",
        "POST reference-sets/rollback {\"set\":\"vm\",\"version\":1}",
        "POST reference-sets/rollback {\"set\":\"v m\",\"version\":1}",
        "POST reference-sets/rollback {\"set\":\"vm\",\"version\":-1}",
        "POST reference-sets/other {}",
        "PUT reference-sets/rollback {\"set\":\"vm\",\"version\":1}",
        "DELETE reference-values {}",
        "GET policies/release?version=99 {}",
        "GET policies/release?version=-1 {}",
        "GET policies/other {}",
        "GET policies?tenant=A {}",
        "GET resources?tenant=nobody {}",
        "POST tenants {\"name\":\"A B\"}"
      })
  void request_thatIsNone_isRefusedWithDetails(String request) throws Exception {
    String[] parts = request.split(" ", 3);

    Client.Answer answer =
        client.send(parts[0], "/v1/admin/" + parts[1], Bytes.utf8(parts[2]), admin);

    assertThat(answer.status()).as(answer.text()).isIn(400, 404);
    assertThat(answer.json().members()).containsKeys("code", "check", "expected", "found");
    assertThat(client.get(RELEASE, admin).json().integer("version")).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"policies", "policies/release", "policies/proposals", "tenants"})
  void endpoints_answerToTheAdminOnly(String endpoint) throws Exception {
    assertThat(client.get("/v1/admin/" + endpoint, admin).status()).isEqualTo(200);
    assertThat(client.get("/v1/admin/" + endpoint).code()).isEqualTo("ADMIN_DENIED");
  }
}
