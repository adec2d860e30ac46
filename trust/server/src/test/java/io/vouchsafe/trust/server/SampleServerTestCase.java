package io.vouchsafe.trust.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.vouchsafe.encoding.Json;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/// What tests over HTTPS share: a new server that takes sample evidence, a guest that sends it, and
/// its administrator.
abstract class SampleServerTestCase {
  @TempDir Path home;
  TrustServer server;
  Client client;
  SampleGuest guest;
  String[] admin;

  /// What the server is started with.
  TrustServerOptions options() {
    return TrustServerOptions.at(home).withInsecureSample();
  }

  @BeforeEach
  final void start() throws Exception {
    start(options());
  }

  final void start(TrustServerOptions options) throws Exception {
    server = TrustServer.start(options);
    client = new Client(server);
    guest = new SampleGuest(client);
    admin = bearer(AdminToken.make(home, Instant.now(), Duration.ofMinutes(5)));
  }

  @AfterEach
  final void stop() {
    server.close();
  }

  static String[] bearer(String token) {
    return new String[] {"Authorization", "Bearer " + token};
  }

  static Json.Obj rego(String text) {
    return Json.object().put("type", "rego").put("text", text).build();
  }

  final void releasePolicy(String name) throws Exception {
    Json.Obj policy = Json.object().put("type", "builtin").put("name", name).build();
    Client.Answer answer = client.send("PUT", "/v1/admin/policies/release", policy.utf8(), admin);
    assertThat(answer.status()).isEqualTo(200);
  }

  final void putResource(String path, String value) throws Exception {
    assertThat(client.post("/kbs/v0/resource/" + path, value, admin).status()).isEqualTo(200);
  }
}
