package io.vouchsafe.trust.core;

import io.vouchsafe.appraisal.AttestationResult;
import io.vouchsafe.trust.store.Snapshot;
import io.vouchsafe.trust.store.Tenant;
import java.lang.ref.WeakReference;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/// On which state the newest results were appraised. A release appraises again what it is decided
/// on; where neither policy nor values changed since, and no value came to its end, that would come
/// to what the result says. Thread-safe.
final class Appraised {
  /// As many as there are results of tokens in memory; what is not known is appraised again.
  static final int MAX = IssuedTokens.MAX;

  // A result that nobody else has any more can hold for nobody: it is not kept for this.
  private record Known(
      Tenant tenant, WeakReference<AttestationResult> result, long generation, Instant at) {}

  // The lock guards the map.
  private final ReentrantLock lock = new ReentrantLock();
  private final Newest<String, Known> byId = new Newest<>(MAX, MAX, _ -> 1);

  void remember(Tenant tenant, AttestationResult result, Snapshot snapshot, Instant at) {
    lock.lock();
    try {
      byId.put(
          result.id(), new Known(tenant, new WeakReference<>(result), snapshot.generation(), at));
    } finally {
      lock.unlock();
    }
  }

  /// Whether an appraisal on `snapshot` at `at` would come to what `result` says. Only for the very
  /// object that was remembered: the id of a foreign token is whatever its issuer wrote.
  boolean holds(Tenant tenant, AttestationResult result, Snapshot snapshot, Instant at) {
    Optional<Known> found = find(result.id());
    if (found.isEmpty()) {
      return false;
    }
    Known known = found.get();
    return known.result().refersTo(result)
        && known.tenant().equals(tenant)
        && known.generation() == snapshot.generation()
        && snapshot.referenceValues().sameAt(known.at(), at);
  }

  private Optional<Known> find(String id) {
    lock.lock();
    try {
      return byId.get(id);
    } finally {
      lock.unlock();
    }
  }

  int size() {
    lock.lock();
    try {
      return byId.size();
    } finally {
      lock.unlock();
    }
  }
}
