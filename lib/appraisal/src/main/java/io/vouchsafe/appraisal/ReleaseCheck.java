package io.vouchsafe.appraisal;

import io.vouchsafe.verdict.Check;
import io.vouchsafe.verdict.Code;
import java.util.EnumSet;
import java.util.Set;

/// The checks of the built-in release policies.
public enum ReleaseCheck implements Check {
  /// Bears the code of the first failed check of the appraisal, so any that one may have.
  AFFIRMING("release.affirming", "Every submodule is affirming") {
    @Override
    public Set<Code> codes() {
      return EnumSet.allOf(Code.class);
    }
  },
  INIT_DATA("release.init-data", "The init-data is that of a reference value") {
    @Override
    public Set<Code> codes() {
      return EnumSet.of(
          Code.INIT_DATA_UNEXPECTED, Code.NO_REFERENCE_VALUE, Code.REFERENCE_VALUE_EXPIRED);
    }
  },
  PLUGIN("release.plugin", "The plugin is one that the policy allows") {
    @Override
    public Set<Code> codes() {
      return EnumSet.of(Code.POLICY_DENIED);
    }
  },
  NOT_SAMPLE("release.not-sample", "The evidence is not of the kind that proves nothing") {
    @Override
    public Set<Code> codes() {
      return EnumSet.of(Code.POLICY_DENIED);
    }
  },
  STATUS("release.status", "No submodule has a status other than affirming") {
    @Override
    public Set<Code> codes() {
      return EnumSet.of(Code.POLICY_DENIED);
    }
  },
  ALLOWED("release.allowed", "The policy allows anything at all") {
    @Override
    public Set<Code> codes() {
      return EnumSet.of(Code.POLICY_DENIED);
    }
  };

  private final String id;
  private final String title;

  ReleaseCheck(String id, String title) {
    this.id = id;
    this.title = title;
  }

  @Override
  public String id() {
    return id;
  }

  @Override
  public String title() {
    return title;
  }
}
