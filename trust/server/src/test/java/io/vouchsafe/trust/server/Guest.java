package io.vouchsafe.trust.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.encoding.JsonLimits;
import io.vouchsafe.protocol.AttestRequest;
import io.vouchsafe.protocol.AuthRequest;
import io.vouchsafe.protocol.HashAlgorithm;
import io.vouchsafe.protocol.InitData;
import io.vouchsafe.protocol.Jwe;
import io.vouchsafe.protocol.Jwk;
import io.vouchsafe.protocol.ProtocolVersion;
import io.vouchsafe.protocol.RuntimeData;
import io.vouchsafe.protocol.Tee;
import io.vouchsafe.protocol.TeeKey;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.SecureRandom;
import java.util.Optional;

/// A guest of any kind: the handshake is the same, the evidence is the test's.
final class Guest {
  private final Client client;
  private final Tee tee;
  private final KeyPair key;
  private final Optional<InitData> initData;
  private final String additional;

  private Guest(
      Client client, Tee tee, KeyPair key, Optional<InitData> initData, String additional) {
    this.client = client;
    this.tee = tee;
    this.key = key;
    this.initData = initData;
    this.additional = additional;
  }

  Guest(Client client, Tee tee) throws Exception {
    this(client, tee, KeyFile.generate(new SecureRandom()), Optional.empty(), "");
  }

  /// The same with init-data, which it sends with its evidence.
  Guest sending(InitData sent) {
    return new Guest(client, tee, key, Optional.of(sent), additional);
  }

  /// The same with evidence of devices.
  Guest sending(String devices) {
    return new Guest(client, tee, key, initData, devices);
  }

  /// A challenge.
  record Session(String cookie, String nonce) {}

  /// Makes evidence that binds a digest.
  @FunctionalInterface
  interface Attester {
    Json evidence(Bytes reportData) throws Exception;
  }

  Session auth() throws Exception {
    Client.Answer answer = client.post("/kbs/v0/auth", AuthRequest.of(tee).toJson().compact());
    return new Session(answer.cookie(), answer.json().string("nonce"));
  }

  private RuntimeData runtimeData(Session session) throws Exception {
    return new RuntimeData(session.nonce(), TeeKey.of(Jwk.of(key.getPublic())));
  }

  /// What evidence must bind.
  Bytes reportData(Session session) throws Exception {
    return runtimeData(session)
        .primaryDigest(ProtocolVersion.V0_4_0, HashAlgorithm.SHA384, additional);
  }

  /// What evidence of a device must bind.
  Bytes deviceData(Session session) throws Exception {
    return runtimeData(session).deviceDigest(HashAlgorithm.SHA384);
  }

  Client.Answer send(Session session, Json evidence) throws Exception {
    AttestRequest request =
        new AttestRequest(
            initData.map(InitData::text),
            Optional.of(session.nonce()),
            TeeKey.of(Jwk.of(key.getPublic())),
            evidence,
            additional);
    return client.post("/kbs/v0/attest", request.toJson().compact(), "Cookie", session.cookie());
  }

  Client.Answer attest(Attester attester) throws Exception {
    Session session = auth();
    return send(session, attester.evidence(reportData(session)));
  }

  /// The claims of the token of a guest that attests well.
  Json.Obj token(Attester attester) throws Exception {
    Client.Answer answer = attest(attester);
    assertThat(answer.status()).as(answer.code()).isEqualTo(200);
    String token = answer.json().string("token");
    return Json.parseObject(Bytes.fromBase64Url(token.split("\\.")[1]), JsonLimits.DOCUMENT);
  }

  Client.Answer resource(Session session) throws Exception {
    return client.get("/kbs/v0/resource/" + ServerUnderTest.RESOURCE, "Cookie", session.cookie());
  }

  /// Attests, which must work, and asks for the resource.
  Client.Answer ask(Attester attester) throws Exception {
    Session session = auth();
    Client.Answer answer = send(session, attester.evidence(reportData(session)));
    assertThat(answer.status()).as(answer.code()).isEqualTo(200);
    return resource(session);
  }

  String open(Client.Answer answer) throws Exception {
    assertThat(answer.status()).as(answer.code()).isEqualTo(200);
    return Jwe.parse(answer.body())
        .open(key.getPrivate())
        .lend(secret -> new String(secret, StandardCharsets.UTF_8));
  }
}
