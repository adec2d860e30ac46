package io.vouchsafe.appraisal.why;

import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Json;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Objects;

/// The version of a policy that a decision was taken by.
///
/// @param kind `attestation` or `release`
/// @param id name of the policy within its kind
/// @param version from 1; 0 of a candidate, which is only tried
/// @param type `builtin` or `rego`
/// @param name of a built-in policy; of one in Rego the classes of evidence that it is for, if any
/// @param digest `sha256:` and the digest of its stored form in canonical JSON
public record UsedPolicy(
    String kind, String id, long version, String type, String name, String digest) {
  public UsedPolicy {
    Objects.requireNonNull(kind, "kind");
    Objects.requireNonNull(id, "id");
    Objects.requireNonNull(type, "type");
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(digest, "digest");
  }

  /// Of the form in which a record has it: `{kind, id, version, body}`.
  static UsedPolicy of(Json.Obj recorded) {
    Json.Obj body = Members.object(recorded, "body").orElse(Json.object().build());
    String name =
        Members.object(body, "classes")
            .map(classes -> String.join(", ", classes.members().keySet()))
            .orElse(Members.text(body, "name"));
    return new UsedPolicy(
        Members.text(recorded, "kind"),
        Members.text(recorded, "id"),
        Members.number(recorded, "version"),
        Members.text(body, "type"),
        name,
        digest(body));
  }

  /// `sha256:` and the digest of a policy's stored form in canonical JSON.
  public static String digest(Json.Obj body) {
    try {
      byte[] text = body.canonical().getBytes(StandardCharsets.UTF_8);
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(text);
      return "sha256:" + HexFormat.of().formatHex(digest);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  Json.Obj json() {
    return Json.object()
        .put("kind", kind)
        .put("id", id)
        .put("version", version)
        .put("type", type)
        .put("name", name)
        .put("digest", digest)
        .build();
  }

  static UsedPolicy parse(Json.Obj policy) throws FormatException {
    return new UsedPolicy(
        policy.string("kind"),
        policy.string("id"),
        policy.integer("version"),
        policy.string("type"),
        policy.string("name"),
        policy.string("digest"));
  }
}
