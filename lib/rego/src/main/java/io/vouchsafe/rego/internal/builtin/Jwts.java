package io.vouchsafe.rego.internal.builtin;

import static io.vouchsafe.rego.internal.builtin.Type.ARRAY;
import static io.vouchsafe.rego.internal.builtin.Type.BOOLEAN;
import static io.vouchsafe.rego.internal.builtin.Type.OBJECT;
import static io.vouchsafe.rego.internal.builtin.Type.STRING;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.encoding.JsonLimits;
import io.vouchsafe.rego.ArrayValue;
import io.vouchsafe.rego.BooleanValue;
import io.vouchsafe.rego.NumberValue;
import io.vouchsafe.rego.ObjectValue;
import io.vouchsafe.rego.StringValue;
import io.vouchsafe.rego.Value;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// `io.jwt.*`: reading, verifying and making JSON Web Tokens.
final class Jwts {
  private static final int MAX_NESTED = 8;

  /// Steps that the verification of a signature counts for, and the making of one.
  private static final int VERIFICATION = 2_000;

  private static final int SIGNATURE = 50_000;
  private static final String NO_ALGORITHM =
      "missing or invalid 'alg' header: jwsbb: header \"alg\" not found";
  private static final List<Type> TWO = List.of(STRING, STRING);
  private static final Value UNVERIFIED =
      ArrayValue.of(BooleanValue.FALSE, ObjectValue.EMPTY, ObjectValue.EMPTY);

  private Jwts() {}

  static void register(Family family) {
    family
        .function("io.jwt.decode", List.of(STRING), ARRAY, Jwts::decode)
        .function("io.jwt.decode_verify", List.of(STRING, OBJECT), ARRAY, Jwts::decodeVerify)
        .function(
            "io.jwt.encode_sign",
            List.of(OBJECT, OBJECT, OBJECT),
            STRING,
            in -> encode(in, json(in, 0), json(in, 1), json(in, 2)))
        .function(
            "io.jwt.encode_sign_raw",
            List.of(STRING, STRING, STRING),
            STRING,
            in -> encode(in, in.string(0), in.string(1), in.string(2)));
    for (JwtAlgorithm algorithm : JwtAlgorithm.values()) {
      family.function(
          "io.jwt.verify_" + algorithm.wireName().toLowerCase(Locale.ROOT),
          TWO,
          BOOLEAN,
          in -> BooleanValue.of(verify(in, algorithm)));
    }
  }

  /// A token, taken apart and not verified.
  ///
  /// @param signed what the signature covers
  private record Token(String header, String payload, byte[] signature, byte[] signed) {

    static Token parse(Operands in, String text) throws BuiltinException {
      in.budget().characters(text.length());
      String[] parts = text.split("\\.", -1);
      if (parts.length == 5) {
        throw BuiltinException.failed("JWT is a JWE object, which is not supported");
      }
      if (parts.length != 3) {
        throw BuiltinException.failed("encoded JWT must have 3 sections, found " + parts.length);
      }
      return new Token(
          Encodings.fromUtf8(base64(parts[0], "header")),
          Encodings.fromUtf8(base64(parts[1], "payload")),
          base64(parts[2], "signature"),
          text.substring(0, text.lastIndexOf('.')).getBytes(StandardCharsets.UTF_8));
    }

    private static byte[] base64(String text, String part) throws BuiltinException {
      for (int i = 0; i < text.length(); i++) {
        char c = text.charAt(i);
        boolean good =
            c == '-'
                || c == '_'
                || c >= '0' && c <= '9'
                || c >= 'a' && c <= 'z'
                || c >= 'A' && c <= 'Z'
                || c == '=' && i >= text.length() - 2;
        if (!good) {
          throw BuiltinException.failed(
              "JWT " + part + " had invalid encoding: illegal base64 data at input byte " + i);
        }
      }
      try {
        return Base64.getUrlDecoder().decode(text);
      } catch (IllegalArgumentException e) {
        throw BuiltinException.failed("JWT " + part + " had invalid encoding: " + e.getMessage());
      }
    }

    ObjectValue headerObject(Operands in) throws BuiltinException {
      return object(in, header, "header");
    }
  }

  /// A token with two members of one name says two things: it has no value here.
  private static ObjectValue object(Operands in, String text, String what) throws BuiltinException {
    if (Encodings.unmarshal(in, text) instanceof ObjectValue object) {
      return object;
    }
    throw BuiltinException.failed("JWT " + what + " is no JSON object");
  }

  private static Optional<String> text(ObjectValue object, String name) {
    return object.get(name) instanceof StringValue text
        ? Optional.of(text.text())
        : Optional.empty();
  }

  private static Value decode(Operands in) throws BuiltinException {
    Token token = Token.parse(in, in.string(0));
    ObjectValue header = token.headerObject(in);
    requireSigned(header);
    String payload = token.payload();
    if (isNested(header)) {
      return decode(new Operands(in.session(), StringValue.of(payload)));
    }
    return ArrayValue.of(
        header,
        object(in, payload, "payload"),
        Strings.text(in, HexFormat.of().formatHex(token.signature())));
  }

  private static void requireSigned(ObjectValue header) throws BuiltinException {
    if (header.get("enc") != null) {
      throw BuiltinException.failed("JWT is a JWE object, which is not supported");
    }
  }

  private static boolean isNested(ObjectValue header) {
    return text(header, "cty").filter("JWT"::equalsIgnoreCase).isPresent();
  }

  private static boolean verify(Operands in, JwtAlgorithm algorithm) throws BuiltinException {
    Token token = Token.parse(in, in.string(0));
    if (algorithm.symmetric()) {
      byte[] secret = in.string(1).getBytes(StandardCharsets.UTF_8);
      return algorithm.verifies(secret, token.signed(), token.signature());
    }
    ObjectValue header = token.headerObject(in);
    return anyVerifies(
        in,
        algorithm,
        JwtKeys.publicKeys(in.string(1)),
        text(header, "kid"),
        text(header, "alg"),
        token);
  }

  /// The key of the token's key id, else any that is not for another algorithm.
  private static boolean anyVerifies(
      Operands in,
      JwtAlgorithm algorithm,
      List<JwtKeys.Named> keys,
      Optional<String> keyId,
      Optional<String> named,
      Token token) {
    in.budget().steps(keys.size());
    for (JwtKeys.Named key : keys) {
      if (keyId.isPresent() && key.id().equals(keyId)) {
        in.budget().steps(VERIFICATION);
        return algorithm.verifies(key.key(), token.signed(), token.signature());
      }
    }
    for (JwtKeys.Named key : keys) {
      if (key.algorithm().isEmpty() || key.algorithm().equals(named)) {
        in.budget().steps(VERIFICATION);
        if (algorithm.verifies(key.key(), token.signed(), token.signature())) {
          return true;
        }
      }
    }
    return false;
  }

  /// What a caller of `decode_verify` demands.
  private record Demands(
      List<JwtKeys.Named> keys,
      Optional<String> secret,
      Optional<String> algorithm,
      Optional<String> issuer,
      Optional<String> audience,
      BigDecimal time) {

    static Demands of(Operands in) throws BuiltinException {
      ObjectValue object = in.object(1);
      for (int i = 0; i < object.size(); i++) {
        String name = object.keyAt(i) instanceof StringValue text ? text.text() : "";
        if (!List.of("cert", "secret", "alg", "iss", "aud", "time").contains(name)) {
          throw BuiltinException.failed("unknown token validation constraint: " + name);
        }
      }
      Optional<String> cert = string(object, "cert");
      Optional<String> secret = string(object, "secret").filter(text -> !text.isEmpty());
      if (cert.isPresent() == secret.isPresent()) {
        throw BuiltinException.failed(
            cert.isPresent() ? "duplicate key constraint" : "no key constraint");
      }
      return new Demands(
          cert.isPresent() ? JwtKeys.publicKeys(cert.get()) : List.of(),
          secret,
          string(object, "alg"),
          string(object, "iss"),
          string(object, "aud"),
          time(in, object.get("time")));
    }

    private static Optional<String> string(ObjectValue object, String name)
        throws BuiltinException {
      Value value = object.get(name);
      if (value != null && !(value instanceof StringValue)) {
        throw BuiltinException.failed(name + " constraint: must be a string");
      }
      return text(object, name);
    }

    /// Seconds, from nanoseconds.
    private static BigDecimal time(Operands in, @org.jspecify.annotations.Nullable Value value)
        throws BuiltinException {
      if (value == null) {
        Instant now = in.session().now();
        return BigDecimal.valueOf(now.getEpochSecond()).add(BigDecimal.valueOf(now.getNano(), 9));
      }
      if (!(value instanceof NumberValue number)) {
        throw BuiltinException.failed("token time constraint: must be a number");
      }
      return number.toBigDecimal().movePointLeft(9);
    }

    boolean verify(Operands in, ObjectValue header, Token token) throws BuiltinException {
      String name = text(header, "alg").orElse("");
      JwtAlgorithm known = JwtAlgorithm.named(name);
      if (algorithm.isPresent() && !algorithm.get().equals(name)) {
        return false;
      }
      if (known == null) {
        return false;
      }
      // A public key is never taken as a shared secret, nor the other way round.
      return secret.isPresent()
          ? known.verifies(
              secret.get().getBytes(StandardCharsets.UTF_8), token.signed(), token.signature())
          : anyVerifies(in, known, keys, text(header, "kid"), Optional.of(name), token);
    }

    boolean accepts(ObjectValue payload) throws BuiltinException {
      if (issuer.isPresent() && !text(payload, "iss").equals(issuer)) {
        return false;
      }
      if (!acceptsAudience(payload)) {
        return false;
      }
      Optional<BigDecimal> end = seconds(payload, "exp");
      Optional<BigDecimal> start = seconds(payload, "nbf");
      return (end.isEmpty() || end.get().compareTo(time) > 0)
          && (start.isEmpty() || start.get().compareTo(time) <= 0);
    }

    private boolean acceptsAudience(ObjectValue payload) {
      Value value = payload.get("aud");
      if (value == null || audience.isEmpty()) {
        return value == null && audience.isEmpty();
      }
      StringValue wanted = StringValue.of(audience.get());
      return value instanceof ArrayValue array
          ? array.items().contains(wanted)
          : value.equals(wanted);
    }

    private static Optional<BigDecimal> seconds(ObjectValue payload, String name)
        throws BuiltinException {
      Value value = payload.get(name);
      if (value == null) {
        return Optional.empty();
      }
      if (!(value instanceof NumberValue number)) {
        throw BuiltinException.failed(name + " value must be a number");
      }
      return Optional.of(number.toBigDecimal());
    }
  }

  private static Value decodeVerify(Operands in) throws BuiltinException {
    Demands demands = Demands.of(in);
    String text = in.string(0);
    for (int i = 0; i < MAX_NESTED; i++) {
      Token token = Token.parse(in, text);
      ObjectValue header = token.headerObject(in);
      requireSigned(header);
      boolean critical = header.get("crit") != null; // no extension is known here
      if (critical || text(header, "alg").isEmpty() || !demands.verify(in, header, token)) {
        return UNVERIFIED;
      }
      if (!isNested(header)) {
        ObjectValue payload = object(in, token.payload(), "payload");
        return demands.accepts(payload)
            ? ArrayValue.of(BooleanValue.TRUE, header, payload)
            : UNVERIFIED;
      }
      text = token.payload();
    }
    throw BuiltinException.failed("tokens nested deeper than " + MAX_NESTED);
  }

  private static String json(Operands in, int operand) throws BuiltinException {
    StringBuilder out = new StringBuilder();
    JsonTexts.write(in, in.object(operand), out);
    return out.toString();
  }

  private static Value encode(Operands in, String header, String payload, String jwk)
      throws BuiltinException {
    Json.Obj parsed;
    try {
      parsed = Json.parseObject(Bytes.utf8(header), JsonLimits.MESSAGE);
    } catch (FormatException _) {
      throw BuiltinException.failed(
          header.startsWith("{")
              ? "missing or invalid 'alg' header: cannot parse JSON"
              : NO_ALGORITHM);
    }
    String name;
    try {
      name = parsed.string("alg");
    } catch (FormatException _) {
      throw BuiltinException.failed(NO_ALGORITHM);
    }
    JwtAlgorithm algorithm = JwtAlgorithm.named(name);
    if (algorithm == null) {
      throw BuiltinException.failed("unknown JWS algorithm: " + name);
    }
    boolean token = parsed.get("typ").map(typ -> typ.equals(Json.of("JWT"))).orElse(true);
    if (token) {
      requireJson(payload);
    }
    String signed = base64(header) + "." + base64(payload);
    in.budget().steps(SIGNATURE);
    byte[] signature =
        algorithm.sign(JwtKeys.signingKey(jwk), signed.getBytes(StandardCharsets.UTF_8));
    return Strings.text(
        in, signed + "." + Base64.getUrlEncoder().withoutPadding().encodeToString(signature));
  }

  private static void requireJson(String payload) throws BuiltinException {
    try {
      Json.parse(Bytes.utf8(payload), JsonLimits.DOCUMENT);
    } catch (FormatException _) {
      throw BuiltinException.failed("type is JWT but payload is not JSON");
    }
  }

  private static String base64(String text) {
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }
}
