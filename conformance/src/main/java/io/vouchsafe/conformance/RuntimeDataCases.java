package io.vouchsafe.conformance;

import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.protocol.HashAlgorithm;
import io.vouchsafe.protocol.ProtocolVersion;
import io.vouchsafe.protocol.RuntimeData;
import io.vouchsafe.protocol.TeeKey;
import java.util.List;
import java.util.Optional;

/// What evidence binds, as canonical JSON and its digests: `{"object","canonical",…}` for any
/// object, `{"nonce","tee_pubkey","additional_evidence",…}` for runtime data in its parts.
final class RuntimeDataCases {
  private static final String KIND = "runtime-data";

  private RuntimeDataCases() {}

  static Optional<List<Case>> of(CaseFile file) {
    Optional<List<Json.Obj>> items = file.items();
    if (items.isEmpty()) {
      return Optional.empty();
    }
    Json.Obj first = items.get().getFirst();
    if (first.get("canonical").isPresent() && first.get("object").isPresent()) {
      return Optional.of(
          CaseFile.each(items.get(), (item, id) -> new Case(id, KIND, () -> canonical(item))));
    }
    if (first.get("tee_pubkey").isPresent() && first.get("nonce").isPresent()) {
      return Optional.of(
          CaseFile.each(items.get(), (item, id) -> new Case(id, KIND, () -> parts(item))));
    }
    return Optional.empty();
  }

  private static void canonical(Json.Obj item) throws Difference, FormatException {
    Json.Obj object = item.object("object");
    Difference.require("canonical form", item.string("canonical"), object.canonical());
    digests(item, object);
  }

  private static void digests(Json.Obj expected, Json.Obj object)
      throws Difference, FormatException {
    for (HashAlgorithm algorithm : HashAlgorithm.values()) {
      Optional<String> digest = expected.optionalString(algorithm.wireName());
      if (digest.isPresent()) {
        Difference.require(
            algorithm.wireName(), digest.get(), RuntimeData.digest(object, algorithm).hex());
      }
    }
  }

  private static void parts(Json.Obj item) throws Difference, FormatException {
    RuntimeData data =
        new RuntimeData(item.string("nonce"), TeeKey.parse(item.object("tee_pubkey")));
    Json.Obj device = data.device();
    Json.Obj primary =
        data.primary(ProtocolVersion.V0_4_0, item.optionalString("additional_evidence").orElse(""));
    compare(item, "device", device);
    compare(item, "primary", primary);
  }

  private static void compare(Json.Obj item, String which, Json.Obj object)
      throws Difference, FormatException {
    Optional<String> canonical = item.optionalString(which + "_runtime_data_jcs");
    if (canonical.isPresent()) {
      Difference.require(which + " in canonical form", canonical.get(), object.canonical());
    }
    if (item.present(which).isPresent()) {
      digests(item.object(which), object);
    }
  }
}
