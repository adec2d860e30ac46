package io.vouchsafe.oci;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.encoding.JsonLimits;
import java.util.ArrayList;
import java.util.List;

/// An image manifest (OCI, or Docker's schema 2). Unknown members are kept when it is written
/// again.
///
/// @param config descriptor of the configuration
/// @param layers lowest first
/// @param json the whole document
public record Manifest(Descriptor config, List<Descriptor> layers, Json.Obj json) {
  /// What registries take at most.
  public static final int MAX_BYTES = 4 << 20;

  /// More than any storage driver mounts.
  public static final int MAX_LAYERS = 512;

  static final JsonLimits LIMITS = new JsonLimits(MAX_BYTES, 32, 200_000, 32);

  public Manifest {
    layers = List.copyOf(layers);
  }

  /// Parses a manifest.
  ///
  /// @throws FormatException if it is malformed, of another kind, or could be read as two kinds
  public static Manifest parse(Bytes text) throws FormatException {
    Json.Obj json = Json.parseObject(text, LIMITS);
    requireVersion(json);
    // A document that is manifest and index at once means different images to different readers.
    forbid(json, "manifests");
    String type = json.optionalString("mediaType").orElse(MediaTypes.MANIFEST);
    if (!MediaTypes.isManifest(type)) {
      throw FormatException.malformed(0, "an image manifest", type);
    }
    List<Json> items = json.array("layers");
    if (items.size() > MAX_LAYERS) {
      throw FormatException.oversized(0, "at most " + MAX_LAYERS + " layers", "" + items.size());
    }
    List<Descriptor> layers = new ArrayList<>();
    for (Json item : items) {
      layers.add(Descriptor.parse(item.asObject("layer")));
    }
    return new Manifest(Descriptor.parse(json.object("config")), layers, json);
  }

  static void requireVersion(Json.Obj json) throws FormatException {
    long version = json.integer("schemaVersion");
    if (version != 2) {
      throw FormatException.malformed(0, "schemaVersion 2", Long.toString(version));
    }
  }

  static void forbid(Json.Obj json, String member) throws FormatException {
    if (json.get(member).isPresent()) {
      throw FormatException.malformed(0, "no member \"" + member + "\" here", "one");
    }
  }

  /// A new OCI manifest.
  public static Manifest of(Descriptor config, List<Descriptor> layers) {
    Json.Obj json =
        Json.object()
            .put("schemaVersion", 2)
            .put("mediaType", MediaTypes.MANIFEST)
            .put("config", config.json())
            .put("layers", Json.array(layers.stream().map(Descriptor::json).toList()))
            .build();
    return new Manifest(config, layers, json);
  }

  /// The same image as an OCI manifest with other descriptors; all else stays.
  Manifest with(Descriptor newConfig, List<Descriptor> newLayers) {
    Json.Obj written =
        json.with("mediaType", Json.of(MediaTypes.MANIFEST))
            .with("config", newConfig.json())
            .with("layers", Json.array(newLayers.stream().map(Descriptor::json).toList()));
    return new Manifest(newConfig, newLayers, written);
  }

  /// The media type that the document states.
  public String mediaType() {
    return json.get("mediaType").orElse(Json.NULL) instanceof Json.Str(String type)
        ? type
        : MediaTypes.MANIFEST;
  }

  /// The document in UTF-8.
  public Bytes encode() {
    return json.utf8();
  }
}
