package io.vouchsafe.trust.server;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Json;
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
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.spec.ECGenParameterSpec;
import java.util.Optional;

/// A guest with sample evidence.
final class SampleGuest {
  private final Client client;
  final KeyPair key;

  SampleGuest(Client client) throws Exception {
    this.client = client;
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(new ECGenParameterSpec("secp256r1"));
    this.key = generator.generateKeyPair();
  }

  record Session(String cookie, String nonce) {}

  Session auth() throws IOException, FormatException {
    Client.Answer answer =
        client.post("/kbs/v0/auth", AuthRequest.of(Tee.SAMPLE).toJson().compact());
    if (answer.status() != 200) {
      throw new IOException(answer.status() + " " + answer.text());
    }
    return new Session(answer.cookie(), answer.json().string("nonce"));
  }

  TeeKey teeKey() throws FormatException {
    return TeeKey.of(Jwk.of(key.getPublic()));
  }

  AttestRequest evidence(String nonce, TeeKey teeKey, Optional<InitData> initData) {
    Bytes digest =
        new RuntimeData(nonce, teeKey)
            .primaryDigest(ProtocolVersion.V0_4_0, HashAlgorithm.SHA384, "");
    Json evidence = Json.object().put("svn", "1").put("report_data", digest.base64()).build();
    return new AttestRequest(
        initData.map(InitData::text), Optional.of(nonce), teeKey, evidence, "");
  }

  Client.Answer attest(Session session) throws IOException, FormatException {
    return attest(session, evidence(session.nonce(), teeKey(), Optional.empty()).toJson());
  }

  Client.Answer attest(Session session, Json body) throws IOException {
    return client.post("/kbs/v0/attest", body.compact(), "Cookie", session.cookie());
  }

  /// Attests and returns the token.
  String token() throws IOException, FormatException {
    Client.Answer answer = attest(auth());
    if (answer.status() != 200) {
      throw new IOException(answer.status() + " " + answer.text());
    }
    return answer.json().string("token");
  }

  String open(Client.Answer answer) throws Exception {
    return Jwe.parse(answer.body())
        .open(key.getPrivate())
        .lend(secret -> new String(secret, StandardCharsets.UTF_8));
  }
}
