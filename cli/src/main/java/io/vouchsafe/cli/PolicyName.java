package io.vouchsafe.cli;

import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Json;
import java.util.Map;
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
    Optional<String> text = classes(policy).optionalString(teeClass.get());
    return text.orElseThrow(() ->
        new Failure(
            "evidence of class %s is appraised by the built-in rules there"
                .formatted(teeClass.get())));
  }

  /// The same for comparisons, line by line: the texts of several classes one after another, each
  /// below its name, and nothing for a class that is appraised by the built-in rules.
  String lines(Json.Obj policy) throws FormatException {
    if (teeClass.isPresent()) {
      return classes(policy).optionalString(teeClass.get()).orElse("");
    }
    if (policy.present(CLASSES).isEmpty()) {
      return policy.optionalString("text").orElse(policy.canonical() + "\n");
    }
    StringBuilder all = new StringBuilder();
    for (Map.Entry<String, Json> one : classes(policy).members().entrySet()) {
      String text = one.getValue().asString(one.getKey());
      all.append("# class ").append(one.getKey()).append('\n').append(text);
      if (!text.endsWith("\n")) {
        all.append('\n');
      }
    }
    return all.toString();
  }

  private static Json.Obj classes(Json.Obj policy) throws FormatException {
    return policy.present(CLASSES).isEmpty() ? Json.object().build() : policy.object(CLASSES);
  }

  @Override
  public String toString() {
    return teeClass.map(it -> kind + "/" + it).orElse(kind);
  }
}
