package io.vouchsafe.appraisal.why;

import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Json;
import java.util.Objects;
import java.util.Optional;

/// What one piece of evidence was appraised to.
///
/// @param name class and number, as `cpu0`
/// @param tee kind of evidence, as on the wire
/// @param anchor what its signature chain ends in
/// @param status the worst tier of the vector
/// @param vector the trust vector
/// @param claims what the verifier established, where it was recorded: with refusals, and with
///   policies in Rego
public record Submodule(
    String name,
    String tee,
    String anchor,
    String status,
    Json.Obj vector,
    Optional<Json.Obj> claims) {
  public Submodule {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(tee, "tee");
    Objects.requireNonNull(anchor, "anchor");
    Objects.requireNonNull(status, "status");
    Objects.requireNonNull(vector, "vector");
    Objects.requireNonNull(claims, "claims");
  }

  Json.Obj json() {
    return Json.object()
        .put("name", name)
        .put("tee", tee)
        .put("anchor", anchor)
        .put("status", status)
        .put("vector", vector)
        .putIf("claims", claims)
        .build();
  }

  static Submodule parse(Json.Obj submodule) throws FormatException {
    return new Submodule(
        submodule.string("name"),
        submodule.string("tee"),
        submodule.string("anchor"),
        submodule.string("status"),
        submodule.object("vector"),
        Members.object(submodule, "claims"));
  }
}
