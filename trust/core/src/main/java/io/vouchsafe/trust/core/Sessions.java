package io.vouchsafe.trust.core;

import io.vouchsafe.trust.store.Exchange;
import io.vouchsafe.trust.store.Store;
import io.vouchsafe.trust.store.StoreException;
import io.vouchsafe.trust.store.Tenant;
import io.vouchsafe.verdict.Code;
import io.vouchsafe.verdict.RefusedException;
import java.time.Instant;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/// Sessions, in memory. One that is still open after about a second is written to the store too; a
/// challenge that is lost because the process was killed before makes its guest ask again, nothing
/// else. That a challenge of a written session was *used* is written together with the ledger entry
/// of its result, before the guest sees that. Finished sessions are kept with their tokens, the
/// newest only: a guest that comes back with a cookie whose token is gone asks again, one that
/// shows the token itself need not.
final class Sessions {
  /// Kind of the exchanges in the store.
  static final String KIND = "rcar";

  /// Most sessions at a time: with five minutes of life, 300 new ones each second.
  static final int MAX_OPEN = 100_000;

  /// Finished sessions that are kept, each with its token.
  static final int MAX_FINISHED = 2048;

  /// Most characters of their tokens together. A token holds all claims, those of an event log too:
  /// tens of thousands of characters for an ordinary boot, and more than a million at worst.
  static final long MAX_TOKENS = 64L << 20;

  private record Key(Tenant tenant, String id) {}

  private record Finished(Session session, String token) {}

  private final Store store;

  // The lock guards both maps.
  private final ReentrantLock lock = new ReentrantLock();
  // All sessions live equally long, so the order of arrival is the order of ending.
  private final Map<Key, Session> open = new LinkedHashMap<>();
  private final Newest<Key, Finished> finished =
      new Newest<>(MAX_FINISHED, MAX_TOKENS, over -> over.token().length());

  Sessions(Store store) {
    this.store = store;
  }

  /// Opens a session.
  ///
  /// @throws RefusedException with [Code#RATE_LIMITED] if there are too many
  void add(Tenant tenant, String id, Session session, Instant at) throws RefusedException {
    lock.lock();
    try {
      sweep(at);
      if (open.size() >= MAX_OPEN) {
        throw new RefusedException(
            TransactionCheck.LOAD,
            Code.RATE_LIMITED,
            "fewer than " + MAX_OPEN + " open sessions",
            Integer.toString(open.size()));
      }
      open.put(new Key(tenant, id), session);
    } finally {
      lock.unlock();
    }
    save(tenant, id, session);
  }

  private void sweep(Instant at) {
    Iterator<Session> eldest = open.values().iterator();
    while (eldest.hasNext() && !at.isBefore(eldest.next().expires())) {
      eldest.remove();
    }
  }

  private Optional<Session> find(Key key) {
    lock.lock();
    try {
      Session session = open.get(key);
      return session == null ? finished.get(key).map(Finished::session) : Optional.of(session);
    } finally {
      lock.unlock();
    }
  }

  /// Two requests may read the same session back at once: the first one's copy is the one that is
  /// locked and counted.
  private Session enter(Key key, Session session) {
    lock.lock();
    try {
      Session there = open.putIfAbsent(key, session);
      return there == null ? session : there;
    } finally {
      lock.unlock();
    }
  }

  /// The session of that id, from an earlier process too.
  ///
  /// @throws RefusedException if it is unknown or past its end
  Session get(Tenant tenant, String id, Instant at) throws RefusedException, StoreException {
    Key key = new Key(tenant, id);
    Optional<Session> known = find(key);
    Session session;
    if (known.isPresent()) {
      session = known.get();
    } else {
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
    Key key = new Key(tenant, id);
    lock.lock();
    try {
      finished.put(key, new Finished(session, token));
      open.remove(key);
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
      return finished
          .get(new Key(tenant, id))
          .map(Finished::token)
          .orElseThrow(() ->
              new RefusedException(
                  TransactionCheck.SESSION,
                  Code.SESSION_UNKNOWN,
                  "a session whose token is kept",
                  "one that was finished before the server was started, or long ago"));
    } finally {
      lock.unlock();
    }
  }

  /// Writes the session's state some time soon, as it is then.
  void save(Tenant tenant, String id, Session session) {
    store.writeSoon(tenant, tx -> session.save(id, tx));
  }
}
