package io.vouchsafe.appraisal;

import io.vouchsafe.encoding.Json;
import io.vouchsafe.verdict.Code;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/// One run of a built-in release policy.
final class BuiltInRelease {
  /// Name of the reference values that registered init-data has.
  private static final String INIT_DATA = "init_data";

  private static final String RESOURCE = "resource";

  private final AttestationResult result;
  private final ReleasePolicy.Request request;
  private final Findings findings;

  BuiltInRelease(
      AttestationResult result, ReleasePolicy.Request request, ReferenceValues values, Instant at) {
    this.result = result;
    this.request = request;
    this.findings = new Findings(values, at);
  }

  List<Finding> byDefault() {
    affirm();
    initData();
    return findings.list();
  }

  List<Finding> affirming() {
    affirm();
    return findings.list();
  }

  List<Finding> trusteeDefault() {
    if (plugin()) {
      boolean sample =
          result.submodules().stream()
              .anyMatch(it -> it.name().equals("cpu0") && it.evidence().tee().equals("sample"));
      findings.require(
          ReleaseCheck.NOT_SAMPLE,
          !sample,
          Code.POLICY_DENIED,
          "evidence other than sample",
          statuses());
    }
    return findings.list();
  }

  List<Finding> trusteeAffirming() {
    findings.require(
        ReleaseCheck.STATUS,
        result.affirming(),
        Code.POLICY_DENIED,
        "affirming in every submodule",
        statuses());
    return findings.list();
  }

  List<Finding> allowAll() {
    plugin();
    return findings.list();
  }

  List<Finding> denyAll() {
    findings.fail(
        ReleaseCheck.ALLOWED, Code.POLICY_DENIED, "a policy that allows something", "deny-all");
    return findings.list();
  }

  private boolean plugin() {
    return findings.require(
        ReleaseCheck.PLUGIN,
        request.plugin().equals(RESOURCE),
        Code.POLICY_DENIED,
        RESOURCE,
        request.plugin());
  }

  /// The code is that of the appraisal's first failed check.
  private void affirm() {
    Code code = result.firstFailure().flatMap(Finding::code).orElse(Code.NOT_AFFIRMING);
    findings.require(
        ReleaseCheck.AFFIRMING,
        result.affirming(),
        code,
        "affirming in every submodule",
        statuses());
  }

  /// Only primary evidence binds init-data, so at least one submodule must, and none may bind
  /// other.
  private void initData() {
    List<String> digests =
        result.submodules().stream()
            .flatMap(submodule -> submodule.evidence().initData().stream())
            .map(EvidenceClaims.InitData::digest)
            .distinct()
            .toList();
    if (digests.isEmpty()) {
      findings.reference(
          ReleaseCheck.INIT_DATA, INIT_DATA, Optional.empty(), Code.INIT_DATA_UNEXPECTED);
    }
    for (String digest : digests) {
      findings.reference(
          ReleaseCheck.INIT_DATA,
          INIT_DATA,
          Optional.of(Json.of(digest)),
          Code.INIT_DATA_UNEXPECTED);
    }
  }

  private String statuses() {
    return result.submodules().isEmpty()
        ? "no submodule"
        : result.submodules().stream()
            .map(submodule -> submodule.name() + " " + submodule.status().text())
            .collect(Collectors.joining(", "));
  }
}
