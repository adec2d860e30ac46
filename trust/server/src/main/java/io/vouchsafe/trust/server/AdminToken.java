package io.vouchsafe.trust.server;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.Signature;
import java.time.Duration;
import java.time.Instant;

/// Bearer tokens of whoever can read the home of a trust server.
public final class AdminToken {
  static final String KEY_FILE = "admin.key";

  private AdminToken() {}

  /// A token with role `admin`, signed with the home's admin key.
  ///
  /// @param home of a trust server that was started at least once
  /// @param now when it is made
  /// @param life how long it counts
  /// @return the text behind `Bearer `
  /// @throws TrustServerException if the key is not there or cannot be used
  public static String make(Path home, Instant now, Duration life) throws TrustServerException {
    Path file = home.resolve(KEY_FILE);
    if (!Files.exists(file)) {
      throw new TrustServerException(
          "there is no admin key in " + home + ": start the trust server there first");
    }
    return ofKey(file, now, life);
  }

  /// As [#make(Path, Instant, Duration)], signed with an admin key that lies elsewhere.
  ///
  /// @param file a copy of the home's `admin.key`
  /// @throws TrustServerException if it cannot be read or is no key
  public static String ofKey(Path file, Instant now, Duration life) throws TrustServerException {
    try {
      return make(KeyFile.read(file), now, life);
    } catch (IOException e) {
      throw new TrustServerException("the admin key " + file + " cannot be read", e);
    }
  }

  /// As [#ofKey(Path, Instant, Duration)], with the name of whoever uses the key, for the record.
  /// It proves nothing: whoever holds the key writes what it likes.
  public static String ofKey(Path file, String subject, Instant now, Duration life)
      throws TrustServerException {
    try {
      return make(KeyFile.read(file), subject, now, life);
    } catch (IOException e) {
      throw new TrustServerException("the admin key " + file + " cannot be read", e);
    }
  }

  static String make(KeyPair key, Instant now, Duration life) {
    return make(key, claims(now, life).build());
  }

  static String make(KeyPair key, String subject, Instant now, Duration life) {
    return make(key, claims(now, life).put("sub", subject).build());
  }

  private static Json.ObjBuilder claims(Instant now, Duration life) {
    return Json.object()
        .put("role", AdminGate.ADMIN)
        .put("iat", now.getEpochSecond())
        .put("exp", now.plus(life).getEpochSecond());
  }

  private static String make(KeyPair key, Json.Obj claims) {
    Json.Obj header = Json.object().put("typ", "JWT").put("alg", "ES256").build();
    String input = base64Url(header) + "." + base64Url(claims);
    try {
      Signature signature = Signature.getInstance("SHA256withECDSAinP1363Format");
      signature.initSign(key.getPrivate());
      signature.update(input.getBytes(StandardCharsets.US_ASCII));
      return input + "." + Bytes.of(signature.sign()).base64Url();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java runtime signs with P-256", e);
    }
  }

  private static String base64Url(Json.Obj part) {
    return part.utf8().base64Url();
  }
}
