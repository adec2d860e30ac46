package io.vouchsafe.protocol;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.encoding.JsonLimits;
import io.vouchsafe.verdict.Code;
import java.util.List;
import java.util.Objects;

/// The first message of the handshake: a guest asks for a challenge.
///
/// @param version as it was sent; [ProtocolVersion#parse] tells what to make of it
/// @param tee what kind of evidence will follow
/// @param extraParams anything; `{"supported-hash-algorithms": […]}` in today's clients
public record AuthRequest(String version, Tee tee, Json extraParams) {
  private static final int MEMBERS = 3;

  public AuthRequest {
    Objects.requireNonNull(version, "version");
    Objects.requireNonNull(tee, "tee");
    Objects.requireNonNull(extraParams, "extraParams");
  }

  /// The request of a client of ours.
  public static AuthRequest of(Tee tee) {
    Json supported =
        Json.object()
            .put(
                "supported-hash-algorithms",
                Json.strings(
                    List.of(
                        HashAlgorithm.SHA256.wireName(),
                        HashAlgorithm.SHA384.wireName(),
                        HashAlgorithm.SHA512.wireName())))
            .build();
    return new AuthRequest(ProtocolVersion.CURRENT.text(), tee, supported);
  }

  /// Parses the body of `auth`. All three members must be there, others are ignored; an array of
  /// the three values in order is the same, because the reference broker reads that too.
  ///
  /// @throws FormatException if it does not parse, with [Code#UNSUPPORTED_TEE] if the kind of
  ///   evidence has no name in the protocol
  public static AuthRequest parse(Bytes body) throws FormatException {
    Json json = Json.parse(body, JsonLimits.MESSAGE);
    if (json instanceof Json.Arr(List<Json> items)) {
      if (items.size() != MEMBERS) {
        throw FormatException.malformed(0, "three values", items.size() + " values");
      }
      return of(items.get(0).asString("version"), items.get(1).asString("tee"), items.get(2));
    }
    Json.Obj object = json.asObject("request");
    return of(object.string("version"), object.string("tee"), object.require("extra-params"));
  }

  private static AuthRequest of(String version, String tee, Json extraParams)
      throws FormatException {
    Tee known = Tee.ofName(tee).orElse(null);
    if (known == null) {
      throw new FormatException(Code.UNSUPPORTED_TEE, 0, "a TEE of the protocol", quote(tee));
    }
    return new AuthRequest(version, known, extraParams);
  }

  private static String quote(String text) {
    return "\"" + (text.length() <= 32 ? text : text.substring(0, 32) + "…") + "\"";
  }

  /// The body of `auth`.
  public Json.Obj toJson() {
    return Json.object()
        .put("version", version)
        .put("tee", tee.wireName())
        .put("extra-params", extraParams)
        .build();
  }
}
