package io.vouchsafe.trust.core;

import io.vouchsafe.trust.store.Exchange;
import io.vouchsafe.trust.store.Store;
import io.vouchsafe.trust.store.StoreException;
import io.vouchsafe.trust.store.Tenant;
import io.vouchsafe.verdict.Code;
import io.vouchsafe.verdict.RefusedException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.locks.ReentrantLock;

/// Open sessions, in memory and, a little later, in the store. A challenge that is lost because the
/// process was killed makes its guest ask again, nothing else. That a challenge was *used* is
/// written together with the ledger entry of its result, before the guest sees that. The token of a
/// finished session is in memory only, and only of the newest: a guest that comes back with a
/// cookie whose token is gone asks again, one that shows the token itself need not.
final class Sessions {
  /// Kind of the exchanges in the store.
  static final String KIND = "rcar";

  /// Most sessions at a time: with five minutes of life, 300 new ones each second.
  static final int MAX_OPEN = 100_000;

  /// Tokens that are kept; about 6 kB each.
  private static final int MAX_TOKENS = 4096;

  private record Key(Tenant tenant, String id) {}

  private record Ending(Key key, Instant expires) {}

  private final Store store;
  private final ConcurrentMap<Key, Session> open = new ConcurrentHashMap<>();
  // All sessions live equally long, so the order of arrival is the order of ending.
  private final Queue<Ending> endings = new ConcurrentLinkedQueue<>();

  // The lock guards the tokens.
  private final ReentrantLock lock = new ReentrantLock();
  private final Map<Key, String> tokens =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Key, String> eldest) {
          return size() > MAX_TOKENS;
        }
      };

  Sessions(Store store) {
    this.store = store;
  }

  /// Opens a session.
  ///
  /// @throws RefusedException with [Code#RATE_LIMITED] if there are too many
  void add(Tenant tenant, String id, Session session, Instant at) throws RefusedException {
    sweep(at);
    if (open.size() >= MAX_OPEN) {
      throw new RefusedException(
          TransactionCheck.LOAD,
          Code.RATE_LIMITED,
          "fewer than " + MAX_OPEN + " open sessions",
          Integer.toString(open.size()));
    }
    enter(new Key(tenant, id), session);
    save(tenant, id, session);
  }

  /// Two requests may read the same session back at once: the first one's copy is the one that is
  /// locked and counted.
  private Session enter(Key key, Session session) {
    Session there = open.putIfAbsent(key, session);
    if (there != null) {
      return there;
    }
    endings.add(new Ending(key, session.expires()));
    return session;
  }

  private void sweep(Instant at) {
    for (Ending next = endings.peek();
        next != null && !at.isBefore(next.expires());
        next = endings.peek()) {
      if (endings.remove(next)) {
        open.remove(next.key());
      }
    }
  }

  /// The session of that id, from an earlier process too.
  ///
  /// @throws RefusedException if it is unknown or past its end
  Session get(Tenant tenant, String id, Instant at) throws RefusedException, StoreException {
    Key key = new Key(tenant, id);
    Session session = open.get(key);
    if (session == null) {
      Optional<Exchange> left = store.exchange(tenant, KIND, id);
      if (left.isEmpty()) {
        throw new RefusedException(
            TransactionCheck.SESSION, Code.SESSION_UNKNOWN, "an open session", "none of that id");
      }
      session = Session.of(left.get());
      if (at.isBefore(session.expires())) {
        session = enter(key, session);
      }
    }
    if (!at.isBefore(session.expires())) {
      throw new RefusedException(
          TransactionCheck.SESSION,
          Code.SESSION_EXPIRED,
          "an answer before " + session.expires(),
          "one at " + at);
    }
    return session;
  }

  /// Keeps the token of a session that has a result now.
  void finish(Tenant tenant, String id, Session session, String token) {
    lock.lock();
    try {
      tokens.put(new Key(tenant, id), token);
    } finally {
      lock.unlock();
    }
    session.succeed();
  }

  /// The token of a session that has a result.
  ///
  /// @throws RefusedException with [Code#SESSION_UNKNOWN] if it is not kept any more
  String token(Tenant tenant, String id) throws RefusedException {
    lock.lock();
    try {
      String token = tokens.get(new Key(tenant, id));
      if (token != null) {
        return token;
      }
    } finally {
      lock.unlock();
    }
    throw new RefusedException(
        TransactionCheck.SESSION,
        Code.SESSION_UNKNOWN,
        "a session whose token is kept",
        "one that was finished before the server was started, or long ago");
  }

  /// Writes the session's state some time soon.
  void save(Tenant tenant, String id, Session session) {
    Exchange exchange = session.exchange(id);
    store.writeSoon(
        tenant,
        tx -> {
          tx.putExchange(exchange);
          return exchange;
        });
  }
}
