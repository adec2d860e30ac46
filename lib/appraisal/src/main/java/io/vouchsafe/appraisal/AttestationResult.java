package io.vouchsafe.appraisal;

import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Json;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/// What an attestation came to, for all submodules: the claim set of an EAR token
/// (specs/kbs-protocol §12.2) and its typed view. Made by [#issue] from appraised evidence, or by
/// [#ofVerifiedClaims] from a token whose signature somebody verified.
///
/// @param id of the ledger entry that recorded the attestation; empty for a foreign token
/// @param issuedAt whole seconds
/// @param expires whole seconds
/// @param submodules in order; the first is the primary one. Empty for a foreign token without any
/// @param claims the claim set
public record AttestationResult(
    String id,
    Instant issuedAt,
    Instant expires,
    List<SubmoduleResult> submodules,
    Json.Obj claims) {
  private static final String NOT_BEFORE = "nbf";

  /// Most submodules of one result.
  public static final int MAX_SUBMODULES = 64;

  /// The places at which a token may carry the key to seal replies to, first match wins
  /// (specs/kbs-protocol §4.4).
  private static final List<List<String>> KEY_PLACES =
      List.of(
          List.of("tdx", "attester_runtime_data", "tee-pubkey"),
          List.of("tdx", "attester_user_data", "tee-pubkey"),
          List.of("customized_claims", "runtime_data", "tee-pubkey"),
          List.of(
              "submods",
              "cpu0",
              "ear.veraison.annotated-evidence",
              "runtime_data_claims",
              "tee-pubkey"),
          List.of("tee-pubkey"));

  public AttestationResult {
    Objects.requireNonNull(id, "id");
    Objects.requireNonNull(issuedAt, "issuedAt");
    Objects.requireNonNull(expires, "expires");
    submodules = List.copyOf(submodules);
    Objects.requireNonNull(claims, "claims");
  }

  /// The result for `submodules`, with its claim set.
  ///
  /// @param life how long the result counts, whole seconds
  public static AttestationResult issue(
      EarIdentity identity,
      String id,
      List<SubmoduleResult> submodules,
      Instant at,
      Duration life) {
    if (submodules.isEmpty() || submodules.size() > MAX_SUBMODULES) {
      throw new IllegalArgumentException("1 to " + MAX_SUBMODULES + " submodules");
    }
    Instant issued = Instant.ofEpochSecond(at.getEpochSecond());
    Instant expires = issued.plusSeconds(life.toSeconds());
    Json.ObjBuilder submods = Json.object();
    submodules.forEach(submodule -> submods.put(submodule.name(), submodule.json()));
    // Member order is that of the reference broker.
    Json.Obj claims =
        Json.object()
            .put("eat_profile", identity.profile())
            .put("iat", issued.getEpochSecond())
            .put(
                "ear.verifier-id",
                Json.object()
                    .put("developer", identity.developer())
                    .put("build", identity.build())
                    .build())
            .put("submods", submods.build())
            .put("exp", expires.getEpochSecond())
            .put("iss", identity.issuer())
            .put("jti", id)
            .build();
    return new AttestationResult(id, issued, expires, submodules, claims);
  }

  /// Reads the claim set of a token whose signature was verified and that is in force, in either
  /// set of names. Foreign tokens need no `submods`; where there are some they must be well formed.
  ///
  /// @throws FormatException if a member that is there is of the wrong form, or `exp` is missing
  public static AttestationResult ofVerifiedClaims(Json.Obj claims) throws FormatException {
    List<SubmoduleResult> submodules = new ArrayList<>();
    Json.Obj deployed = EarDraft.deployed(claims);
    if (deployed.present("submods").isPresent()) {
      Map<String, Json> members = deployed.object("submods").members();
      if (members.size() > MAX_SUBMODULES) {
        throw FormatException.oversized(
            0, "at most " + MAX_SUBMODULES + " submodules", Integer.toString(members.size()));
      }
      for (Map.Entry<String, Json> member : members.entrySet()) {
        submodules.add(
            SubmoduleResult.parse(member.getKey(), member.getValue().asObject(member.getKey())));
      }
    }
    overall(deployed, submodules);
    Instant expires = NumericDate.of(claims, "exp");
    NumericDate.ofOptional(claims, NOT_BEFORE);
    Instant issued = NumericDate.ofOptional(claims, "iat").orElse(Instant.EPOCH);
    return new AttestationResult(
        claims.optionalString("jti").orElse(""), issued, expires, submodules, claims);
  }

  /// A status of the whole is never better than that of a part.
  private static void overall(Json.Obj claims, List<SubmoduleResult> submodules)
      throws FormatException {
    if (claims.present(SubmoduleResult.STATUS).isEmpty()) {
      return;
    }
    TrustTier whole = TrustTier.parse(claims.string(SubmoduleResult.STATUS));
    for (SubmoduleResult submodule : submodules) {
      if (whole.compareTo(submodule.status()) < 0) {
        throw FormatException.malformed(
            0, "a status not better than that of " + submodule.name(), whole.text());
      }
    }
  }

  /// This result with every submodule of ours appraised again. The claim set stays what it was.
  public AttestationResult again(
      AttestationPolicy policy, ReferenceValues values, DecisionTime time) {
    return new AttestationResult(
        id,
        issuedAt,
        expires,
        submodules.stream().map(submodule -> submodule.again(policy, values, time)).toList(),
        claims);
  }

  /// The first failed check of the submodules that are not affirming.
  public Optional<Finding> firstFailure() {
    return submodules.stream()
        .filter(submodule -> submodule.status() != TrustTier.AFFIRMING)
        .map(submodule -> submodule.appraisal().firstFailure())
        .flatMap(Optional::stream)
        .findFirst();
  }

  /// Whether there are submodules and every one is affirming.
  public boolean affirming() {
    return !submodules.isEmpty()
        && submodules.stream().allMatch(submodule -> submodule.status() == TrustTier.AFFIRMING);
  }

  /// From when on the result counts, if it says so; whole seconds.
  public Optional<Instant> notBefore() {
    try {
      return NumericDate.ofOptional(claims, NOT_BEFORE);
    } catch (FormatException e) {
      throw new IllegalStateException("checked when the claims were read", e);
    }
  }

  /// The key (a JWK) that replies are to be sealed to.
  public Optional<Json.Obj> teePublicKey() {
    for (List<String> place : KEY_PLACES) {
      Optional<Json> at = Optional.of(claims);
      for (String name : place) {
        at =
            at.flatMap(
                json -> json instanceof Json.Obj object ? object.get(name) : Optional.empty());
      }
      if (at.isPresent() && at.get() instanceof Json.Obj key) {
        return Optional.of(key);
      }
    }
    return Optional.empty();
  }
}
