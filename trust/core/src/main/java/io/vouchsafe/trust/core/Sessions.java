package io.vouchsafe.trust.core;

import io.vouchsafe.trust.store.Exchange;
import io.vouchsafe.trust.store.Store;
import io.vouchsafe.trust.store.StoreException;
import io.vouchsafe.trust.store.Tenant;
import io.vouchsafe.verdict.Code;
import io.vouchsafe.verdict.RefusedException;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentMap;

/// Open sessions, in memory and, a little later, in the store. A challenge that is lost because the
/// process was killed makes its guest ask again, nothing else. That a challenge was *used* is
/// written together with the ledger entry of its result, before the guest sees that.
final class Sessions {
  /// Kind of the exchanges in the store.
  static final String KIND = "rcar";

  /// Most sessions at a time: with five minutes of life, 300 new ones each second.
  static final int MAX_OPEN = 100_000;

  private record Key(Tenant tenant, String digest) {}

  private record Ending(Key key, Instant expires) {}

  private final Store store;
  private final TokenReader tokens;
  private final ConcurrentMap<Key, Session> open = new ConcurrentHashMap<>();
  // All sessions live equally long, so the order of arrival is the order of ending.
  private final Queue<Ending> endings = new ConcurrentLinkedQueue<>();
  private final Set<Tenant> restored = new HashSet<>();

  /// Reads the result of a token of ours.
  @FunctionalInterface
  interface TokenReader {
    AttestOutcome.Attested read(String token) throws RefusedException;
  }

  Sessions(Store store, TokenReader tokens) {
    this.store = store;
    this.tokens = tokens;
  }

  /// Takes up the sessions of a tenant that an earlier process left. Once per tenant.
  synchronized void restore(Tenant tenant) throws StoreException {
    if (!restored.add(tenant)) {
      return;
    }
    List<Exchange> left =
        store.exchanges(tenant, KIND).stream()
            .sorted(Comparator.comparing(Exchange::expires))
            .toList();
    for (Exchange exchange : left) {
      Optional<Session> session = Session.restore(exchange, tokens);
      session.ifPresent(it -> enter(new Key(tenant, exchange.id()), it));
    }
  }

  private void enter(Key key, Session session) {
    open.put(key, session);
    endings.add(new Ending(key, session.expires()));
  }

  /// Opens a session.
  ///
  /// @throws RefusedException with [Code#RATE_LIMITED] if there are too many
  void add(Tenant tenant, String id, Session session, Instant at)
      throws RefusedException, StoreException {
    restore(tenant);
    sweep(at);
    if (open.size() >= MAX_OPEN) {
      throw new RefusedException(
          TransactionCheck.LOAD,
          Code.RATE_LIMITED,
          "fewer than " + MAX_OPEN + " open sessions",
          Integer.toString(open.size()));
    }
    enter(new Key(tenant, store.exchangeKey(id)), session);
    save(tenant, id, session);
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

  /// The session of that id.
  ///
  /// @throws RefusedException if it is unknown or past its end
  Session get(Tenant tenant, String id, Instant at) throws RefusedException, StoreException {
    restore(tenant);
    Session session = open.get(new Key(tenant, store.exchangeKey(id)));
    if (session == null) {
      throw new RefusedException(
          TransactionCheck.SESSION, Code.SESSION_UNKNOWN, "an open session", "none of that id");
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
