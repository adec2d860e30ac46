package io.vouchsafe.oci;

import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Json;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/// A reference to content: type, digest, size, annotations. Members that this version does not know
/// are kept when the descriptor is written again.
public final class Descriptor {
  /// More than any registry takes.
  static final long MAX_SIZE = 1L << 42;

  private final String mediaType;
  private final Digest digest;
  private final long size;
  private final Map<String, String> annotations;
  private final Json.Obj json;

  private Descriptor(
      String mediaType, Digest digest, long size, Map<String, String> annotations, Json.Obj json) {
    this.mediaType = mediaType;
    this.digest = digest;
    this.size = size;
    this.annotations = annotations;
    this.json = json;
  }

  /// A descriptor without annotations.
  public static Descriptor of(String mediaType, Digest digest, long size) {
    Json.Obj json =
        Json.object()
            .put("mediaType", mediaType)
            .put("digest", digest.toString())
            .put("size", size)
            .build();
    return new Descriptor(mediaType, digest, size, Map.of(), json);
  }

  /// Reads one.
  ///
  /// @throws FormatException if a member is missing or out of range
  public static Descriptor parse(Json.Obj json) throws FormatException {
    long size = json.integer("size");
    if (size < 0 || size > MAX_SIZE) {
      throw FormatException.malformed(0, "a size from 0 to " + MAX_SIZE, Long.toString(size));
    }
    Map<String, String> annotations = new LinkedHashMap<>();
    Optional<Json> member = json.present("annotations");
    if (member.isPresent()) {
      for (var entry : member.get().asObject("annotations").members().entrySet()) {
        annotations.put(entry.getKey(), entry.getValue().asString(entry.getKey()));
      }
    }
    return new Descriptor(
        json.string("mediaType"),
        Digest.parse(json.string("digest")),
        size,
        Collections.unmodifiableMap(annotations),
        json);
  }

  public String mediaType() {
    return mediaType;
  }

  public Digest digest() {
    return digest;
  }

  /// Length of the content in bytes.
  public long size() {
    return size;
  }

  public Map<String, String> annotations() {
    return annotations;
  }

  public Optional<String> annotation(String name) {
    return Optional.ofNullable(annotations.get(name));
  }

  /// The descriptor as it is written.
  public Json.Obj json() {
    return json;
  }

  /// The same with other content; annotations and unknown members stay.
  Descriptor withContent(String newType, Digest newDigest, long newSize) {
    return new Descriptor(
        newType,
        newDigest,
        newSize,
        annotations,
        json.with("mediaType", Json.of(newType))
            .with("digest", Json.of(newDigest.toString()))
            .with("size", Json.of(newSize)));
  }

  /// The same with other annotations; none at all leaves the member out.
  Descriptor withAnnotations(Map<String, String> newAnnotations) {
    Map<String, Json> members = new LinkedHashMap<>();
    newAnnotations.forEach((name, value) -> members.put(name, Json.of(value)));
    Json.Obj written =
        members.isEmpty()
            ? json.without("annotations")
            : json.with("annotations", Json.object(members));
    return new Descriptor(
        mediaType,
        digest,
        size,
        Collections.unmodifiableMap(new LinkedHashMap<>(newAnnotations)),
        written);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Descriptor descriptor && json.equals(descriptor.json);
  }

  @Override
  public int hashCode() {
    return json.hashCode();
  }

  @Override
  public String toString() {
    return digest + " (" + size + " bytes, " + mediaType + ")";
  }
}
