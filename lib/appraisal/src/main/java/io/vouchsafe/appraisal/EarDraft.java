package io.vouchsafe.appraisal;

import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Json;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Two sets of names are in use: those of deployed services, with dots, and those of
/// draft-ietf-rats-ear, with underscores. Everything here works with the deployed ones; a claim set
/// of the draft is translated before it is read.
final class EarDraft {
  private static final String SUBMODS = "submods";
  private static final String POLICY_IDS = "ear_appraisal_policy_ids";

  private static final Map<String, String> NAMES =
      Map.of(
          "ear_verifier_id",
          "ear.verifier-id",
          "ear_raw_evidence",
          "ear.raw-evidence",
          "ear_status",
          "ear.status",
          "ear_trustworthiness_vector",
          "ear.trustworthiness-vector",
          POLICY_IDS,
          "ear.appraisal-policy-id",
          "ear_veraison_annotated_evidence",
          "ear.veraison.annotated-evidence",
          "ear_veraison_policy_claims",
          "ear.veraison.policy-claims",
          "ear_veraison_key_attestation",
          "ear.veraison.key-attestation");

  private EarDraft() {}

  /// `claims` under the deployed names.
  ///
  /// @throws FormatException if something stands there under both names: two readers would see two
  ///   results
  static Json.Obj deployed(Json.Obj claims) throws FormatException {
    Json.Obj renamed = rename(claims);
    if (!(renamed.get(SUBMODS).orElse(Json.NULL) instanceof Json.Obj submods)) {
      return renamed;
    }
    Map<String, Json> members = new LinkedHashMap<>();
    for (Map.Entry<String, Json> member : submods.members().entrySet()) {
      members.put(
          member.getKey(),
          member.getValue() instanceof Json.Obj submodule ? rename(submodule) : member.getValue());
    }
    return renamed.with(SUBMODS, Json.object(members));
  }

  private static Json.Obj rename(Json.Obj object) throws FormatException {
    if (object.members().keySet().stream().noneMatch(NAMES::containsKey)) {
      return object;
    }
    Map<String, Json> members = new LinkedHashMap<>();
    for (Map.Entry<String, Json> member : object.members().entrySet()) {
      String name = NAMES.getOrDefault(member.getKey(), member.getKey());
      Json value =
          member.getKey().equals(POLICY_IDS) ? policyId(member.getValue()) : member.getValue();
      if (members.put(name, value) != null) {
        throw FormatException.malformed(0, name + " under one of its names", "both");
      }
    }
    return Json.object(members);
  }

  /// The policies in the order in which they were applied.
  private static Json policyId(Json ids) throws FormatException {
    List<String> texts = new ArrayList<>();
    for (Json id : ids.asArray(POLICY_IDS)) {
      texts.add(id.asString("policy id"));
    }
    if (texts.isEmpty()) {
      throw FormatException.malformed(0, "at least one policy id", "none");
    }
    return Json.of(String.join(" ", texts));
  }
}
