package io.vouchsafe.trust.core;

import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.trust.store.Exchange;
import io.vouchsafe.trust.store.Store;
import io.vouchsafe.trust.store.StoreException;
import io.vouchsafe.trust.store.Tenant;
import io.vouchsafe.verdict.Code;
import io.vouchsafe.verdict.RefusedException;
import java.time.Instant;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentMap;

/// Open sessions, in memory and, a little later, in the store. A challenge that is lost because the
/// process was killed makes its guest ask again, nothing else. That a challenge was *used* is
/// written together with the ledger entry of its result, before the guest sees that; the token is
/// in the store only, so that sessions stay small.
final class Sessions {
  /// Kind of the exchanges in the store.
  static final String KIND = "rcar";

  /// Most sessions at a time: with five minutes of life, 300 new ones each second.
  static final int MAX_OPEN = 100_000;

  private record Key(Tenant tenant, String id) {}

  private record Ending(Key key, Instant expires) {}

  private final Store store;
  private final ConcurrentMap<Key, Session> open = new ConcurrentHashMap<>();
  // All sessions live equally long, so the order of arrival is the order of ending.
  private final Queue<Ending> endings = new ConcurrentLinkedQueue<>();

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

  /// The token of a session that has a result.
  ///
  /// @throws StoreException if the store lost it
  String token(Tenant tenant, String id) throws StoreException {
    Optional<Exchange> kept = store.exchange(tenant, KIND, id);
    try {
      if (kept.isPresent()) {
        return kept.get().body().string("token");
      }
    } catch (FormatException e) {
      throw new StoreException(Code.STORE_CORRUPT, "a kept session has no token", e);
    }
    throw new StoreException(Code.STORE_CORRUPT, "a session that has a result is gone");
  }

  /// Writes the session's state some time soon.
  void save(Tenant tenant, String id, Session session) {
    Exchange exchange = session.exchange(id, Optional.empty());
    store.writeSoon(
        tenant,
        tx -> {
          tx.putExchange(exchange);
          return exchange;
        });
  }
}
