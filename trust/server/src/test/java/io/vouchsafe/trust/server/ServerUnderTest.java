package io.vouchsafe.trust.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.encoding.Pem;
import io.vouchsafe.protocol.Tee;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;

/// A server in a folder with what its operator does to it: one resource is there.
final class ServerUnderTest implements AutoCloseable {
  static final String RESOURCE = "default/key/one";
  static final String SECRET = "top secret";

  final Client client;
  private final TrustServer server;
  private final String[] admin;

  private ServerUnderTest(TrustServer server, String[] admin) {
    this.server = server;
    this.client = new Client(server);
    this.admin = admin;
  }

  static ServerUnderTest start(Path home, UnaryOperator<TrustServerOptions> change)
      throws Exception {
    TrustServer server = TrustServer.start(change.apply(TrustServerOptions.at(home)));
    String token = AdminToken.make(home, Instant.now(), Duration.ofMinutes(10));
    ServerUnderTest running =
        new ServerUnderTest(server, new String[] {"Authorization", "Bearer " + token});
    assertThat(running.client.post("/kbs/v0/resource/" + RESOURCE, SECRET, running.admin).status())
        .isEqualTo(200);
    return running;
  }

  /// Writes certificates into a PEM file.
  static Path pem(Path file, List<Bytes> certificates) throws Exception {
    StringBuilder text = new StringBuilder();
    certificates.forEach(certificate -> text.append(Pem.encode("CERTIFICATE", certificate)));
    return Files.writeString(file, text);
  }

  Guest guest(Tee tee) throws Exception {
    return new Guest(client, tee);
  }

  static Json.Obj value(String name, Json value) {
    return Json.object()
        .put("name", name)
        .put("value", value)
        .put("provenance", "declared")
        .build();
  }

  static Json.Obj value(String name, String value) {
    return value(name, Json.of(value));
  }

  /// The lowest TCB of Milan that is accepted, as a value of `snp_minimum_tcb`.
  static Json minimumTcb(int bootloader, int tee, int snp, int microcode) {
    return Json.object()
        .put("product", "Milan")
        .put("bootloader", bootloader)
        .put("tee", tee)
        .put("snp", snp)
        .put("microcode", microcode)
        .build();
  }

  void register(Json.Obj... entries) throws Exception {
    Json body = Json.object().put("entries", Json.array(Arrays.<Json>asList(entries))).build();
    Client.Answer answer = client.post("/v1/admin/reference-values", body.compact(), admin);
    assertThat(answer.status()).as(answer.text()).isEqualTo(200);
  }

  /// Takes all entries of a name away.
  void forget(String name) throws Exception {
    client.send("DELETE", "/v1/admin/reference-values?name=" + name, Bytes.EMPTY, admin);
  }

  /// Asks what would be decided.
  Client.Answer tryOut(Json.Obj question) throws Exception {
    return client.post("/v1/admin/policies/try", question.compact(), admin);
  }

  /// What was recorded about a refusal or a decision.
  Json.Obj recorded(Client.Answer refused) throws Exception {
    String id = refused.header("Vouchsafe-Id").orElseThrow();
    return client.get("/v1/admin/decisions/" + id, admin).json();
  }

  @Override
  public void close() {
    server.close();
  }
}
