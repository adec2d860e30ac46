package io.vouchsafe.trust.core;

import io.vouchsafe.encoding.Json;
import io.vouchsafe.trust.store.Shared;
import io.vouchsafe.trust.store.Store;
import io.vouchsafe.trust.store.StoreException;
import io.vouchsafe.trust.store.Tenant;
import io.vouchsafe.verdict.CheckResult;
import io.vouchsafe.verdict.Code;
import io.vouchsafe.verdict.Refusal;
import io.vouchsafe.verdict.RefusedException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/// Makes refusals and sees to it that each is recorded: as an entry of its own once the evidence
/// proved something, else counted, one entry per minute and reason, so that a flood of nonsense
/// cannot fill the ledger.
///
/// Counts of the running minute are in memory; a kill loses them, not what they were about, as
/// nothing was given away.
final class Refusals {
  private static final Duration PERIOD = Duration.ofMinutes(1);

  /// Own entries per minute and tenant for evidence that was genuine but did not belong to the
  /// session: one genuine quote can be offered again and again.
  private static final int MAX_OWN_ENTRIES = 60;

  /// How many counted refusals can be asked about by id.
  private static final int REMEMBERED = 512;

  private record Reason(Tenant tenant, Step step, Code code, String check) {}

  private final Store store;
  private final Ids ids;

  // The lock guards everything below.
  private final ReentrantLock lock = new ReentrantLock();
  private final Map<Reason, Long> counts = new HashMap<>();
  private final Map<Tenant, Integer> ownEntries = new HashMap<>();
  private final Map<String, Json.Obj> recent =
      new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Json.Obj> eldest) {
          return size() > REMEMBERED;
        }
      };
  private Instant since = Instant.EPOCH;

  Refusals(Store store, Ids ids) {
    this.store = store;
    this.ids = ids;
  }

  /// The store cannot answer: nothing can be recorded, and nothing is given away.
  Refused store(Step step, StoreException e) {
    TransactionCheck check =
        e.code() == Code.CLOCK_STEPPED_BACK ? TransactionCheck.CLOCK : TransactionCheck.STORE;
    return new Refused(
        ids.next(),
        step,
        Refusal.of(check, e.code(), check.title(), String.valueOf(e.getMessage())));
  }

  /// A refusal of something that proved nothing.
  Refused counted(Tenant tenant, Step step, Refusal refusal, Instant at) {
    Refused refused = new Refused(ids.next(), step, refusal);
    lock.lock();
    try {
      turn(at);
      counts.merge(new Reason(tenant, step, refusal.code(), refusal.check()), 1L, Long::sum);
      recent.put(
          key(tenant, refused.id()),
          Json.object()
              .put("id", refused.id())
              .put("at", at.toString())
              .put("kind", "counted")
              .put("step", step.text())
              .put("outcome", "refused")
              .put("refusal", Records.refusal(refusal))
              .build());
    } finally {
      lock.unlock();
    }
    return refused;
  }

  /// A refusal by a verifier: counted unless a signature was verified before it refused.
  Refused verification(Tenant tenant, RefusedException e, Json.Obj subject, Instant at) {
    if (!proven(e) || !mayOwnEntry(tenant, at)) {
      return counted(tenant, Step.VERIFY, e.refusal(), at);
    }
    Json.Obj body =
        Json.object().put("subject", subject).put("checks", Records.checks(e.results())).build();
    return recorded(tenant, Step.VERIFY, "attest", e.refusal(), body);
  }

  private static boolean proven(RefusedException e) {
    return e.results().stream()
        .anyMatch(result ->
            result.outcome() == CheckResult.Outcome.PASSED && result.check().endsWith("signature"));
  }

  private boolean mayOwnEntry(Tenant tenant, Instant at) {
    lock.lock();
    try {
      turn(at);
      return ownEntries.merge(tenant, 1, Integer::sum) <= MAX_OWN_ENTRIES;
    } finally {
      lock.unlock();
    }
  }

  /// A refusal with an entry of its own, durable when this returns.
  ///
  /// @param body members that follow step, outcome and refusal
  Refused recorded(Tenant tenant, Step step, String kind, Refusal refusal, Json.Obj body) {
    return recorded(tenant, step, kind, refusal, body, List.of());
  }

  /// As above.
  ///
  /// @param shared the pieces that `body` refers to
  Refused recorded(
      Tenant tenant, Step step, String kind, Refusal refusal, Json.Obj body, List<Shared> shared) {
    Refused refused = new Refused(ids.next(), step, refusal);
    Json.Obj whole = refusedBody(refused, body);
    try {
      store.write(tenant, tx -> tx.append(refused.id(), kind, whole, shared));
      return refused;
    } catch (StoreException e) {
      return store(step, e);
    }
  }

  static Json.Obj refusedBody(Refused refused, Json.Obj body) {
    Json.ObjBuilder entry =
        Json.object()
            .put("step", refused.step().text())
            .put("outcome", "refused")
            .put("refusal", Records.refusal(refused.refusal()));
    body.members().forEach(entry::put);
    return entry.build();
  }

  /// What is remembered of a counted refusal.
  Optional<Json.Obj> remembered(Tenant tenant, String id) {
    lock.lock();
    try {
      return Optional.ofNullable(recent.get(key(tenant, id)));
    } finally {
      lock.unlock();
    }
  }

  private static String key(Tenant tenant, String id) {
    return tenant + "/" + id;
  }

  /// Writes the counts of a minute that is over.
  void turn() {
    try {
      Instant at = store.now();
      lock.lock();
      try {
        turn(at);
      } finally {
        lock.unlock();
      }
    } catch (StoreException _) {
      // The counts stay until the store answers again.
      return;
    }
  }

  private void turn(Instant at) {
    if (at.isBefore(since.plus(PERIOD))) {
      return;
    }
    flush(at);
    since = at;
  }

  /// Writes all counts, at the end of a minute or of the process.
  void flush() {
    lock.lock();
    try {
      flush(since.plus(PERIOD));
    } finally {
      lock.unlock();
    }
  }

  private void flush(Instant to) {
    counts.forEach((reason, count) -> flush(reason, count, to));
    counts.clear();
    ownEntries.clear();
  }

  private void flush(Reason reason, long count, Instant to) {
    Json.Obj body =
        Json.object()
            .put("step", reason.step().text())
            .put("outcome", "refused")
            .put("code", reason.code().name())
            .put("check", reason.check())
            .put("count", count)
            .put("from", since.toString())
            .put("to", to.toString())
            .build();
    String id = ids.next();
    store.writeSoon(reason.tenant(), tx -> tx.append(id, "refusals", body));
  }
}
