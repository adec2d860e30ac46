package io.vouchsafe.trust.core;

import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.trust.store.Exchange;
import io.vouchsafe.verdict.RefusedException;
import java.time.Instant;
import java.util.Optional;
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
  private volatile Optional<AttestOutcome.Attested> attested = Optional.empty();

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

  Instant expires() {
    return expires;
  }

  Optional<AttestOutcome.Attested> attested() {
    return attested;
  }

  boolean usedUp() {
    return failures >= MAX_FAILURES;
  }

  void fail() {
    failures = failures + 1;
  }

  void succeed(AttestOutcome.Attested result) {
    attested = Optional.of(result);
  }

  SessionView view() {
    return new SessionView(tee, nonce, kept, expires, attested);
  }

  Exchange exchange(String id) {
    return exchange(id, attested.map(AttestOutcome.Attested::token));
  }

  Exchange exchange(String id, Optional<String> token) {
    Json.ObjBuilder body =
        Json.object()
            .put("tee", tee)
            .put("nonce", nonce)
            .put("kept", kept)
            .put("failures", failures);
    token.ifPresent(text -> body.put("token", text));
    return new Exchange(Sessions.KIND, id, body.build(), expires);
  }

  /// Reads a session back. One with a token that does not verify any more (the key changed) is
  /// dropped: its guest attests again.
  static Optional<Session> restore(Exchange exchange, Sessions.TokenReader tokens) {
    try {
      Json.Obj body = exchange.body();
      Session session =
          new Session(
              body.string("tee"), body.string("nonce"), body.object("kept"), exchange.expires());
      session.failures = Math.toIntExact(body.integer("failures"));
      Optional<String> token = body.optionalString("token");
      if (token.isPresent()) {
        session.attested = Optional.of(tokens.read(token.get()));
      }
      return Optional.of(session);
    } catch (FormatException | RefusedException | ArithmeticException _) {
      return Optional.empty();
    }
  }
}
