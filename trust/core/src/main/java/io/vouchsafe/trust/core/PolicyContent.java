package io.vouchsafe.trust.core;

import io.vouchsafe.encoding.Json;
import java.util.LinkedHashMap;
import java.util.Map;

/// The text of a policy as people know it, and its digest.
///
/// @param text of a policy in one text that text, as it was put; of any other its JSON
/// @param digest SHA-256 of the text in UTF-8, lower-case hexadecimal: that of the file that was
///   put
public record PolicyContent(String text, String digest) {

  /// The content of a stored form.
  public static PolicyContent of(Json.Obj body) {
    return body.get("text").orElse(Json.NULL) instanceof Json.Str(String text)
        ? of(text)
        : of(body.canonical());
  }

  /// The texts of an attestation policy by class of evidence; none if it is built in.
  public static Map<String, PolicyContent> classes(Json.Obj body) {
    Map<String, PolicyContent> contents = new LinkedHashMap<>();
    if (body.get("classes").orElse(Json.NULL) instanceof Json.Obj classes) {
      classes
          .members()
          .forEach((name, value) -> {
            if (value instanceof Json.Str(String text)) {
              contents.put(name, of(text));
            }
          });
    }
    return contents;
  }

  private static PolicyContent of(String text) {
    return new PolicyContent(text, Digests.of(text));
  }
}
