package io.vouchsafe.trust.core;

import io.vouchsafe.appraisal.Appraisal;
import io.vouchsafe.appraisal.Finding;
import io.vouchsafe.appraisal.RecordedClaims;
import io.vouchsafe.appraisal.SubmoduleResult;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.trust.store.Shared;
import io.vouchsafe.verdict.CheckResult;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/// What entries of the ledger say about the same machine again and again, in the form that the
/// store keeps once. Remembers the texts that were needed last. Thread-safe.
final class Pieces {
  /// About 6 kB each.
  static final int MAX = 1024;

  /// The one check whose values differ with each challenge.
  private static final String OWN_CHECK = "report-data";

  private static final String SUBMODS = "submods";

  // The lock guards the map, which reorders itself on reading.
  private final ReentrantLock lock = new ReentrantLock();
  private final Map<Object, Shared> known =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Object, Shared> eldest) {
          return size() > MAX;
        }
      };

  private record Submodule(
      String name, String tee, String anchor, String status, Appraisal appraisal) {}

  private record Checks(List<CheckResult> results) {}

  private record Findings(List<Finding> findings) {}

  /// Texts of one entry: what it refers to is collected.
  final class Entry {
    private final List<Shared> used = new ArrayList<>();

    List<Shared> used() {
      return used;
    }

    private Json.Obj refer(Object key, Supplier<Json> json) {
      Shared piece = piece(key, json);
      used.add(piece);
      return piece.reference();
    }

    /// What a submodule was appraised to.
    Json.Obj submodule(SubmoduleResult submodule) {
      Object key =
          new Submodule(
              submodule.name(),
              submodule.evidence().tee(),
              submodule.evidence().anchor(),
              submodule.status().text(),
              submodule.appraisal());
      return refer(key, () -> Records.submodule(submodule));
    }

    /// The findings of a policy.
    Json findings(List<Finding> findings) {
      return Json.array(refer(new Findings(findings), () -> Records.findings(findings)));
    }

    /// The claims of one submodule. Not remembered: they are recorded with refusals, and with
    /// policies in Rego, whose evaluation takes longer.
    Json.Obj claims(Json.Obj annotated) {
      Shared piece = Shared.of(RecordedClaims.of(annotated));
      used.add(piece);
      return piece.reference();
    }

    /// The claim set that a release policy saw: what all results of the same boot say is shared.
    Json.Obj input(Json.Obj claims) {
      Json.Obj recorded = RecordedClaims.of(claims);
      if (recorded.present(SUBMODS).orElse(Json.NULL) instanceof Json.Obj submodules
          && !submodules.members().isEmpty()) {
        Shared piece = Shared.of(submodules);
        used.add(piece);
        return recorded.with(SUBMODS, piece.reference());
      }
      return recorded;
    }

    /// The checks of a verification, in their order.
    Json checks(List<CheckResult> results) {
      List<Json> list = new ArrayList<>();
      int from = 0;
      for (int i = 0; i < results.size(); i++) {
        if (results.get(i).check().endsWith(OWN_CHECK)) {
          run(results.subList(from, i), list);
          list.add(Records.check(results.get(i)));
          from = i + 1;
        }
      }
      run(results.subList(from, results.size()), list);
      return Json.array(list);
    }

    private void run(List<CheckResult> results, List<Json> list) {
      if (!results.isEmpty()) {
        list.add(refer(new Checks(results), () -> Records.checks(results)));
      }
    }
  }

  Entry entry() {
    return new Entry();
  }

  private Shared piece(Object key, Supplier<Json> json) {
    lock.lock();
    try {
      Shared there = known.get(key);
      if (there != null) {
        return there;
      }
    } finally {
      lock.unlock();
    }
    Shared made = Shared.of(json.get());
    lock.lock();
    try {
      known.put(key, made);
    } finally {
      lock.unlock();
    }
    return made;
  }

  int size() {
    lock.lock();
    try {
      return known.size();
    } finally {
      lock.unlock();
    }
  }
}
