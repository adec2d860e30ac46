package io.vouchsafe.oci;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// An image index or Docker's manifest list. Unknown members are kept when it is written again.
///
/// @param manifests in the order of the document
/// @param json the whole document
public record ImageIndex(List<Descriptor> manifests, Json.Obj json) {
  /// Images of one index, or of one layout.
  public static final int MAX_MANIFESTS = 10_000;

  public ImageIndex {
    manifests = List.copyOf(manifests);
  }

  /// Parses an index.
  ///
  /// @throws FormatException if it is malformed, of another kind, or could be read as two kinds
  public static ImageIndex parse(Bytes text) throws FormatException {
    Json.Obj json = Json.parseObject(text, Manifest.LIMITS);
    Manifest.requireVersion(json);
    Manifest.forbid(json, "layers");
    Manifest.forbid(json, "config");
    String type = json.optionalString("mediaType").orElse(MediaTypes.INDEX);
    if (!MediaTypes.isIndex(type)) {
      throw FormatException.malformed(0, "an image index", type);
    }
    List<Json> items = json.array("manifests");
    if (items.size() > MAX_MANIFESTS) {
      throw FormatException.oversized(0, "at most " + MAX_MANIFESTS + " images", "" + items.size());
    }
    List<Descriptor> manifests = new ArrayList<>();
    for (Json item : items) {
      manifests.add(Descriptor.parse(item.asObject("manifest")));
    }
    return new ImageIndex(manifests, json);
  }

  /// An index without images.
  static ImageIndex empty() {
    Json.Obj json =
        Json.object()
            .put("schemaVersion", 2)
            .put("mediaType", MediaTypes.INDEX)
            .put("manifests", Json.array())
            .build();
    return new ImageIndex(List.of(), json);
  }

  /// The same with other images.
  ImageIndex with(List<Descriptor> newManifests) {
    return new ImageIndex(
        newManifests,
        json.with("manifests", Json.array(newManifests.stream().map(Descriptor::json).toList())));
  }

  /// The first image for `platform`.
  public Optional<Descriptor> select(Platform platform) throws FormatException {
    for (Descriptor manifest : manifests) {
      if (platform.matches(manifest)) {
        return Optional.of(manifest);
      }
    }
    return Optional.empty();
  }

  /// The document in UTF-8.
  public Bytes encode() {
    return json.utf8();
  }
}
