package io.vouchsafe.appraisal;

import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Json;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/// The result for one submodule of an attester: `cpu0`, `gpu0`, …
///
/// @param name class and number
/// @param evidence what was verified
/// @param policyId id of the attestation policy
/// @param status the worst tier of the vector
/// @param appraisal vector and findings; without findings when it was read from a token
/// @param extensions members of the token that belong to no other part
public record SubmoduleResult(
    String name,
    EvidenceClaims evidence,
    String policyId,
    TrustTier status,
    Appraisal appraisal,
    Json.Obj extensions) {
  static final String STATUS = "ear.status";
  private static final String VECTOR = "ear.trustworthiness-vector";
  private static final String POLICY = "ear.appraisal-policy-id";
  private static final String ANNOTATED = "ear.veraison.annotated-evidence";
  private static final String OURS = "ear.vouchsafe";

  /// Members of a submodule that no policy can write.
  static final Set<String> RESERVED = Set.of(STATUS, VECTOR, POLICY, ANNOTATED, OURS);

  public SubmoduleResult {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(evidence, "evidence");
    Objects.requireNonNull(policyId, "policyId");
    Objects.requireNonNull(status, "status");
    Objects.requireNonNull(appraisal, "appraisal");
    Objects.requireNonNull(extensions, "extensions");
  }

  /// Appraises `evidence`.
  public static SubmoduleResult appraise(
      String name,
      EvidenceClaims evidence,
      AttestationPolicy policy,
      ReferenceValues values,
      DecisionTime time) {
    Appraisal appraisal = policy.appraise(evidence, values, time);
    return new SubmoduleResult(
        name,
        evidence,
        AttestationPolicy.DEFAULT_ID,
        appraisal.vector().tier(),
        appraisal,
        appraisal.extensions().orElseGet(() -> Identifiers.of(evidence)));
  }

  /// The same evidence against today's policy and values. A submodule of somebody else's token is
  /// returned as it is: its evidence is not ours to appraise.
  public SubmoduleResult again(
      AttestationPolicy policy, ReferenceValues values, DecisionTime time) {
    return evidence.anchor().isEmpty() ? this : appraise(name, evidence, policy, values, time);
  }

  /// The submodule of a token.
  Json.Obj json() {
    Json.ObjBuilder object =
        Json.object()
            .put(STATUS, status.text())
            .put(VECTOR, appraisal.vector().json())
            .put(POLICY, policyId)
            .put(ANNOTATED, evidence.annotated());
    extensions.members().forEach(object::put);
    if (!evidence.anchor().isEmpty()) {
      object.put(OURS, evidence.extension());
    }
    return object.build();
  }

  /// To say nothing is no more than to affirm, but better than a warning.
  private static boolean isBetter(TrustTier status, TrustTier worst) {
    boolean silent = status == TrustTier.NONE && worst == TrustTier.AFFIRMING;
    return !silent && status.compareTo(worst) < 0;
  }

  /// Reads the submodule of a token whose signature was verified.
  static SubmoduleResult parse(String name, Json.Obj submodule) throws FormatException {
    TrustTier status = TrustTier.parse(submodule.string(STATUS));
    TrustVector vector =
        submodule.present(VECTOR).isEmpty()
            ? TrustVector.EMPTY
            : TrustVector.parse(submodule.object(VECTOR));
    if (isBetter(status, vector.tier())) {
      throw FormatException.malformed(
          0, "a status not better than " + vector.tier().text(), status.text());
    }
    Json.Obj ours =
        submodule.present(OURS).isEmpty() ? Json.object().build() : submodule.object(OURS);
    EvidenceClaims evidence =
        submodule.present(ANNOTATED).isEmpty()
            ? new EvidenceClaims("", "", "", Json.object().build(), Json.NULL, Optional.empty())
            : EvidenceClaims.parse(submodule.object(ANNOTATED), ours);
    return new SubmoduleResult(
        name,
        evidence,
        submodule.optionalString(POLICY).orElse(""),
        status,
        new Appraisal(vector, List.of()),
        submodule.without(STATUS).without(VECTOR).without(POLICY).without(ANNOTATED).without(OURS));
  }
}
