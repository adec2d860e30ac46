package io.vouchsafe.appraisal;

import java.util.Objects;

/// What a token says about who made it.
///
/// @param profile `eat_profile`
/// @param developer `developer` of `ear.verifier-id`
/// @param build `build` of `ear.verifier-id`
/// @param issuer `iss`
public record EarIdentity(String profile, String developer, String build, String issuer) {

  /// Ours, under the profile of the reference broker, whose claim names these tokens use.
  public static final EarIdentity VOUCHSAFE =
      new EarIdentity(
          "tag:github.com,2024:confidential-containers/Trustee",
          "vouchsafe",
          "vouchsafe",
          "vouchsafe");

  public EarIdentity {
    Objects.requireNonNull(profile, "profile");
    Objects.requireNonNull(developer, "developer");
    Objects.requireNonNull(build, "build");
    Objects.requireNonNull(issuer, "issuer");
  }
}
