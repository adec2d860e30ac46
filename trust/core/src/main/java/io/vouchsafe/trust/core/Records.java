package io.vouchsafe.trust.core;

import io.vouchsafe.appraisal.Finding;
import io.vouchsafe.appraisal.SubmoduleResult;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.trust.store.StoredPolicy;
import io.vouchsafe.verdict.CheckResult;
import io.vouchsafe.verdict.Refusal;
import java.util.List;
import java.util.Locale;

/// How things are written into the ledger.
final class Records {
  /// Longest text of a check's expected or found value: what guests send must not blow up entries.
  private static final int MAX_TEXT = 1024;

  private Records() {}

  static Json refusal(Refusal refusal) {
    return Json.object()
        .put("code", refusal.code().name())
        .put("check", refusal.check())
        .put("expected", cut(refusal.expected()))
        .put("found", cut(refusal.found()))
        .build();
  }

  static Json checks(List<CheckResult> results) {
    return Json.array(results.stream().map(Records::check).toList());
  }

  static Json check(CheckResult result) {
    Json.ObjBuilder check =
        Json.object()
            .put("check", result.check())
            .put("outcome", result.outcome().name().toLowerCase(Locale.ROOT));
    if (!result.expected().equals(result.found())) {
      check.put("expected", cut(result.expected()));
    }
    return check.put("found", cut(result.found())).build();
  }

  static Json findings(List<Finding> findings) {
    return Json.array(findings.stream().map(Finding::json).toList());
  }

  static Json policy(StoredPolicy policy) {
    return Json.object()
        .put("kind", policy.kind().text())
        .put("id", policy.id())
        .put("version", policy.version())
        .put("body", policy.body())
        .build();
  }

  static Json.Obj submodule(SubmoduleResult submodule) {
    return Json.object()
        .put("name", submodule.name())
        .put("tee", submodule.evidence().tee())
        .put("anchor", submodule.evidence().anchor())
        .put("status", submodule.status().text())
        .put("vector", submodule.appraisal().vector().json())
        .put("appraisal", findings(submodule.appraisal().findings()))
        .build();
  }

  private static String cut(String text) {
    return text.length() <= MAX_TEXT ? text : text.substring(0, MAX_TEXT) + '…';
  }
}
