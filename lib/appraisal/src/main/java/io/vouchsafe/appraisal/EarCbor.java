package io.vouchsafe.appraisal;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.Cbor;
import io.vouchsafe.encoding.CborLimits;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Json;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Claim sets of attestation results in CBOR (draft-ietf-rats-ear), read as those in JSON under the
/// deployed names, so that everything behind is the same.
final class EarCbor {
  private static final long SUBMODS = 266;
  private static final long STATUS = 1000;
  private static final long VECTOR = 1001;
  private static final long RAW_EVIDENCE = 1002;
  private static final long POLICY_IDS = 1003;
  private static final long VERIFIER_ID = 1004;

  /// Members that are the same in the whole and in its parts, or have no form of their own here.
  private static final Map<Long, String> NAMES =
      Map.of(
          4L,
          "exp",
          5L,
          "nbf",
          6L,
          "iat",
          265L,
          "eat_profile",
          RAW_EVIDENCE,
          "ear.raw-evidence",
          -70_000L,
          "ear.veraison.annotated-evidence",
          -70_001L,
          "ear.veraison.policy-claims",
          -70_002L,
          "ear.veraison.key-attestation");

  private static final Map<Long, TrustTier> STATUSES =
      Map.of(
          0L, TrustTier.NONE,
          2L, TrustTier.AFFIRMING,
          32L, TrustTier.WARNING,
          96L, TrustTier.CONTRAINDICATED);

  private EarCbor() {}

  /// @throws FormatException if it is no claim set, or has a claim of the wrong form
  static Json.Obj parse(Bytes encoded) throws FormatException {
    Cbor.Dict claims = dict("claim set", Cbor.parse(encoded, CborLimits.MESSAGE));
    Map<String, Json> members = members(claims);
    Optional<Cbor> verifier = claims.get(VERIFIER_ID);
    if (verifier.isPresent()) {
      Cbor.Dict id = dict("verifier id", verifier.get());
      members.put(
          "ear.verifier-id",
          Json.object()
              .put("developer", text("developer", id.require(0)))
              .put("build", text("build", id.require(1)))
              .build());
    }
    Optional<Cbor> submods = claims.get(SUBMODS);
    if (submods.isPresent()) {
      Map<String, Json> parts = new LinkedHashMap<>();
      for (Cbor.Entry entry : dict("submodules", submods.get()).entries()) {
        parts.put(
            text("name of a submodule", entry.key()),
            Json.object(members(dict("submodule", entry.value()))));
      }
      members.put("submods", Json.object(parts));
    }
    return Json.object(members);
  }

  private static Map<String, Json> members(Cbor.Dict claims) throws FormatException {
    Map<String, Json> members = new LinkedHashMap<>();
    for (Cbor.Entry entry : claims.entries()) {
      long key = entry.key() instanceof Cbor.Int number ? number.asLong().orElse(-1L) : -1;
      String name = NAMES.get(key);
      if (name != null) {
        members.put(name, json(entry.value()));
      } else if (key == STATUS) {
        members.put(SubmoduleResult.STATUS, Json.of(status(entry.value()).text()));
      } else if (key == VECTOR) {
        members.put("ear.trustworthiness-vector", vector(dict("vector", entry.value())));
      } else if (key == POLICY_IDS) {
        members.put("ear.appraisal-policy-id", policies(entry.value()));
      }
      // Others are not known here, and not what a decision rests on.
    }
    return members;
  }

  private static TrustTier status(Cbor value) throws FormatException {
    TrustTier tier = value instanceof Cbor.Int ? STATUSES.get(integer(value)) : null;
    if (tier == null) {
      throw FormatException.malformed(0, "a status of 0, 2, 32 or 96", String.valueOf(value));
    }
    return tier;
  }

  private static Json vector(Cbor.Dict claims) throws FormatException {
    List<TrustVector.Claim> known = List.of(TrustVector.Claim.values());
    Map<String, Json> members = new LinkedHashMap<>();
    for (Cbor.Entry entry : claims.entries()) {
      long key = integer(entry.key());
      if (key < 0 || key >= known.size()) {
        throw FormatException.malformed(0, "a claim from 0 to 7", Long.toString(key));
      }
      members.put(known.get((int) key).text(), Json.of(integer(entry.value())));
    }
    return Json.object(members);
  }

  private static Json policies(Cbor value) throws FormatException {
    if (!(value instanceof Cbor.Arr(List<Cbor> items)) || items.isEmpty()) {
      throw FormatException.malformed(0, "at least one policy id", String.valueOf(value));
    }
    StringBuilder joined = new StringBuilder();
    for (Cbor item : items) {
      joined.append(joined.isEmpty() ? "" : " ").append(text("policy id", item));
    }
    return Json.of(joined.toString());
  }

  private static Cbor.Dict dict(String what, Cbor value) throws FormatException {
    if (value instanceof Cbor.Dict dict) {
      return dict;
    }
    throw FormatException.malformed(0, "a map for the " + what, "another item");
  }

  private static String text(String what, Cbor value) throws FormatException {
    if (value instanceof Cbor.Text(String text)) {
      return text;
    }
    throw FormatException.malformed(0, "text for the " + what, "another item");
  }

  private static long integer(Cbor value) throws FormatException {
    if (value instanceof Cbor.Int number && number.asLong().isPresent()) {
      return number.asLong().get();
    }
    throw FormatException.malformed(0, "an integer", "another item");
  }

  /// Any item as JSON: byte strings in base64url, numbers as keys in decimal. A floating-point time
  /// becomes text, which no reader of times takes.
  private static Json json(Cbor value) throws FormatException {
    return switch (value) {
      case Cbor.Int(BigInteger number) -> new Json.Num(number.toString());
      case Cbor.ByteString(Bytes bytes) -> Json.of(bytes.base64Url());
      case Cbor.Text(String text) -> Json.of(text);
      case Cbor.Arr(List<Cbor> items) -> {
        List<Json> all = new ArrayList<>(items.size());
        for (Cbor item : items) {
          all.add(json(item));
        }
        yield Json.array(all);
      }
      case Cbor.Dict dict -> {
        Map<String, Json> members = new LinkedHashMap<>();
        for (Cbor.Entry entry : dict.entries()) {
          String name = key(entry.key());
          if (members.put(name, json(entry.value())) != null) {
            throw FormatException.malformed(0, "each key once as text", name);
          }
        }
        yield Json.object(members);
      }
      case Cbor.Tagged tagged -> json(tagged.content());
      case Cbor.Simple simple ->
          simple.equals(Cbor.TRUE) || simple.equals(Cbor.FALSE)
              ? Json.of(simple.equals(Cbor.TRUE))
              : Json.NULL;
      case Cbor.Real real -> Json.of(Double.toString(real.value()));
    };
  }

  private static String key(Cbor key) throws FormatException {
    return switch (key) {
      case Cbor.Text(String text) -> text;
      case Cbor.Int(BigInteger number) -> number.toString();
      case Cbor.ByteString(Bytes bytes) -> bytes.base64Url();
      case Cbor.Arr _, Cbor.Dict _, Cbor.Tagged _, Cbor.Simple _, Cbor.Real _ ->
          throw FormatException.malformed(0, "text, bytes or an integer for a key", "another item");
    };
  }
}
