package io.vouchsafe.trust.core;

import io.vouchsafe.appraisal.AttestationResult;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/// Results of the newest tokens that this process signed. A guest shows the same token again and
/// again: one that is equal to the last byte needs no second look at its signature.
final class IssuedTokens {
  /// Guests ask for what they need right after they attested.
  static final int MAX = 128;

  /// Most characters of the tokens together; a result takes some times what its token does.
  static final long MAX_LENGTH = 8L << 20;

  // The lock guards the map.
  private final ReentrantLock lock = new ReentrantLock();
  private final Newest<String, AttestOutcome.Attested> byToken =
      new Newest<>(MAX, MAX_LENGTH, attested -> attested.token().length());

  void remember(AttestOutcome.Attested attested) {
    lock.lock();
    try {
      byToken.put(attested.token(), attested);
    } finally {
      lock.unlock();
    }
  }

  /// The result, if the token is known; past its end or not.
  Optional<AttestationResult> find(String token) {
    lock.lock();
    try {
      return byToken.get(token).map(AttestOutcome.Attested::result);
    } finally {
      lock.unlock();
    }
  }
}
