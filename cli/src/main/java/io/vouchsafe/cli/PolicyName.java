package io.vouchsafe.cli;

import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Json;
import java.util.Optional;

/// Which policy of a tenant is meant: `release`, `attestation`, or `attestation/CLASS` for what it
/// says about one class of evidence.
///
/// @param kind `release` or `attestation`
/// @param teeClass `cpu`, `gpu`, …
record PolicyName(String kind, Optional<String> teeClass) {
  private static final String CLASSES = "classes";

  /// Parses a name.
  static PolicyName parse(String name) throws Failure {
    int slash = name.indexOf('/');
    String kind = slash < 0 ? name : name.substring(0, slash);
    String rest = slash < 0 ? "" : name.substring(slash + 1);
    boolean known =
        slash < 0
            ? kind.equals("release") || kind.equals("attestation")
            : kind.equals("attestation") && rest.matches("[A-Za-z0-9._-]{1,64}");
    if (!known) {
      throw new Failure(
          "'%s' is no policy: release, attestation, or attestation/CLASS, as in attestation/cpu"
              .formatted(name));
    }
    return new PolicyName(kind, rest.isEmpty() ? Optional.empty() : Optional.of(rest));
  }

  /// What this names in the stored form of a policy: a text, or JSON where there is no one text.
  ///
  /// @throws Failure if the class is appraised by the built-in rules
  String text(Json.Obj policy) throws FormatException, Failure {
    if (teeClass.isEmpty()) {
      Optional<String> text = policy.optionalString("text");
      return text.isPresent() ? text.get() : policy.canonical();
    }
    Json.Obj classes =
        policy.present(CLASSES).isEmpty() ? Json.object().build() : policy.object(CLASSES);
    Optional<String> text = classes.optionalString(teeClass.get());
    return text.orElseThrow(() ->
        new Failure(
            "evidence of class %s is appraised by the built-in rules there"
                .formatted(teeClass.get())));
  }

  @Override
  public String toString() {
    return teeClass.map(it -> kind + "/" + it).orElse(kind);
  }
}
