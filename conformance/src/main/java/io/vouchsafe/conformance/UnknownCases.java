package io.vouchsafe.conformance;

import io.vouchsafe.encoding.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Names the kind of cases that nothing here runs, so that they can be skipped by name: the member
/// `kind` if there is one, else `tee`, else what the members tell, else the name of the folder.
final class UnknownCases {
  private UnknownCases() {}

  static List<Case> of(CaseFile file) {
    Optional<List<Json.Obj>> items = file.items();
    if (items.isEmpty()) {
      return List.of(Case.unknown(file.name(), kind(file, file.object())));
    }
    List<Case> cases = new ArrayList<>();
    for (int i = 0; i < items.get().size(); i++) {
      Json.Obj item = items.get().get(i);
      cases.add(Case.unknown(CaseFile.idOf(item, i), kindOf(file, item)));
    }
    return cases;
  }

  private static String kind(CaseFile file, Optional<Json.Obj> object) {
    return object.map(found -> kindOf(file, found)).orElse(file.folderName());
  }

  /// The kind of one item.
  static String kindOf(CaseFile file, Json.Obj item) {
    for (String member : List.of("kind", "tee")) {
      if (item.get(member).orElse(Json.NULL) instanceof Json.Str(String text) && !text.isBlank()) {
        return text;
      }
    }
    if (has(item, "report") && (has(item, "vek") || has(item, "chain"))) {
      return "snp";
    } else if (has(item, "evidence") && has(item, "expectedNonce")) {
      return has(item, "collateral") ? "az-tdx-vtpm" : "az-snp-vtpm";
    } else if (has(item, "keyring") && has(item, "signature")) {
      return "simple-signing";
    } else if (has(item, "layout") && has(item, "signature_tag")) {
      return "cosign";
    } else if (has(item, "sealed")) {
      return "sealed-secret";
    } else if (has(item, "events") && has(item, "must_reject")) {
      return "aael";
    }
    return file.folderName();
  }

  private static boolean has(Json.Obj item, String member) {
    return item.get(member).isPresent();
  }
}
