package io.vouchsafe.trust.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.encoding.JsonLimits;
import io.vouchsafe.encoding.Pem;
import io.vouchsafe.encoding.PemBlock;
import io.vouchsafe.protocol.HashAlgorithm;
import io.vouchsafe.protocol.Jwe;
import io.vouchsafe.protocol.RuntimeData;
import io.vouchsafe.testkit.Vectors;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/// Sends a recorded request to our server, with our session, nonce and digests in place of the
/// recorded ones, and compares the answers.
final class Replay {
  private static final String COOKIE = "kbs-session-id=";
  private static final String UNKNOWN_SESSION = "0".repeat(32);

  /// Where the recorded server let everybody administer, the request is made by an administrator.
  @FunctionalInterface
  interface Administrator {
    String token() throws Exception;
  }

  private static final List<String> ADMINISTERED =
      List.of("/kbs/v0/reference-value", "/kbs/v0/attestation-policy", "/kbs/v0/resource-policy");

  private final Client client;
  private final Optional<Administrator> administrator;

  /// Recorded session ids and nonces, and ours.
  private final Map<String, String> ours = new HashMap<>();

  Replay(Client client, Optional<Administrator> administrator) {
    this.client = client;
    this.administrator = administrator;
  }

  void run(Recording recording) throws Exception {
    int number = 0;
    for (Recording.Exchange exchange : recording.exchanges()) {
      String where = recording.name() + " exchange " + number++;
      Client.Answer answer = send(recording, exchange);
      remember(exchange, answer);
      compare(where, recording, exchange, answer);
    }
  }

  /// Sends all requests.
  ///
  /// @return the answer to the last
  Client.Answer last(Recording recording) throws Exception {
    Client.Answer answer = send(recording, recording.exchanges().getFirst());
    for (Recording.Exchange exchange :
        recording.exchanges().subList(1, recording.exchanges().size())) {
      answer = send(recording, exchange);
      remember(exchange, answer);
    }
    return answer;
  }

  /// Sends the request only.
  Client.Answer send(Recording recording, Recording.Exchange exchange) throws Exception {
    List<String> headers = new ArrayList<>();
    for (String name : List.of("Content-Type", "Accept", "User-Agent", "Authorization")) {
      exchange
          .requestHeader(name)
          .ifPresent(value -> {
            headers.add(name);
            headers.add(value);
          });
    }
    if (administrator.isPresent() && ADMINISTERED.contains(exchange.target())) {
      headers.add("Authorization");
      headers.add("Bearer " + administrator.get().token());
    }
    Optional<String> cookie = exchange.requestHeader("Cookie");
    if (cookie.isPresent()) {
      headers.add("Cookie");
      headers.add(COOKIE + session(recording, exchange, cookie.get()));
    }
    return client.send(
        exchange.method(), exchange.target(), body(exchange), headers.toArray(new String[0]));
  }

  /// Our session for a recorded one. One that was opened outside of all recordings is opened now.
  private String session(Recording recording, Recording.Exchange exchange, String cookie)
      throws Exception {
    String recorded = cookie.substring(COOKIE.length());
    boolean outside =
        !ours.containsKey(recorded)
            && recording.name().startsWith("err/res-")
            && recorded.length() == UNKNOWN_SESSION.length();
    if (outside) {
      ours.put(recorded, attestedSession(recording));
    }
    return ours.getOrDefault(recorded, recorded);
  }

  private String attestedSession(Recording recording) throws Exception {
    Recording attest =
        Recording.all("rcar").stream()
            .filter(it -> it.name().startsWith("rcar/attest-"))
            .filter(it -> it.teeKey().equals(recording.teeKey()))
            .findFirst()
            .orElseThrow();
    Client.Answer auth = send(attest, attest.exchanges().get(0));
    remember(attest.exchanges().get(0), auth);
    assertThat(send(attest, attest.exchanges().get(1)).status()).isEqualTo(200);
    return auth.cookie().substring(COOKIE.length());
  }

  private void remember(Recording.Exchange exchange, Client.Answer answer) throws FormatException {
    Optional<String> recorded = exchange.responseHeader("set-cookie");
    if (recorded.isPresent() && answer.header("set-cookie").isPresent()) {
      String id = recorded.get().substring(COOKIE.length(), COOKIE.length() + 32);
      ours.put(id, answer.cookie().substring(COOKIE.length()));
    }
    if (exchange.target().equals("/kbs/v0/auth") && exchange.status() == 200) {
      Json.Obj challenge = Json.parseObject(exchange.responseBody(), JsonLimits.MESSAGE);
      ours.put(challenge.string("nonce"), answer.json().string("nonce"));
    }
  }

  private Bytes body(Recording.Exchange exchange) throws FormatException {
    if (exchange.request().get("body_elided").isPresent()) {
      return filler(exchange);
    }
    Bytes body = exchange.requestBody();
    return exchange.target().equals("/kbs/v0/attest") ? attestBody(body) : body;
  }

  /// A body of the length of one that was too long to keep.
  private static Bytes filler(Recording.Exchange exchange) throws FormatException {
    int length = (int) exchange.request().integer("body_length");
    String head = "{\"version\":\"0.4.0\",\"tee\":\"sample\",\"extra-params\":\"";
    return Bytes.utf8(head + "a".repeat(length - head.length() - 2) + "\"}");
  }

  /// Puts our nonce in, and the digests that belong to it, where the recorded ones belonged to the
  /// recorded nonce in some way. What was nonsense stays the same nonsense.
  private Bytes attestBody(Bytes recorded) {
    try {
      Json.Obj body = Json.parseObject(recorded, JsonLimits.MESSAGE);
      Json.Obj runtime = body.object("runtime-data");
      String nonce = runtime.string("nonce");
      String mine = ours.getOrDefault(nonce, nonce);
      Json.Obj key = runtime.object("tee-pubkey");
      Json.Obj evidence = body.object("tee-evidence");
      String additional = additional(evidence, key, nonce, mine);
      Json.Obj changed = evidence;
      if (evidence.get("primary_evidence").isPresent()) {
        Json primary = evidence.require("primary_evidence");
        changed =
            evidence.with(
                "primary_evidence",
                rebound(
                    primary,
                    key,
                    nonce,
                    evidence.optionalString("additional_evidence").orElse(""),
                    mine,
                    additional));
      }
      if (evidence.get("additional_evidence").isPresent()) {
        changed = changed.with("additional_evidence", Json.of(additional));
      }
      Json.Obj fresh =
          body.with("runtime-data", runtime.with("nonce", Json.of(mine)))
              .with("tee-evidence", changed);
      return Bytes.utf8(fresh.compact());
    } catch (FormatException _) {
      return recorded;
    }
  }

  private static String additional(Json.Obj evidence, Json.Obj key, String nonce, String mine)
      throws FormatException {
    String text = evidence.optionalString("additional_evidence").orElse("");
    String device = digest(device(key, nonce), HashAlgorithm.SHA384);
    return text.replace(device, digest(device(key, mine), HashAlgorithm.SHA384));
  }

  private static Json rebound(
      Json evidence,
      Json.Obj key,
      String nonce,
      String additional,
      String mine,
      String mineAdditional)
      throws FormatException {
    if (!(evidence instanceof Json.Obj object) || object.get("report_data").isEmpty()) {
      return evidence;
    }
    String recorded = object.require("report_data").compact().replace("\"", "");
    Json.Obj bare = key.without("kid").without("use");
    for (Json.Obj hashed : List.of(bare, key)) {
      for (HashAlgorithm hash : HashAlgorithm.values()) {
        if (recorded.equals(digest(primary(hashed, nonce, additional), hash))) {
          return object.with(
              "report_data", Json.of(digest(primary(hashed, mine, mineAdditional), hash)));
        }
        if (recorded.equals(digest(device(hashed, nonce), hash))) {
          return object.with("report_data", Json.of(digest(device(hashed, mine), hash)));
        }
      }
    }
    return evidence;
  }

  private static Json.Obj device(Json.Obj key, String nonce) {
    return Json.object().put("nonce", nonce).put("tee-pubkey", key).build();
  }

  private static Json.Obj primary(Json.Obj key, String nonce, String additional) {
    return device(key, nonce).with("additional-evidence", Json.of(additional));
  }

  private static String digest(Json.Obj runtimeData, HashAlgorithm hash) {
    return RuntimeData.digest(runtimeData, hash).base64();
  }

  private static void compare(
      String where, Recording recording, Recording.Exchange exchange, Client.Answer answer)
      throws Exception {
    assertThat(answer.status())
        .as("%s: status, our body %s %s", where, answer.code(), answer.text())
        .isEqualTo(exchange.status());
    for (String name : List.of("content-type", "allow")) {
      // Metrics without a media type are not taken by today's collectors.
      if (!exchange.target().equals("/metrics")) {
        assertThat(answer.header(name))
            .as("%s: header %s", where, name)
            .isEqualTo(exchange.responseHeader(name));
      }
    }
    if (exchange.responseHeader("set-cookie").isPresent()) {
      assertThat(answer.header("set-cookie").orElse(""))
          .as("%s: cookie", where)
          .matches(
              "kbs-session-id=[0-9a-f]{32}; Expires=[A-Z][a-z]{2}, [0-9]{2} [A-Z][a-z]{2} [0-9]{4}"
                  + " [0-9:]{8} GMT(;.*)?");
    }
    body(where, recording, exchange, answer);
  }

  private static void body(
      String where, Recording recording, Recording.Exchange exchange, Client.Answer answer)
      throws Exception {
    String text = exchange.responseBody().utf8Lossy();
    if (text.startsWith("{\"protected\"")) {
      sealed(where, recording, exchange, answer);
    } else if (text.startsWith("{\"token\"")) {
      token(where, text, answer);
      if (recording.name().startsWith("refval/")) {
        verdict(where, text, answer);
      }
    } else if (text.startsWith("{\"nonce\"")) {
      assertThat(answer.json().members().keySet())
          .as(where)
          .containsExactly("nonce", "extra-params");
      assertThat(answer.json().string("nonce")).as(where).hasSize(44);
      assertThat(answer.json().string("extra-params")).as(where).isEmpty();
    } else if (text.startsWith("# HELP")) {
      metrics(where, text, answer);
    } else {
      assertThat(answer.text()).as("%s: body", where).isEqualTo(text);
    }
  }

  /// The same plain text, and a protected header with the same members in the same order.
  private static void sealed(
      String where, Recording recording, Recording.Exchange exchange, Client.Answer answer)
      throws Exception {
    Json.Obj recorded = Json.parseObject(exchange.responseBody(), JsonLimits.MESSAGE);
    assertThat(answer.json().members().keySet())
        .as(where)
        .containsExactlyElementsOf(recorded.members().keySet());
    assertThat(shape(answer.json())).as(where).isEqualTo(shape(recorded));
    if (recording.teeKey().isPresent() && !recording.name().equals("passport/wrong-key")) {
      PrivateKey key = privateKey(recording.teeKey().get());
      assertThat(open(answer.json(), key)).as(where).isEqualTo(open(recorded, key));
    }
  }

  /// The header with its random parts blanked: its text shows order and white space.
  private static String shape(Json.Obj jwe) throws FormatException {
    return Bytes.fromBase64Url(jwe.string("protected"))
        .utf8Lossy()
        .replaceAll("\"(x|y)\":\"[A-Za-z0-9_-]+\"", "\"$1\"");
  }

  private static Bytes open(Json.Obj jwe, PrivateKey key) throws Exception {
    if (shape(jwe).contains("RSA1_5")) {
      return openPkcs1(jwe, key);
    }
    return Jwe.parse(jwe.utf8()).open(key).lend(Bytes::of);
  }

  /// Nothing of ours opens this.
  private static Bytes openPkcs1(Json.Obj jwe, PrivateKey key) throws Exception {
    Cipher rsa = Cipher.getInstance("RSA/ECB/PKCS1Padding");
    rsa.init(Cipher.DECRYPT_MODE, key);
    byte[] contentKey = rsa.doFinal(Bytes.fromBase64Url(jwe.string("encrypted_key")).toByteArray());
    Cipher gcm = Cipher.getInstance("AES/GCM/NoPadding");
    gcm.init(
        Cipher.DECRYPT_MODE,
        new SecretKeySpec(contentKey, "AES"),
        new GCMParameterSpec(128, Bytes.fromBase64Url(jwe.string("iv")).toByteArray()));
    gcm.updateAAD(Bytes.utf8(jwe.string("protected")).toByteArray());
    return Bytes.of(
        gcm.doFinal(
            Bytes.fromBase64Url(jwe.string("ciphertext"))
                .concat(Bytes.fromBase64Url(jwe.string("tag")))
                .toByteArray()));
  }

  /// The same claims about the evidence; policy and nonce differ.
  private static void token(String where, String recorded, Client.Answer answer)
      throws FormatException {
    Json.Obj theirs = submodules(Json.parseObject(Bytes.utf8(recorded), JsonLimits.MESSAGE));
    Json.Obj ours = submodules(answer.json());
    assertThat(ours.members().keySet()).as(where).isEqualTo(theirs.members().keySet());
    for (String name : theirs.members().keySet()) {
      Json.Obj expected = theirs.object(name).object("ear.veraison.annotated-evidence");
      Json.Obj found = ours.object(name).object("ear.veraison.annotated-evidence");
      assertThat(found.members().keySet())
          .as("%s: %s", where, name)
          .containsAll(expected.members().keySet());
      for (String tee : List.of("sample", "sampledevice")) {
        if (expected.get(tee).isPresent()) {
          assertThat(found.object(tee).members())
              .as("%s: %s %s", where, name, tee)
              .containsAllEntriesOf(expected.object(tee).members());
        }
      }
    }
  }

  /// The same status and trust vector: policy and reference values are those of the recording.
  private static void verdict(String where, String recorded, Client.Answer answer)
      throws FormatException {
    Json.Obj theirs = submodules(Json.parseObject(Bytes.utf8(recorded), JsonLimits.MESSAGE));
    Json.Obj ours = submodules(answer.json());
    for (String name : theirs.members().keySet()) {
      for (String member : List.of("ear.status", "ear.trustworthiness-vector")) {
        assertThat(ours.object(name).get(member))
            .as("%s: %s %s", where, name, member)
            .isEqualTo(theirs.object(name).get(member));
      }
    }
  }

  private static Json.Obj submodules(Json.Obj answer) throws FormatException {
    String[] parts = answer.string("token").split("\\.");
    assertThat(parts).hasSize(3);
    Json.Obj claims = Json.parseObject(Bytes.fromBase64Url(parts[1]), JsonLimits.MESSAGE);
    assertThat(claims.members()).containsKeys("eat_profile", "iat", "exp", "iss");
    return claims.object("submods");
  }

  /// Every counter that has no unbounded label.
  private static void metrics(String where, String recorded, Client.Answer answer) {
    for (String line : recorded.split("\n")) {
      if (line.startsWith("# TYPE")) {
        assertThat(answer.text()).as(where).contains(line);
      }
    }
  }

  /// PKCS #8, or PKCS #1 for RSA.
  static PrivateKey privateKey(String file)
      throws IOException, FormatException, GeneralSecurityException {
    PemBlock block = Pem.parse(Vectors.text(Recording.FOLDER + file)).getFirst();
    byte[] der = block.content().toByteArray();
    if (!block.label().equals("RSA PRIVATE KEY")) {
      return KeyFactory.getInstance("EC").generatePrivate(new PKCS8EncodedKeySpec(der));
    }
    return KeyFactory.getInstance("RSA")
        .generatePrivate(
            new PKCS8EncodedKeySpec(
                new org.bouncycastle.asn1.pkcs.PrivateKeyInfo(
                        new org.bouncycastle.asn1.x509.AlgorithmIdentifier(
                            org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers.rsaEncryption,
                            org.bouncycastle.asn1.DERNull.INSTANCE),
                        org.bouncycastle.asn1.ASN1Primitive.fromByteArray(der))
                    .getEncoded()));
  }
}
