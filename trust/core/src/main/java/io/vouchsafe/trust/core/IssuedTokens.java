package io.vouchsafe.trust.core;

import io.vouchsafe.appraisal.AttestationResult;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/// Results of the newest tokens that this process signed. A guest shows the same token again and
/// again: one that is equal to the last byte needs no second look at its signature.
final class IssuedTokens {
  /// A result with its token takes about 100 kB when the guest measured its boot. Guests ask for
  /// what they need right after they attested.
  static final int MAX = 128;

  // The lock guards the map.
  private final ReentrantLock lock = new ReentrantLock();
  private final Map<String, AttestationResult> byToken =
      new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, AttestationResult> eldest) {
          return size() > MAX;
        }
      };

  void remember(AttestOutcome.Attested attested) {
    lock.lock();
    try {
      byToken.put(attested.token(), attested.result());
    } finally {
      lock.unlock();
    }
  }

  /// The result, if the token is known; past its end or not.
  Optional<AttestationResult> find(String token) {
    lock.lock();
    try {
      return Optional.ofNullable(byToken.get(token));
    } finally {
      lock.unlock();
    }
  }
}
