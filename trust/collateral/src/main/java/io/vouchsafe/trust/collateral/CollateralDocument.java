package io.vouchsafe.trust.collateral;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Json;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Objects;

/// A document of a vendor as it was received: nothing of it is verified.
///
/// @param key what it is said to be
/// @param body the bytes that the vendor serves
/// @param issuers PEM of the certificates that vouch for it; empty where the body brings them or a
///   pinned root signs it
/// @param fetched when it came from the vendor
/// @param source who served it, for a person
public record CollateralDocument(
    CollateralKey key, Bytes body, Bytes issuers, Instant fetched, String source) {
  /// Longest body. TCB info is the largest, with some 30 KiB.
  public static final int MAX_BODY = 256 << 10;

  /// Longest text of issuers; real ones have 2 to 5 KiB.
  public static final int MAX_ISSUERS = 16 << 10;

  private static final int MAX_SOURCE = 256;

  public CollateralDocument {
    Objects.requireNonNull(key, "key");
    Objects.requireNonNull(body, "body");
    Objects.requireNonNull(issuers, "issuers");
    Objects.requireNonNull(fetched, "fetched");
    Objects.requireNonNull(source, "source");
  }

  /// Bytes that it takes, roughly.
  long size() {
    return body.size() + issuers.size() + (long) CollateralKey.MAX_TEXT;
  }

  Json.Obj toJson() {
    return Json.object()
        .put("key", key.text())
        .put("body", body.base64())
        .put("issuers", issuers.base64())
        .put("fetched", fetched.toString())
        .put("source", source)
        .build();
  }

  static CollateralDocument parse(Json.Obj json) throws FormatException {
    CollateralDocument document =
        new CollateralDocument(
            CollateralKey.parse(json.string("key")),
            Bytes.fromBase64(json.string("body")),
            Bytes.fromBase64(json.string("issuers")),
            time(json, "fetched"),
            json.string("source"));
    document.requireBounds();
    return document;
  }

  /// @throws FormatException if it is larger than any real one
  void requireBounds() throws FormatException {
    if (body.size() > MAX_BODY || issuers.size() > MAX_ISSUERS || source.length() > MAX_SOURCE) {
      throw FormatException.oversized(
          FormatException.NO_OFFSET,
          "a document of at most %d bytes with issuers of %d".formatted(MAX_BODY, MAX_ISSUERS),
          body.size() + " and " + issuers.size());
    }
  }

  static Instant time(Json.Obj json, String name) throws FormatException {
    String text = json.string(name);
    try {
      Instant time = Instant.parse(text);
      if (time.toString().equals(text)) {
        return time;
      }
    } catch (DateTimeException _) {
      // The same message as for a time in another form.
    }
    throw FormatException.unexpected(name + " as 2025-01-01T00:00:00Z", text);
  }
}
