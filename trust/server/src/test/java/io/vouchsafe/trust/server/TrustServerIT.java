package io.vouchsafe.trust.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vouchsafe.protocol.AuthRequest;
import io.vouchsafe.protocol.Tee;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/// The server as a whole: its home, its restarts, its clock, many guests at once.
class TrustServerIT extends SampleServerTestCase {
  @Test
  void files_ofTheHome_areTheOwnersAlone() throws Exception {
    try (var files = Files.list(home)) {
      // The lock file is empty.
      assertThat(files.filter(file -> !file.toString().endsWith(".lock")))
          .allSatisfy(file ->
              assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                  .as(file.toString())
                  .startsWith("rw-------"));
    }
  }

  @Test
  void restart_keepsAuthorityTokensAndResources() throws Exception {
    putResource("default/key/one", "top secret");
    releasePolicy("allow-all");
    String token = guest.token();
    String fingerprint = server.caFingerprint();
    server.close();

    SampleGuest same = guest;
    start();

    assertThat(server.caFingerprint()).isEqualTo(fingerprint);
    assertThat(same.open(client.get("/kbs/v0/resource/default/key/one", bearer(token))))
        .isEqualTo("top secret");
  }

  @Test
  void request_thatTheServerFailsOn_getsACodeAndAnIdAndNotTheCause() throws Exception {
    stop();
    AtomicBoolean broken = new AtomicBoolean();
    start(
        options()
            .withClock(() -> {
              if (broken.getAndSet(false)) {
                throw new IllegalStateException("the clock fell off the wall");
              }
              return Instant.now();
            }));
    broken.set(true);

    Client.Answer answer =
        client.post("/kbs/v0/auth", AuthRequest.of(Tee.SAMPLE).toJson().compact());

    assertThat(answer.status()).as(answer.text()).isEqualTo(500);
    assertThat(answer.header("Vouchsafe-Code")).contains("INTERNAL");
    assertThat(answer.text()).doesNotContain("wall");
    String id = answer.header("Vouchsafe-Id").orElseThrow();
    assertThat(client.get("/v1/admin/decisions/" + id, admin).text())
        .contains("facade.served", "IllegalStateException")
        .doesNotContain("wall");
  }

  @Test
  void start_twiceInOneHome_isRefused() {
    assertThatThrownBy(() -> TrustServer.start(TrustServerOptions.at(home)))
        .isInstanceOf(TrustServerException.class);
  }

  @Test
  void start_thatFails_letsGoOfTheStore() throws Exception {
    server.close();
    Path authority = home.resolve("ca.pem");
    String kept = Files.readString(authority);
    Files.writeString(authority, "no certificate");
    assertThatThrownBy(() -> TrustServer.start(TrustServerOptions.at(home)))
        .isInstanceOf(TrustServerException.class);
    Files.writeString(authority, kept);

    start();

    assertThat(client.get("/healthz").status()).isEqualTo(200);
  }

  @Test
  void jwks_verifiesTheTokens() throws Exception {
    var set = com.nimbusds.jose.jwk.JWKSet.parse(client.get("/.well-known/jwks.json").text());
    var token = com.nimbusds.jwt.SignedJWT.parse(guest.token());

    assertThat(
            token.verify(
                new com.nimbusds.jose.crypto.ECDSAVerifier(
                    set.getKeyByKeyId(token.getHeader().getKeyID()).toECKey())))
        .isTrue();
  }

  @Test
  void metrics_countRefusalsByCode() throws Exception {
    guest.token();
    client.get("/kbs/v0/resource/a/b/c");

    String metrics = client.get("/metrics").text();

    assertThat(metrics)
        .contains("kbs_auth_requests_total 1")
        .contains("kbs_attestation_successes_total{tee_type=\"sample\"} 1")
        .contains("vouchsafe_refusals_total{code=\"TOKEN_MISSING\"} 1")
        .doesNotContain("resource_path");
  }

  @Test
  void clock_steppedBack_refusesAsTheServersOwnTrouble() throws Exception {
    Path other = home.resolve("other");
    AtomicReference<Instant> clock = new AtomicReference<>(Instant.now());
    try (TrustServer stepped =
        TrustServer.start(
            TrustServerOptions.at(other).withInsecureSample().withClock(clock::get))) {
      Client there = new Client(stepped);
      assertThat(new SampleGuest(there).token()).isNotEmpty();
      clock.set(Instant.now().minus(Duration.ofHours(1)));

      Client.Answer answer =
          there.post(
              "/kbs/v0/auth", "{\"version\":\"0.4.0\",\"tee\":\"sample\",\"extra-params\":\"\"}");

      assertThat(answer.status()).isEqualTo(503);
      assertThat(answer.code()).isEqualTo("CLOCK_STEPPED_BACK");
      assertThat(answer.json().members()).containsKeys("type", "detail");
    }
  }

  @Test
  void requests_fromManyGuestsAtOnce_eachGetTheirOwn() throws Exception {
    releasePolicy("allow-all");
    putResource("default/key/one", "top secret");
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<String>> answers = new ArrayList<>();
      for (int i = 0; i < 16; i++) {
        answers.add(
            threads.submit(() -> {
              SampleGuest one = new SampleGuest(client);
              return one.open(client.get("/kbs/v0/resource/default/key/one", bearer(one.token())));
            }));
      }
      for (Future<String> answer : answers) {
        assertThat(answer.get()).isEqualTo("top secret");
      }
    }
  }
}
