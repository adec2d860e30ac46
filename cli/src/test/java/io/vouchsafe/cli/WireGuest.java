package io.vouchsafe.cli;

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
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.security.spec.ECGenParameterSpec;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/// A guest of a server that runs as a process: the handshake over HTTPS, with the test's evidence.
final class WireGuest implements AutoCloseable {
  private final HttpClient http;
  private final URI server;
  private final Tee tee;
  private final KeyPair key;
  private final Optional<InitData> initData;
  private String cookie = "";

  /// Makes evidence that binds a digest.
  @FunctionalInterface
  interface Attester {
    Json evidence(Bytes reportData) throws Exception;
  }

  /// What came back.
  ///
  /// @param code of the refusal, or empty
  /// @param id of the decision, or empty
  record Answer(int status, String code, String id, Bytes body) {}

  /// @param ca certificate of the server's authority, PEM
  WireGuest(URI server, Path ca, Tee tee, Optional<InitData> initData) throws Exception {
    this.http = HttpClient.newBuilder().sslContext(trusting(ca)).build();
    this.server = server;
    this.tee = tee;
    KeyPairGenerator keys = KeyPairGenerator.getInstance("EC");
    keys.initialize(new ECGenParameterSpec("secp256r1"));
    this.key = keys.generateKeyPair();
    this.initData = initData;
  }

  static SSLContext trusting(Path ca) throws Exception {
    KeyStore anchors = KeyStore.getInstance("PKCS12");
    anchors.load(null, null);
    try (InputStream in = Files.newInputStream(ca)) {
      anchors.setCertificateEntry(
          "root", CertificateFactory.getInstance("X.509").generateCertificate(in));
    }
    TrustManagerFactory trust =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(anchors);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, trust.getTrustManagers(), null);
    return context;
  }

  private Answer send(HttpRequest.Builder request) throws Exception {
    if (!cookie.isEmpty()) {
      request.header("Cookie", cookie);
    }
    HttpResponse<byte[]> answer =
        http.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
    answer
        .headers()
        .firstValue("set-cookie")
        .ifPresent(set -> cookie = set.substring(0, set.indexOf(';')));
    return new Answer(
        answer.statusCode(),
        answer.headers().firstValue("Vouchsafe-Code").orElse(""),
        answer.headers().firstValue("Vouchsafe-Id").orElse(""),
        Bytes.of(answer.body()));
  }

  private Answer post(String path, Json.Obj body) throws Exception {
    return send(
        HttpRequest.newBuilder(server.resolve(path))
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(body.compact())));
  }

  Answer attest(Attester attester) throws Exception {
    cookie = "";
    Answer challenge = post("/kbs/v0/auth", AuthRequest.of(tee).toJson());
    assertThat(challenge.status()).isEqualTo(200);
    String nonce = Json.parseObject(challenge.body(), JsonLimits.MESSAGE).string("nonce");
    TeeKey teeKey = TeeKey.of(Jwk.of(key.getPublic()));
    Bytes bound =
        new RuntimeData(nonce, teeKey)
            .primaryDigest(ProtocolVersion.V0_4_0, HashAlgorithm.SHA384, "");
    AttestRequest request =
        new AttestRequest(
            initData.map(InitData::text), Optional.of(nonce), teeKey, attester.evidence(bound), "");
    return post("/kbs/v0/attest", request.toJson());
  }

  /// The claims of the submodule of a guest that attests well.
  Json.Obj submodule(Attester attester) throws Exception {
    Answer answer = attest(attester);
    assertThat(answer.status()).as(answer.code()).isEqualTo(200);
    String token = Json.parseObject(answer.body(), JsonLimits.DOCUMENT).string("token");
    return Json.parseObject(Bytes.fromBase64Url(token.split("\\.")[1]), JsonLimits.DOCUMENT)
        .object("submods")
        .object("cpu0");
  }

  /// Attests, which must work, and opens a resource.
  String resource(String path, Attester attester) throws Exception {
    Answer attested = attest(attester);
    assertThat(attested.status()).as(attested.code()).isEqualTo(200);
    Answer answer = send(HttpRequest.newBuilder(server.resolve("/kbs/v0/resource/" + path)));
    assertThat(answer.status()).as(answer.code()).isEqualTo(200);
    return Jwe.parse(answer.body())
        .open(key.getPrivate())
        .lend(secret -> new String(secret, StandardCharsets.UTF_8));
  }

  @Override
  public void close() {
    http.close();
  }
}
