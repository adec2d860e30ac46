package io.vouchsafe.cli;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.encoding.JsonLimits;
import io.vouchsafe.encoding.SecretBytes;
import io.vouchsafe.http.HttpClient;
import io.vouchsafe.http.HttpRequest;
import io.vouchsafe.http.HttpResponse;
import io.vouchsafe.protocol.AttestRequest;
import io.vouchsafe.protocol.AuthRequest;
import io.vouchsafe.protocol.ChallengeMessage;
import io.vouchsafe.protocol.Jwk;
import io.vouchsafe.protocol.ProtocolVersion;
import io.vouchsafe.protocol.RuntimeData;
import io.vouchsafe.protocol.Tee;
import io.vouchsafe.protocol.TeeKey;
import io.vouchsafe.tpm.Credential;
import io.vouchsafe.tpm.HashAlg;
import io.vouchsafe.tpm.PcrSelection;
import io.vouchsafe.tpm.TpmCommands;
import io.vouchsafe.tpm.TpmTransport;
import java.io.IOException;
import java.net.URI;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.spec.ECGenParameterSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// What an attacker between guest and broker could try with a genuine quote: offer it in a session
/// of their own, or offer it with a key of their own. For the demo: a real TPM that the broker
/// accepts makes the quote, so that nothing else can be the reason of the refusal.
final class RelayAttack {
  private static final int BOUND = 32;

  private final URI broker;
  private final HttpClient http;
  private final TpmCommands tpm;
  private final TpmCommands.LoadedKey ek;
  private final TpmCommands.LoadedKey ak;
  private final SecureRandom random = new SecureRandom();

  /// Enrols a key of `transport`'s TPM.
  RelayAttack(URI broker, HttpClient http, TpmTransport transport)
      throws IOException, FormatException {
    this.broker = broker;
    this.http = http;
    this.tpm = new TpmCommands(transport);
    this.ek = tpm.createEk();
    this.ak = tpm.createAk();
    enrol();
  }

  private void enrol() throws IOException, FormatException {
    Bytes certificate = tpm.nvRead(TpmCommands.NV_EK_CERTIFICATE_RSA2048);
    Json.Obj offer =
        answered(
            post(
                "/v1/tpm/enroll",
                Json.object()
                    .put("ek_chain", Json.array(Json.of(certificate.base64())))
                    .put("ak_tpmt", ak.area().raw().base64())
                    .build(),
                Optional.empty()));
    Credential credential =
        new Credential(
            Bytes.fromBase64(offer.string("credential_blob")),
            Bytes.fromBase64(offer.string("encrypted_secret")));
    byte[] nonce = new byte[BOUND];
    random.nextBytes(nonce);
    try (SecretBytes secret =
        tpm.openCredential(ak.handle(), ek.handle(), Bytes.of(nonce), credential)) {
      Json.Obj proof =
          Json.object()
              .put("id", offer.string("id"))
              .put(
                  "secret",
                  secret.<String, RuntimeException>lend(bytes -> Bytes.of(bytes).base64()))
              .build();
      answered(post("/v1/tpm/activate", proof, Optional.empty()));
    }
  }

  /// A session as the broker opened it.
  private record Session(ChallengeMessage challenge, String cookie) {}

  private Session session() throws IOException, FormatException {
    HttpResponse answer = post("/kbs/v0/auth", AuthRequest.of(Tee.TPM).toJson(), Optional.empty());
    answered(answer);
    String cookie =
        answer
            .headers()
            .first("set-cookie")
            .map(value -> value.split(";", 2)[0])
            .orElseThrow(() -> new IOException("the broker opened no session"));
    return new Session(ChallengeMessage.parse(answer.body()), cookie);
  }

  /// The whole answer to one session's challenge, offered in another session.
  ///
  /// @return the id of the refusal
  String quoteOfAnotherSession() throws IOException, FormatException {
    Session victim = session();
    Session attacker = session();
    TeeKey key = newKey();
    Json.Obj evidence = evidence(victim.challenge(), key);
    return refused(attest(attacker, victim.challenge().nonce(), key, evidence));
  }

  /// The same quote in the session that it was made for, with only the key exchanged.
  ///
  /// @return the id of the refusal
  String keyExchanged() throws IOException, FormatException {
    Session session = session();
    Json.Obj evidence = evidence(session.challenge(), newKey());
    return refused(attest(session, session.challenge().nonce(), newKey(), evidence));
  }

  private HttpResponse attest(Session session, String nonce, TeeKey key, Json.Obj evidence)
      throws IOException {
    AttestRequest request =
        new AttestRequest(Optional.empty(), Optional.of(nonce), key, evidence, "");
    return post("/kbs/v0/attest", request.toJson(), Optional.of(session.cookie()));
  }

  private static TeeKey newKey() throws FormatException {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp256r1"));
      return TeeKey.of(Jwk.of(generator.generateKeyPair().getPublic()));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java runtime has P-256", e);
    }
  }

  private Json.Obj evidence(ChallengeMessage challenge, TeeKey key)
      throws IOException, FormatException {
    Bytes digest =
        new RuntimeData(challenge.nonce(), key)
            .primaryDigest(ProtocolVersion.CURRENT, challenge.hash(), "");
    List<Json> pcrs = new ArrayList<>();
    for (Bytes pcr : tpm.pcrRead(HashAlg.SHA256)) {
      pcrs.add(Json.of(pcr.hex()));
    }
    TpmCommands.QuoteResult quote =
        tpm.quote(ak.handle(), digest.fit(BOUND), List.of(PcrSelection.all(HashAlg.SHA256)));
    return Json.object()
        .put(
            "tpm_quote",
            Json.object()
                .put("signature", quote.signature().base64())
                .put("message", quote.message().base64())
                .put("pcrs", Json.array(pcrs))
                .build())
        .put("ak_public", ak.area().spki().base64())
        .put("ak_tpmt", ak.area().raw().base64())
        .build();
  }

  private HttpResponse post(String path, Json.Obj body, Optional<String> cookie)
      throws IOException {
    HttpRequest request = HttpRequest.postJson(broker.resolve(path), body.utf8());
    return http.send(cookie.isPresent() ? request.header("Cookie", cookie.get()) : request);
  }

  private static Json.Obj answered(HttpResponse answer) throws IOException, FormatException {
    if (!answer.isSuccess()) {
      throw new IOException(
          "the broker answered %d: %s".formatted(answer.status(), answer.body().utf8Lossy()));
    }
    return Json.parseObject(answer.body(), JsonLimits.MESSAGE);
  }

  private static String refused(HttpResponse answer) throws IOException {
    if (answer.isSuccess()) {
      throw new IOException("the broker took a relayed quote");
    }
    return answer
        .headers()
        .first("vouchsafe-id")
        .orElseThrow(() -> new IOException("a refusal without an id: " + answer.status()));
  }
}
