package io.vouchsafe.trust.store;

import io.vouchsafe.encoding.Json;
import java.time.Instant;
import java.util.Objects;

/// One version of a policy.
///
/// @param kind what it decides
/// @param id name of the policy within its kind
/// @param version from 1
/// @param body its stored form
/// @param at when it was put
/// @param origin who put it
public record StoredPolicy(
    Kind kind, String id, long version, Json.Obj body, Instant at, PolicyOrigin origin) {

  /// What a policy decides.
  public enum Kind {
    /// What is made of evidence.
    ATTESTATION("attestation"),
    /// Who may have what.
    RELEASE("release");

    private final String text;

    Kind(String text) {
      this.text = text;
    }

    /// The lower-case name.
    public String text() {
      return text;
    }
  }

  public StoredPolicy {
    Objects.requireNonNull(kind, "kind");
    Objects.requireNonNull(id, "id");
    Objects.requireNonNull(body, "body");
    Objects.requireNonNull(at, "at");
    Objects.requireNonNull(origin, "origin");
  }

  /// Who put it.
  public String by() {
    return origin.by();
  }
}
