package io.vouchsafe.trust.core;

import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.trust.store.Exchange;
import io.vouchsafe.trust.store.StoreException;
import io.vouchsafe.trust.store.Transaction;
import io.vouchsafe.verdict.Code;
import java.time.Instant;
import java.util.concurrent.locks.ReentrantLock;

/// One session. Whoever changes it holds its lock, so that a challenge is good for one result even
/// when two answers arrive together.
final class Session {
  /// How many failed answers a challenge bears.
  static final int MAX_FAILURES = 3;

  final ReentrantLock lock = new ReentrantLock();

  private final String tee;
  private final String nonce;
  private final Json.Obj kept;
  private final Instant expires;
  // Read without the lock for views, written with it.
  private volatile int failures;
  private volatile boolean attested;
  // Used by the store's writer only.
  private boolean inStore;
  private boolean over;

  Session(String tee, String nonce, Json.Obj kept, Instant expires) {
    this.tee = tee;
    this.nonce = nonce;
    this.kept = kept;
    this.expires = expires;
  }

  String tee() {
    return tee;
  }

  String nonce() {
    return nonce;
  }

  Json.Obj kept() {
    return kept;
  }

  Instant expires() {
    return expires;
  }

  /// Whether there is a result.
  boolean attested() {
    return attested;
  }

  boolean usedUp() {
    return failures >= MAX_FAILURES;
  }

  void fail() {
    failures = failures + 1;
  }

  void succeed() {
    attested = true;
  }

  /// Writes it as it is, unless it is over: hardly any session lasts until then.
  ///
  /// @return whether it was written
  boolean save(String id, Transaction tx) throws StoreException {
    if (over) {
      return false;
    }
    tx.putExchange(exchange(id, attested));
    inStore = true;
    return true;
  }

  /// Writes that it has a result, so that its challenge is not taken a second time. One that was
  /// never written is unknown to every other process anyway.
  void end(String id, Transaction tx) throws StoreException {
    over = true;
    if (inStore) {
      tx.putExchange(exchange(id, true));
    }
  }

  private Exchange exchange(String id, boolean done) {
    return new Exchange(
        Sessions.KIND,
        id,
        Json.object()
            .put("tee", tee)
            .put("nonce", nonce)
            .put("kept", kept)
            .put("failures", failures)
            .put("attested", done)
            .build(),
        expires);
  }

  /// Reads a session back.
  static Session of(Exchange exchange) throws StoreException {
    try {
      Json.Obj body = exchange.body();
      Session session =
          new Session(
              body.string("tee"), body.string("nonce"), body.object("kept"), exchange.expires());
      session.failures = (int) Math.clamp(body.integer("failures"), 0, MAX_FAILURES);
      session.attested = body.bool("attested");
      session.inStore = true;
      return session;
    } catch (FormatException e) {
      throw new StoreException(
          Code.STORE_CORRUPT, "a kept session cannot be read: " + e.getMessage(), e);
    }
  }
}
