package io.vouchsafe.trust.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.testkit.Vectors;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/// Replays what was recorded between the reference broker and its clients against our server, in
/// the order in which it was recorded, with the clock of that time. Where it does not upload its
/// policy itself, a built-in one that says the same stands for it, or the text is uploaded before.
class RecordingsIT {
  private static final Map<String, String> NOT_APPLICABLE =
      new TreeMap<>(
          Map.ofEntries(
              Map.entry("admin/anonymous-allowall", "there is no mode that lets everybody in"),
              Map.entry("admin/sample-plugin", "the plugin `sample` does nothing: not offered"),
              Map.entry("admin/err-sample-plugin", "the plugin `sample` does nothing: not offered"),
              Map.entry("refval/after-panic", "crashed there, under the policy before it"),
              Map.entry("err/auth-version-0.2.0", "spoken here, refused there"),
              Map.entry("err/auth-version-0.3.0", "spoken here, refused there")));

  /// Policies that the recordings were made with, as they say in words or as a file.
  private static final Map<String, String> TEXTS =
      Map.of(
          "rcar/get-resource-custom-policy", "resource-custom.rego",
          "err/res-query-policy-dup", "resource-query.rego",
          "err/res-query-policy-no", "resource-query.rego",
          "err/res-query-policy-yes", "resource-query.rego");

  private static final Set<String> SPOKEN =
      Set.of(
          "err/res-policy-conflict",
          "err/res-policy-nonbool",
          "err/res-policy-norule",
          "err/res-policy-otherpkg");

  /// Texts that do not compile, which each engine says in its own words.
  private static final Set<String> BROKEN =
      Set.of("admin/set-resource-policy-broken", "admin/err-rego-v0");

  /// Attestation policies that give no trust vector and that the reference does not refuse: a claim
  /// of unknown name crashed it, and of 300 it made 44.
  private static final Set<String> NO_VECTOR = Set.of("refval/policy-badname", "refval/policy-big");

  /// The built-in policy that says what the uploaded one said.
  private static final Map<String, String> POLICIES =
      Map.of(
          "rcar/get-resource-denied", "deny-all",
          "passport/denied", "deny-all",
          "err/res-policy-deny", "deny-all",
          "rcar/affirming-denies", "trustee-affirming",
          "refval/get-resource-affirming", "trustee-affirming",
          "rcar/default-policy-denies-sample", "trustee-default");

  @TempDir static Path homes;

  private static final Map<String, Running> SERVERS = new HashMap<>();
  private static final Map<Path, String> IN_FORCE = new HashMap<>();
  private static volatile Instant now = Instant.EPOCH;
  private static int passed;

  private record Running(TrustServer server, Client client, Replay replay, Path home) {}

  @TestFactory
  Stream<DynamicTest> recordings() throws Exception {
    return Recording.all(
            "admin",
            "rcar",
            "err",
            "passport",
            "longlived",
            "composite",
            "guest",
            "refval",
            "initdata")
        .stream()
        .map(recording -> DynamicTest.dynamicTest(recording.name(), () -> replay(recording)));
  }

  @AfterAll
  static void close() {
    SERVERS.values().forEach(running -> running.server().close());
    StringBuilder table =
        new StringBuilder("recordings replayed: " + passed + "\nnot applicable:\n");
    NOT_APPLICABLE.forEach(
        (name, why) -> table.append("  ").append(name).append(": ").append(why).append('\n'));
    System.out.println(table);
  }

  private static void replay(Recording recording) throws Exception {
    now = recording.at();
    String why = NOT_APPLICABLE.get(recording.name());
    Assumptions.assumeTrue(why == null, "not applicable: " + why);
    Running running = running(recording.config());
    if (BROKEN.contains(recording.name())) {
      Client.Answer answer = running.replay().send(recording, recording.exchanges().getFirst());
      assertThat(answer.status()).isEqualTo(401);
      assertThat(answer.code()).isEqualTo("POLICY_INVALID");
      assertThat(answer.text()).contains("PolicyEngineError", "policy.rego:2:");
      passed++;
      return;
    }
    if (recording.name().startsWith("initdata/")) {
      upload(running, Vectors.text(Recording.FOLDER + "policies/resource-initdata.rego"));
    } else if (TEXTS.containsKey(recording.name())) {
      upload(running, Vectors.text(Recording.FOLDER + "policies/" + TEXTS.get(recording.name())));
    } else if (SPOKEN.contains(recording.name())) {
      upload(running, recording.what().replaceFirst("resource policy: ", ""));
      if (recording.name().endsWith("conflict")) {
        Client.Answer answer = running.replay().send(recording, recording.exchanges().getFirst());
        assertThat(answer.status()).isEqualTo(401);
        assertThat(answer.code()).isEqualTo("POLICY_INVALID");
        assertThat(answer.text()).contains("PolicyEngineError");
        passed++;
        return;
      }
    } else {
      releasePolicy(running, POLICIES.getOrDefault(recording.name(), "allow-all"));
    }
    if (NO_VECTOR.contains(recording.name())) {
      Client.Answer answer = running.replay().last(recording);
      assertThat(answer.status()).isEqualTo(401);
      assertThat(answer.code()).isEqualTo("POLICY_INVALID");
      passed++;
      return;
    }
    if (recording.name().startsWith("admin/")) {
      IN_FORCE.remove(running.home()); // it may have put one of its own
    }
    running.replay().run(recording);
    passed++;
  }

  private static String[] admin(Running running) throws TrustServerException {
    return new String[] {
      "Authorization", "Bearer " + AdminToken.make(running.home(), now, Duration.ofMinutes(5))
    };
  }

  private static void releasePolicy(Running running, String name) throws Exception {
    if (running.home().endsWith("denyall") || name.equals(IN_FORCE.put(running.home(), name))) {
      return;
    }
    Client.Answer answer =
        running
            .client()
            .send(
                "PUT",
                "/v1/admin/policies/release",
                Bytes.utf8("{\"name\":\"" + name + "\"}"),
                admin(running));
    assertThat(answer.status()).as(answer.text()).isEqualTo(200);
  }

  private static void upload(Running running, String text) throws Exception {
    IN_FORCE.remove(running.home());
    Bytes body =
        Bytes.utf8("{\"policy\":\"" + Bytes.utf8(text).base64Url().replace("=", "") + "\"}");
    Client.Answer answer =
        running.client().send("POST", "/kbs/v0/resource-policy", body, admin(running));
    assertThat(answer.status()).as(answer.text()).isEqualTo(200);
  }

  private static Running running(String config) throws Exception {
    // The long-lived server differs in the life of its tokens only, and lent its state.
    String name =
        config.replace("config/kbs-", "").replace(".toml", "").replace("longlived", "main");
    Running running = SERVERS.get(name);
    if (running == null) {
      running = start(name);
      SERVERS.put(name, running);
      putResources(running);
    }
    return running;
  }

  private static Running start(String name) throws Exception {
    Path home = Files.createDirectory(homes.resolve(name));
    TrustServerOptions options =
        TrustServerOptions.at(home)
            .withListen(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
            .withInsecureSample()
            .withClock(() -> now)
            .withTrustedTokenCertificates(List.of(key("as-ca.pem")));
    options =
        switch (name) {
          case "main" -> options.withAdmins(recordedAdmins());
          case "denyall" -> options.withAdmins(new AdminAccess.DenyAll());
          case "session0" -> options.withLives(Duration.ZERO, Duration.ofMinutes(5));
          case "token-expired" -> options.withLives(Duration.ofMinutes(5), Duration.ofMinutes(-10));
          default -> options;
        };
    TrustServer server = TrustServer.start(options);
    Client client = new Client(server);
    Optional<Replay.Administrator> everybody =
        name.equals("ephemeral-insecure")
            ? Optional.of(() -> AdminToken.make(home, now, Duration.ofMinutes(5)))
            : Optional.empty();
    return new Running(server, client, new Replay(client, everybody), home);
  }

  private static AdminAccess recordedAdmins() throws Exception {
    return new AdminAccess.Authenticated(
        List.of(
            IdentityProvider.ofPem(
                Optional.of("recording-issuer"),
                Optional.of("recording-kbs"),
                key("admin-ed25519.pub.pem")),
            IdentityProvider.ofPem(Optional.empty(), Optional.empty(), key("admin-es256.pub.pem"))),
        List.of(
            AclRule.of("owner", "^/kbs/v0/.*$"),
            AclRule.of("rv-reader", "^/kbs/v0/reference-value/[a-zA-Z0-9]+$")));
  }

  private static Path key(String name) {
    return Vectors.path(Recording.FOLDER + "keys/" + name);
  }

  private static void putResources(Running running) throws Exception {
    if (running.home().endsWith("denyall")) {
      return;
    }
    List<String[]> resources = new ArrayList<>();
    resources.add(new String[] {"default/key/one", "input/secret.txt"});
    resources.add(new String[] {"default/key/bin", "input/secret.bin"});
    for (String[] resource : resources) {
      Bytes value = Bytes.of(Vectors.bytes(Recording.FOLDER + resource[1]));
      assertThat(
              running
                  .client()
                  .send("POST", "/kbs/v0/resource/" + resource[0], value, admin(running))
                  .status())
          .isEqualTo(200);
    }
  }
}
