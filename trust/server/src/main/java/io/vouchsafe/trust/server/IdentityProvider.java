package io.vouchsafe.trust.server;

import io.vouchsafe.appraisal.NumericDate;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Json;
import java.nio.file.Path;
import java.security.PublicKey;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/// An issuer of administrators' tokens.
///
/// @param issuer what `iss` must be, if named
/// @param audience what `aud` must be or contain, if named
/// @param keys any of which may have signed
public record IdentityProvider(
    Optional<String> issuer, Optional<String> audience, List<PublicKey> keys) {
  /// How far `exp` may lie in the past: what the reference broker allows.
  static final Duration LEEWAY = Duration.ofSeconds(60);

  public IdentityProvider {
    Objects.requireNonNull(issuer, "issuer");
    Objects.requireNonNull(audience, "audience");
    keys = List.copyOf(keys);
    if (keys.isEmpty()) {
      throw new IllegalArgumentException("an identity provider needs a key");
    }
  }

  /// A provider whose key is in a PEM file.
  ///
  /// @throws TrustServerException if the key cannot be read
  public static IdentityProvider ofPem(
      Optional<String> issuer, Optional<String> audience, Path publicKey)
      throws TrustServerException {
    return new IdentityProvider(issuer, audience, List.of(KeyFile.readPublic(publicKey)));
  }

  /// Whether this provider made the token and it is in force.
  boolean vouchesFor(Jws token, Instant now) {
    return keys.stream().anyMatch(token::signedBy)
        && inForce(token.payload(), now)
        && issuer.map(name -> named(token.payload(), "iss", name)).orElse(true)
        && audience.map(name -> audience(token.payload(), name)).orElse(true);
  }

  /// `nbf` may lie ahead, as with the reference broker; whatever names a time must be one.
  static boolean inForce(Json.Obj claims, Instant now) {
    try {
      NumericDate.ofOptional(claims, "iat");
      NumericDate.ofOptional(claims, "nbf");
      return NumericDate.of(claims, "exp").isAfter(now.minus(LEEWAY));
    } catch (FormatException _) {
      return false;
    }
  }

  private static boolean named(Json.Obj claims, String claim, String expected) {
    return claims.get(claim).equals(Optional.of(Json.of(expected)));
  }

  private static boolean audience(Json.Obj claims, String expected) {
    return named(claims, "aud", expected)
        || (claims.get("aud").isPresent()
            && claims.get("aud").get() instanceof Json.Arr(List<Json> items)
            && items.contains(Json.of(expected)));
  }
}
