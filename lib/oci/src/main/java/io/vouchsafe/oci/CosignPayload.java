package io.vouchsafe.oci;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Json;
import java.util.Set;

/// What a keyed cosign signature is over: which image, under which name.
///
/// @param reference the name, often without tag
/// @param manifest digest of the manifest or index
public record CosignPayload(String reference, Digest manifest) {
  private static final String TYPE = "cosign container image signature";
  private static final Set<String> TOP = Set.of("critical", "optional");
  private static final Set<String> CRITICAL = Set.of("identity", "image", "type");

  /// Parses a payload. As other verifiers do, members that are not known are refused at the top and
  /// under `critical`.
  ///
  /// @throws FormatException if it is malformed or of another type
  public static CosignPayload parse(Bytes text) throws FormatException {
    Json.Obj json = Json.parseObject(text, Manifest.LIMITS);
    requireKnown(json, TOP);
    Json.Obj critical = json.object("critical");
    requireKnown(critical, CRITICAL);
    if (!critical.string("type").equals(TYPE)) {
      throw FormatException.unexpected(
          "type \"" + TYPE + "\"", ImageName.quoted(critical.string("type")));
    }
    Json.Obj identity = critical.object("identity");
    requireKnown(identity, Set.of("docker-reference"));
    Json.Obj image = critical.object("image");
    requireKnown(image, Set.of("docker-manifest-digest"));
    return new CosignPayload(
        identity.string("docker-reference"), Digest.parse(image.string("docker-manifest-digest")));
  }

  private static void requireKnown(Json.Obj json, Set<String> known) throws FormatException {
    for (String member : json.members().keySet()) {
      if (!known.contains(member)) {
        throw FormatException.unexpected("members " + known, ImageName.quoted(member));
      }
    }
  }

  /// The payload in UTF-8.
  public Bytes encode() {
    Json critical =
        Json.object()
            .put("identity", Json.object().put("docker-reference", reference).build())
            .put("image", Json.object().put("docker-manifest-digest", manifest.toString()).build())
            .put("type", TYPE)
            .build();
    return Json.object().put("critical", critical).put("optional", Json.NULL).build().utf8();
  }
}
