package io.vouchsafe.appraisal;

import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Json;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;

/// The trustworthiness vector of AR4SI: up to eight claims, each a signed byte. A claim that is not
/// set is not written; its tier counts as none.
///
/// @param claims the claims that are set
public record TrustVector(Map<Claim, Integer> claims) {

  /// The claims, in the order of draft-ietf-rats-ar4si §2.3.4.
  public enum Claim {
    INSTANCE_IDENTITY("instance-identity"),
    CONFIGURATION("configuration"),
    EXECUTABLES("executables"),
    FILE_SYSTEM("file-system"),
    HARDWARE("hardware"),
    RUNTIME_OPAQUE("runtime-opaque"),
    STORAGE_OPAQUE("storage-opaque"),
    SOURCED_DATA("sourced-data");

    private final String text;

    Claim(String text) {
      this.text = text;
    }

    /// The name in a token.
    public String text() {
      return text;
    }

    private static Claim parse(String text) throws FormatException {
      for (Claim claim : values()) {
        if (claim.text.equals(text)) {
          return claim;
        }
      }
      throw FormatException.malformed(0, "a claim of the trust vector", '"' + text + '"');
    }
  }

  /// A vector without claims.
  public static final TrustVector EMPTY = new TrustVector(Map.of());

  /// All eight claims at 0: nothing is said.
  public static final TrustVector UNSTATED = unstated();

  public TrustVector {
    Map<Claim, Integer> copy = new EnumMap<>(Claim.class);
    claims.forEach((claim, value) -> {
      if (value < Byte.MIN_VALUE || value > Byte.MAX_VALUE) {
        throw new IllegalArgumentException(claim.text + " is no signed byte: " + value);
      }
      copy.put(claim, value);
    });
    claims = Collections.unmodifiableMap(copy);
  }

  private static TrustVector unstated() {
    Map<Claim, Integer> claims = new EnumMap<>(Claim.class);
    for (Claim claim : Claim.values()) {
      claims.put(claim, 0);
    }
    return new TrustVector(claims);
  }

  /// This vector with one claim set.
  public TrustVector with(Claim claim, int value) {
    Map<Claim, Integer> copy = new EnumMap<>(Claim.class);
    copy.putAll(claims);
    copy.put(claim, value);
    return new TrustVector(copy);
  }

  /// The worst tier of all claims.
  public TrustTier tier() {
    TrustTier worst = TrustTier.NONE;
    for (int value : claims.values()) {
      worst = worst.worse(TrustTier.of(value));
    }
    return worst;
  }

  /// Parses the object of a token.
  ///
  /// @throws FormatException on a name that is no claim or a value that is no signed byte
  public static TrustVector parse(Json.Obj vector) throws FormatException {
    Map<Claim, Integer> claims = new EnumMap<>(Claim.class);
    for (Map.Entry<String, Json> member : vector.members().entrySet()) {
      long value = member.getValue().asInteger(member.getKey());
      if (value < Byte.MIN_VALUE || value > Byte.MAX_VALUE) {
        throw FormatException.malformed(0, "-128 to 127", Long.toString(value));
      }
      claims.put(Claim.parse(member.getKey()), (int) value);
    }
    return new TrustVector(claims);
  }

  /// The object of a token, in the order of [Claim].
  public Json.Obj json() {
    Json.ObjBuilder object = Json.object();
    claims.forEach((claim, value) -> object.put(claim.text, value));
    return object.build();
  }
}
