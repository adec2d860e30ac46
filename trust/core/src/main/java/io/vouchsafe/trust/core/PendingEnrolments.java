package io.vouchsafe.trust.core;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.encoding.SecretBytes;
import io.vouchsafe.tpm.HashAlg;
import io.vouchsafe.trust.store.AkBinding;
import io.vouchsafe.trust.store.Exchange;
import io.vouchsafe.trust.store.Store;
import io.vouchsafe.trust.store.StoreException;
import io.vouchsafe.trust.store.Tenant;
import io.vouchsafe.verdict.Code;
import io.vouchsafe.verdict.RefusedException;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/// Enrolments whose secret is not back yet. In memory and, a little later, in the store: one that
/// is lost by a kill makes its guest enrol again. Of a secret only its digest is kept.
final class PendingEnrolments {
  static final String KIND = "tpm-enrolment";

  /// Most enrolments at a time.
  private static final int MAX_OPEN = 10_000;

  private static final int MAX_FAILURES = 3;

  private record Key(Tenant tenant, String id) {}

  private final Store store;
  // The lock guards the map.
  private final ReentrantLock lock = new ReentrantLock();
  private final Map<Key, Exchange> open = new HashMap<>();

  PendingEnrolments(Store store) {
    this.store = store;
  }

  static Bytes digest(SecretBytes secret) {
    return secret.lend(value -> HashAlg.SHA256.digest(Bytes.of(value)));
  }

  static Exchange exchange(
      String id, AkBinding wanted, Bytes digest, long failures, Instant expires) {
    return new Exchange(
        KIND,
        id,
        Json.object()
            .put("ak_name", wanted.akName().hex())
            .put("ak_spki", wanted.akSpki().hex())
            .put("ek_digest", wanted.ekDigest().hex())
            .put("secret_digest", digest.hex())
            .put("failures", failures)
            .build(),
        expires);
  }

  void add(Tenant tenant, Exchange exchange, Instant at) throws RefusedException {
    lock.lock();
    try {
      if (open.size() >= MAX_OPEN) {
        open.values().removeIf(it -> !at.isBefore(it.expires()));
      }
      if (open.size() >= MAX_OPEN) {
        throw new RefusedException(
            TransactionCheck.LOAD,
            Code.RATE_LIMITED,
            "fewer than " + MAX_OPEN + " open enrolments",
            Integer.toString(open.size()));
      }
      open.put(new Key(tenant, exchange.id()), exchange);
    } finally {
      lock.unlock();
    }
    save(tenant, exchange);
  }

  private void save(Tenant tenant, Exchange exchange) {
    store.writeSoon(
        tenant,
        tx -> {
          tx.putExchange(exchange);
          return exchange;
        });
  }

  /// Uses an enrolment up, if the secret is right.
  AkBinding redeem(Tenant tenant, String id, SecretBytes secret, Instant at)
      throws RefusedException, StoreException {
    lock.lock();
    try {
      Key key = new Key(tenant, id);
      Exchange known = open.get(key);
      Optional<Exchange> found =
          known == null ? store.exchange(tenant, KIND, id) : Optional.of(known);
      if (found.isEmpty()) {
        throw new RefusedException(
            EnrolmentCheck.PENDING, Code.SESSION_UNKNOWN, "an open enrolment", "none of that id");
      }
      Exchange exchange = found.get();
      if (!at.isBefore(exchange.expires())) {
        open.remove(key);
        throw new RefusedException(
            EnrolmentCheck.PENDING,
            Code.SESSION_EXPIRED,
            "an answer before " + exchange.expires(),
            "one at " + at);
      }
      return judge(tenant, id, key, exchange, secret);
    } catch (FormatException e) {
      throw new StoreException(
          Code.STORE_CORRUPT, "a kept enrolment cannot be read: " + e.getMessage(), e);
    } finally {
      lock.unlock();
    }
  }

  private AkBinding judge(Tenant tenant, String id, Key key, Exchange exchange, SecretBytes secret)
      throws RefusedException, FormatException {
    Json.Obj body = exchange.body();
    AkBinding wanted =
        new AkBinding(
            Bytes.fromHex(body.string("ak_name")),
            Bytes.fromHex(body.string("ak_spki")),
            Bytes.fromHex(body.string("ek_digest")));
    long failures = body.integer("failures");
    if (failures >= MAX_FAILURES) {
      throw new RefusedException(
          EnrolmentCheck.ATTEMPTS,
          Code.NONCE_CONSUMED,
          "fewer than " + MAX_FAILURES + " wrong secrets",
          Long.toString(failures));
    }
    Bytes expected = Bytes.fromHex(body.string("secret_digest"));
    if (!expected.matches(digest(secret))) {
      Exchange failed = exchange(id, wanted, expected, failures + 1, exchange.expires());
      open.put(key, failed);
      save(tenant, failed);
      throw new RefusedException(
          EnrolmentCheck.SECRET, Code.CREDENTIAL_INVALID, "the wrapped secret", "another");
    }
    open.remove(key);
    return wanted;
  }
}
