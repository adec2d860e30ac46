package io.vouchsafe.appraisal;

import io.vouchsafe.verdict.Check;
import io.vouchsafe.verdict.Code;

/// The checks of the built-in release policies.
public enum ReleaseCheck implements Check {
  /// Bears the code of the first failed check of the appraisal, so any that one may have.
  AFFIRMING("release.affirming", "Every submodule is affirming", Code.values()),
  INIT_DATA(
      "release.init-data",
      "The init-data is that of a reference value",
      Code.INIT_DATA_UNEXPECTED,
      Code.NO_REFERENCE_VALUE,
      Code.REFERENCE_VALUE_EXPIRED),
  PLUGIN("release.plugin", "The plugin is one that the policy allows", Code.POLICY_DENIED),
  NOT_SAMPLE(
      "release.not-sample",
      "The evidence is not of the kind that proves nothing",
      Code.POLICY_DENIED),
  STATUS("release.status", "No submodule has a status other than affirming", Code.POLICY_DENIED),
  ALLOWED("release.allowed", "The policy allows anything at all", Code.POLICY_DENIED);

  private final Definition definition;

  ReleaseCheck(String id, String title, Code... codes) {
    definition = new Definition(id, title, codes);
  }

  @Override
  public Definition definition() {
    return definition;
  }
}
