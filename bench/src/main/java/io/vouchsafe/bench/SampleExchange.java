package io.vouchsafe.bench;

import io.vouchsafe.bench.BrokerConnection.Answer;
import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.http.server.HttpAnswer;
import io.vouchsafe.protocol.Jwk;
import java.security.KeyPair;
import java.util.List;
import java.util.Set;

/// One exchange of a guest with the product: how long everything is that another server must send,
/// sign or keep in its place.
///
/// @param key what the resource was sealed to
/// @param quote what the guest's TPM signed
/// @param challenge the answer to `auth`
/// @param token the answer to `attest`
/// @param sealed the answer with the resource
record SampleExchange(KeyPair key, Bytes quote, Answer challenge, Answer token, Answer sealed) {
  /// Members of a ledger entry that the store puts in front by itself.
  private static final List<String> ENTRY_HEAD = List.of("v", "tenant", "index", "at", "kind");

  /// Headers that are the HTTP server's business.
  private static final Set<String> OF_SERVER = Set.of("content-length", "date", "connection");

  /// All of it for a [BareServer].
  ///
  /// @param attest the ledger entry of the result, as it is stored
  /// @param release that of the release
  Json.Obj toJson(Json.Obj attest, Json.Obj release) throws FormatException {
    return Json.object()
        .put("key", Jwk.of(key.getPublic()).toJson())
        .put("quote", quote.base64())
        .put("challenge", json(challenge))
        .put("token", json(token))
        .put("sealed", json(sealed))
        .put("attest", bare(attest))
        .put("release", bare(release))
        .build();
  }

  private static Json.Obj bare(Json.Obj entry) {
    Json.Obj body = entry;
    for (String member : ENTRY_HEAD) {
      body = body.without(member);
    }
    return body;
  }

  private static Json.Obj json(Answer answer) {
    Json.ObjBuilder headers = Json.object();
    answer
        .headers()
        .forEach((name, value) -> {
          if (!OF_SERVER.contains(name)) {
            headers.put(name, value);
          }
        });
    return Json.object()
        .put("headers", headers.build())
        .put("body", answer.body().base64())
        .build();
  }

  /// An answer as it was sent.
  static HttpAnswer answer(Json.Obj json) throws FormatException {
    HttpAnswer answer = new HttpAnswer(200, List.of(), Bytes.fromBase64(json.string("body")));
    for (var header : json.object("headers").members().entrySet()) {
      answer = answer.with(header.getKey(), header.getValue().asString("header"));
    }
    return answer;
  }
}
