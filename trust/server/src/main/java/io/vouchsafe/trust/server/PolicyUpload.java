package io.vouchsafe.trust.server;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.encoding.JsonLimits;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;

/// The body with which a resource policy is uploaded: `{"policy": base64url}`, and what is wrong
/// with it in the words of the reference broker.
final class PolicyUpload {
  private static final String ALPHABET =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

  private PolicyUpload() {}

  /// What is wrong with the body before the policy itself is looked at; empty if nothing is.
  static Optional<String> flaw(Bytes body) {
    Json.Obj object;
    try {
      object = Json.parseObject(body, JsonLimits.MESSAGE);
    } catch (FormatException _) {
      return Optional.of("Illegal SetPolicy Request Json");
    }
    Optional<Json> policy = object.get("policy");
    if (policy.isEmpty()) {
      return Optional.of("No `policy` field inside SetPolicy Request Json");
    }
    if (!(policy.get() instanceof Json.Str(String text))) {
      return Optional.of("`policy` field is not a string in SetPolicy Request Json");
    }
    return base64(text).or(() -> utf8(text)).map(flaw -> "Failed to decode policy: " + flaw);
  }

  /// The text of a policy whose body has no flaw.
  static String text(Bytes body) throws FormatException {
    String encoded = Json.parseObject(body, JsonLimits.MESSAGE).string("policy");
    return new String(Base64.getUrlDecoder().decode(encoded), StandardCharsets.UTF_8);
  }

  /// The id of an attestation policy, such as `default_cpu`.
  ///
  /// @throws FormatException if it is absent, or of a form that no id has
  static String id(Bytes body) throws FormatException {
    String id = Json.parseObject(body, JsonLimits.MESSAGE).string("policy_id");
    if (!id.matches("[A-Za-z0-9._-]{1,128}")) {
      throw FormatException.malformed(0, "an id of letters, digits, '.', '_' and '-'", id);
    }
    return id;
  }

  private static Optional<String> base64(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) == '=' && i >= text.length() - 2 && text.length() % 4 == 0) {
        return Optional.of("Invalid padding");
      }
      if (ALPHABET.indexOf(text.charAt(i)) < 0) {
        return Optional.of("Invalid symbol %d, offset %d.".formatted((int) text.charAt(i), i));
      }
    }
    return text.length() % 4 == 1
        ? Optional.of("Invalid input length: " + text.length())
        : Optional.empty();
  }

  private static Optional<String> utf8(String text) {
    ByteBuffer bytes = ByteBuffer.wrap(Base64.getUrlDecoder().decode(text));
    CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
    CoderResult result = decoder.decode(bytes, CharBuffer.allocate(bytes.remaining() + 1), true);
    if (!result.isError()) {
      return Optional.empty();
    }
    return Optional.of(
        "invalid utf-8 sequence of %d bytes from index %d"
            .formatted(result.length(), bytes.position()));
  }
}
