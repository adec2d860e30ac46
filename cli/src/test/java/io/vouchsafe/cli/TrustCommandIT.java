package io.vouchsafe.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.encoding.JsonLimits;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// The trust server as a process, and commands beside it.
@Timeout(480)
class TrustCommandIT {
  private static final Duration START = Duration.ofSeconds(120);
  private static final Duration STOP = Duration.ofSeconds(90);

  @TempDir private Path folder;

  private Path home() {
    return folder.resolve("home");
  }

  private Launched serve(Path home) throws IOException {
    return Launched.start(home, "trust", "serve", "--listen", "127.0.0.1:0");
  }

  private static Json.Obj firstLine(Launched server) throws Exception {
    return Json.parseObject(Bytes.utf8(server.firstLine(START)), JsonLimits.MESSAGE);
  }

  private Cli.Outcome cli(String... words) {
    return new Cli(home()).run(words);
  }

  private Path value() throws IOException {
    return Files.writeString(folder.resolve("value"), "the content");
  }

  @Test
  void serve_termSignal_printsOneJsonLineAnswersAndEnds() throws Exception {
    try (Launched server = serve(home())) {
      Json.Obj line = firstLine(server);
      assertThat(line.members().keySet()).containsExactly("url", "caFingerprint");
      assertThat(line.string("caFingerprint")).matches("[0-9a-fA-F:]{64,95}");
      assertThat(cli("resource", "list").status()).isZero();
      server.signal("TERM");
      assertThat(server.await(STOP)).isEqualTo(143);
      assertThat(server.out().lines()).hasSize(1);
    }
    assertThat(home().resolve("trust/endpoint")).doesNotExist();
  }

  @Test
  void serve_homeThatIsServedAlready_saysWhere() throws Exception {
    try (Launched server = serve(home())) {
      String url = firstLine(server).string("url");
      try (Launched second = serve(home())) {
        assertThat(second.await(START)).isEqualTo(125);
        assertThat(second.err()).contains("runs already, at " + url);
        assertThat(second.out()).isEmpty();
      }
      assertThat(cli("resource", "list").status()).isZero();
    }
  }

  @Test
  void serve_portThatIsTaken_failsInOneMessage() throws Exception {
    try (ServerSocket taken = new ServerSocket(0);
        Launched server =
            Launched.start(
                home(), "trust", "serve", "--listen", "0.0.0.0:" + taken.getLocalPort())) {
      assertThat(server.await(START)).isEqualTo(125);
      assertThat(server.err()).contains("vouchsafe: ").doesNotContain("\tat ");
    }
  }

  @Test
  void serve_killed_losesNothingAndTheNextStartTakesOver() throws Exception {
    try (Launched server = serve(home())) {
      firstLine(server);
      assertThat(cli("resource", "put", "default/key/one", value().toString()).status()).isZero();
      server.signal("KILL");
      server.await(STOP);
    }
    assertThat(home().resolve("trust/endpoint")).exists();
    Cli.Outcome listed = cli("resource", "list");
    assertThat(listed.status()).as(listed.err()).isZero();
    assertThat(listed.out()).contains("default/key/one");
  }

  @Test
  void resource_putListGet_neverShowTheContent() throws Exception {
    assertThat(cli("resource", "put", "default/key/one", value().toString()).status()).isZero();
    Cli.Outcome got = cli("resource", "get", "default/key/one");
    assertThat(got.status()).isZero();
    assertThat(got.json().string("path")).isEqualTo("default/key/one");
    assertThat(got.out()).doesNotContain("the content", Bytes.utf8("the content").base64());
    assertThat(cli("resource", "get", "default/key/two").err()).contains("no resource");
    assertThat(cli("resource", "get", "default/key/two").status()).isEqualTo(125);
  }

  @Test
  void resource_pathThatIsNone_isRefused() throws Exception {
    Cli.Outcome outcome = cli("resource", "put", "../x", value().toString());
    assertThat(outcome.status()).isEqualTo(125);
    assertThat(outcome.err()).contains("'../x' is no path of a resource");
  }

  @Test
  void log_verified_printsHeadThenEntries() throws Exception {
    cli("resource", "put", "default/key/one", value().toString());
    Cli.Outcome outcome = cli("trust", "log", "--verify");
    assertThat(outcome.status()).as(outcome.err()).isZero();
    List<String> lines = outcome.out().lines().toList();
    Json.Obj head = Json.parseObject(Bytes.utf8(lines.getFirst()), JsonLimits.MESSAGE);
    assertThat(head.integer("size")).isEqualTo(lines.size() - 1);
    assertThat(head.string("root")).isNotBlank();
    assertThat(outcome.out()).contains("default/key/one").doesNotContain("the content");
    assertThat(cli("trust", "log", "--from", "1").out().lines()).hasSize(lines.size() - 2);
  }

  @Test
  void log_audited_hasTheHeadThatTheServerStates() throws Exception {
    cli("resource", "put", "default/key/one", value().toString());
    Cli.Outcome audited = cli("trust", "log", "--audit");
    assertThat(audited.status()).as(audited.err()).isZero();
    Json.Obj head = Json.parseObject(Bytes.utf8(audited.out()), JsonLimits.MESSAGE);
    String known = head.integer("size") + ":" + head.string("root");
    cli("resource", "put", "default/key/two", value().toString());
    assertThat(cli("trust", "log", "--audit", "--known", known).status()).isZero();
    String another = head.integer("size") + ":" + "ab".repeat(32);
    Cli.Outcome refused = cli("trust", "log", "--audit", "--known", another);
    assertThat(refused.status()).isEqualTo(125);
    assertThat(refused.err()).contains("STORE_CORRUPT");
  }

  @Test
  void why_unknownId_saysSo() {
    Cli.Outcome outcome = cli("why", "nothing");
    assertThat(outcome.status()).isEqualTo(125);
    assertThat(outcome.err()).contains("nothing is recorded under nothing");
  }

  @Test
  void trust_serverOfAnotherHome_needsItsCaAndKey() throws Exception {
    Path other = folder.resolve("other");
    try (Launched server = serve(other)) {
      String url = firstLine(server).string("url");
      Cli.Outcome bare = cli("resource", "list", "--trust", url);
      assertThat(bare.status()).isEqualTo(125);
      assertThat(bare.err()).contains("--trust-ca", "--trust-admin-key");
      Path trust = other.resolve("trust");
      Cli.Outcome named =
          cli(
              "resource",
              "list",
              "--trust",
              url,
              "--trust-ca",
              trust.resolve("ca.pem").toString(),
              "--trust-admin-key",
              trust.resolve("admin.key").toString());
      assertThat(named.status()).as(named.err()).isZero();
    }
  }

  @Test
  void trust_keyOfAnotherHome_isDenied() throws Exception {
    Path other = folder.resolve("other");
    assertThat(cli("resource", "list").status()).isZero();
    try (Launched server = serve(other)) {
      String url = firstLine(server).string("url");
      String ca = other.resolve("trust/ca.pem").toString();
      Cli.Outcome denied = cli("resource", "list", "--trust", url, "--trust-ca", ca);
      assertThat(denied.status()).isEqualTo(125);
      assertThat(denied.err()).contains("ADMIN_DENIED");
      Cli.Outcome stranger = cli("resource", "list", "--trust", url);
      assertThat(stranger.status()).isEqualTo(125);
      assertThat(stranger.err()).contains("--trust-ca");
    }
  }

  @Test
  void trust_nobodyAnswers_saysSo() {
    cli("resource", "list");
    Cli.Outcome outcome = cli("resource", "list", "--trust", "https://127.0.0.1:9");
    assertThat(outcome.status()).isEqualTo(125);
    assertThat(outcome.err()).contains("answers at https://127.0.0.1:9");
  }

  @Test
  void owner_othersUseItsServer_waitsForThem() throws Exception {
    Home home = new Home(home());
    TrustClient owner = TrustClient.open(home, TrustPlace.OWN);
    TrustClient user = TrustClient.open(home, TrustPlace.OWN);
    Thread closing = new Thread(owner::close);
    closing.start();
    closing.join(Duration.ofMillis(1500));
    assertThat(closing.isAlive()).isTrue();
    assertThat(user.resources()).isEmpty();
    user.close();
    assertThat(closing.join(STOP)).isTrue();
    assertThat(home.trust().resolve("endpoint")).doesNotExist();
  }
}
