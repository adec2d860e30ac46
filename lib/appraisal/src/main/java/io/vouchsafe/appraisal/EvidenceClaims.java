package io.vouchsafe.appraisal;

import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.evidence.Anchor;
import io.vouchsafe.evidence.VerifiedEvidence;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/// What is known of one submodule after its evidence was verified: the verifier's claims and the
/// data that the request bound to them. This is what a policy sees, what a token carries, and what
/// a later release appraises again.
///
/// @param tee kind of evidence, as on the wire
/// @param teeClass `cpu`, `gpu`, …: makes the name of the submodule
/// @param anchor what the signature chain ends in: `production`, `operator-named`,
///   `insecure-sample`, or empty for a token of somebody else
/// @param claims the verifier's claims, `report_data` and `init_data` among them
/// @param runtimeData the structured runtime data that the evidence bound
/// @param initData the init-data that was sent, if it was measured
public record EvidenceClaims(
    String tee,
    String teeClass,
    String anchor,
    Json.Obj claims,
    Json runtimeData,
    Optional<InitData> initData) {

  /// Anchor of evidence that proves nothing.
  public static final String INSECURE_SAMPLE = Anchor.INSECURE_SAMPLE.text();

  private static final String REPORT_DATA = "report_data";
  private static final String RUNTIME_DATA_CLAIMS = "runtime_data_claims";
  private static final String INIT_DATA = "init_data";
  private static final String INIT_DATA_CLAIMS = "init_data_claims";
  private static final Set<String> REQUEST_MEMBERS =
      Set.of(REPORT_DATA, RUNTIME_DATA_CLAIMS, INIT_DATA, INIT_DATA_CLAIMS);

  /// Init-data as sent.
  ///
  /// @param digest lower-case hexadecimal digest of its exact bytes
  /// @param claims its content as claims, `null` when only a digest came
  public record InitData(String digest, Json claims) {
    public InitData {
      Objects.requireNonNull(digest, "digest");
      Objects.requireNonNull(claims, "claims");
    }
  }

  public EvidenceClaims {
    Objects.requireNonNull(tee, "tee");
    Objects.requireNonNull(teeClass, "teeClass");
    Objects.requireNonNull(anchor, "anchor");
    Objects.requireNonNull(claims, "claims");
    Objects.requireNonNull(runtimeData, "runtimeData");
    Objects.requireNonNull(initData, "initData");
  }

  /// What a verifier established, with what the request said.
  ///
  /// @param runtimeData the structured runtime data whose digest the evidence bound
  /// @param initData the init-data whose digest the verifier compared
  public static EvidenceClaims of(
      VerifiedEvidence evidence, Json runtimeData, Optional<InitData> initData) {
    return new EvidenceClaims(
        evidence.tee(),
        evidence.teeClass(),
        evidence.anchor().text(),
        evidence.claims(),
        runtimeData,
        initData);
  }

  /// A claim of the verifier that is there and not `null`.
  public Optional<Json> claim(String name) {
    return claims.present(name);
  }

  /// A claim inside of others, by their names from the outside in; empty if one of them is absent,
  /// `null` or, but for the last, no object.
  public Optional<Json> claim(List<String> path) {
    Optional<Json> at = Optional.of(claims);
    for (String name : path) {
      at =
          at.flatMap(
              json -> json instanceof Json.Obj object ? object.present(name) : Optional.empty());
    }
    return at;
  }

  /// A claim that is text.
  Optional<String> text(String name) {
    return claim(name).filter(Json.Str.class::isInstance).map(Json::plain);
  }

  /// The annotated evidence of specs/kbs-protocol §12.3, members sorted by name.
  public Json.Obj annotated() {
    Map<String, Json> members = new TreeMap<>();
    if (claims.get(INIT_DATA).isPresent()) {
      members.put(INIT_DATA, claims.get(INIT_DATA).get());
      members.put(INIT_DATA_CLAIMS, initData.map(InitData::claims).orElse(Json.NULL));
    }
    if (claims.get(REPORT_DATA).isPresent()) {
      members.put(REPORT_DATA, claims.get(REPORT_DATA).get());
      members.put(RUNTIME_DATA_CLAIMS, runtimeData);
    }
    members.put(tee, claims.without(REPORT_DATA).without(INIT_DATA));
    return Json.object(members);
  }

  /// Our extension of a submodule: what the annotated evidence has no member for.
  Json.Obj extension() {
    Json.ObjBuilder object = Json.object().put("anchor", anchor).put("class", teeClass);
    initData.ifPresent(sent -> object.put("init-data-digest", sent.digest()));
    return object.build();
  }

  /// The reverse of [#annotated()] and [#extension()].
  static EvidenceClaims parse(Json.Obj annotated, Json.Obj extension) throws FormatException {
    // The member that is not one of the request's is named after the kind of evidence. Other
    // people's verifiers annotate as they like; what has no such member is still a token.
    Optional<String> named =
        annotated.members().keySet().stream()
            .filter(name -> !REQUEST_MEMBERS.contains(name))
            .filter(name -> annotated.members().get(name) instanceof Json.Obj)
            .findFirst();
    String tee = named.orElse("");
    Json.Obj claims = named.isPresent() ? annotated.object(tee) : Json.object().build();
    if (annotated.get(REPORT_DATA).isPresent()) {
      claims = claims.with(REPORT_DATA, annotated.get(REPORT_DATA).get());
    }
    if (annotated.get(INIT_DATA).isPresent()) {
      claims = claims.with(INIT_DATA, annotated.get(INIT_DATA).get());
    }
    Optional<String> digest = extension.optionalString("init-data-digest");
    Json initDataClaims = annotated.get(INIT_DATA_CLAIMS).orElse(Json.NULL);
    return new EvidenceClaims(
        tee,
        extension.optionalString("class").orElse("cpu"),
        extension.optionalString("anchor").orElse(""),
        claims,
        annotated.get(RUNTIME_DATA_CLAIMS).orElse(Json.NULL),
        digest.map(hex -> new InitData(hex.toLowerCase(Locale.ROOT), initDataClaims)));
  }
}
