package io.vouchsafe.conformance;

import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.protocol.ResourceUri;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Addresses of resources: `{"valid":[{"uri",…}],"invalid":[…],…}`. Every other member is a list of
/// addresses that must be refused, as texts or as objects with a `uri`.
final class ResourceUriCases {
  private static final String KIND = "resource-uri";

  private ResourceUriCases() {}

  static Optional<List<Case>> of(CaseFile file) throws FormatException {
    Optional<Json.Obj> object = file.object();
    if (object.isEmpty()
        || !(object.get().get("valid").orElse(Json.NULL) instanceof Json.Arr(List<Json> valid))
        || valid.isEmpty()
        || !(valid.getFirst() instanceof Json.Obj first)
        || first.get("uri").isEmpty()) {
      return Optional.empty();
    }
    List<Case> cases = new ArrayList<>();
    for (var member : object.get().members().entrySet()) {
      for (Json item : member.getValue().asArray(member.getKey())) {
        cases.add(
            member.getKey().equals("valid")
                ? new Case(uri(item), KIND, () -> valid(item.asObject("case")))
                : new Case(uri(item), KIND, () -> refused(uri(item))));
      }
    }
    return Optional.of(cases);
  }

  private static String uri(Json item) throws FormatException {
    return item instanceof Json.Obj object ? object.string("uri") : item.asString("uri");
  }

  private static void valid(Json.Obj item) throws Difference, FormatException {
    ResourceUri found;
    try {
      found = ResourceUri.parse(item.string("uri"));
    } catch (FormatException e) {
      throw new Difference("accepted", e.code() + ": " + e.getMessage());
    }
    requireIf(item, "plugin", found.plugin());
    requireIf(item, "host", found.host());
    requireIf(item, "path", found.path());
    if (item.get("query").isPresent()) {
      Difference.require("query", item.optionalString("query"), found.query());
    }
    requireIf(item, "kbs_url_path", found.brokerPath());
  }

  private static void requireIf(Json.Obj item, String member, String found)
      throws Difference, FormatException {
    Optional<String> expected = item.optionalString(member);
    if (expected.isPresent()) {
      Difference.require(member, expected.get(), found);
    }
  }

  private static void refused(String uri) throws Difference {
    try {
      // What parses as an address must still not name a resource.
      ResourceUri.parse(uri).resourcePath();
    } catch (FormatException _) {
      return;
    }
    throw new Difference("a refusal", "accepted");
  }
}
