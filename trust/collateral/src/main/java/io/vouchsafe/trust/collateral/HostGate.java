package io.vouchsafe.trust.collateral;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.random.RandomGenerator;

/// What stands before one service: so many requests at a time, and none while it wants to be left
/// alone. Thread-safe.
final class HostGate {
  /// Requests to one service at a time.
  static final int CONCURRENT = 4;

  private static final Duration FIRST_DELAY = Duration.ofSeconds(1);
  private static final Duration LONGEST_DELAY = Duration.ofMinutes(5);
  private static final int MAX_DOUBLINGS = 16;

  /// How much of a delay that the service asked for is added, at most: one part in ten.
  private static final int SPREAD = 10;

  private final Semaphore free = new Semaphore(CONCURRENT, true);
  private final InstantSource clock;
  private final RandomGenerator random;

  // The lock of this object guards both.
  private Instant notBefore = Instant.MIN;
  private int failures;

  HostGate(InstantSource clock, RandomGenerator random) {
    this.clock = clock;
    this.random = random;
  }

  /// Work that asks the service.
  @FunctionalInterface
  interface Request<T> {
    T run() throws FetchException;
  }

  /// How long to wait before a request may be sent.
  synchronized Duration wait(Instant now) {
    return notBefore.isAfter(now) ? Duration.between(now, notBefore) : Duration.ZERO;
  }

  /// Sends a request and learns from what comes.
  <T> T send(Request<T> request) throws FetchException, InterruptedException {
    free.acquire();
    try {
      T answer = request.run();
      succeeded();
      return answer;
    } catch (FetchException e) {
      switch (e.next()) {
        case BACK_OFF -> failed(e.retryAfter());
        // It is there and works.
        case GIVE_UP -> succeeded();
      }
      throw e;
    } finally {
      free.release();
    }
  }

  private synchronized void succeeded() {
    failures = 0;
  }

  /// The delay doubles with every failure; a part of it is random, so that many clients do not come
  /// back together.
  private synchronized void failed(Optional<Duration> retryAfter) {
    failures = Math.min(failures + 1, MAX_DOUBLINGS);
    Duration own = FIRST_DELAY.multipliedBy(1L << (failures - 1));
    long half = (own.compareTo(LONGEST_DELAY) > 0 ? LONGEST_DELAY : own).toMillis() / 2;
    Duration delay = Duration.ofMillis(half + random.nextLong(half + 1));
    if (retryAfter.isPresent()) {
      long asked = retryAfter.get().toMillis();
      Duration theirs = Duration.ofMillis(asked + random.nextLong(asked / SPREAD + 1));
      delay = delay.compareTo(theirs) > 0 ? delay : theirs;
    }
    Instant until = clock.instant().plus(delay);
    notBefore = until.isAfter(notBefore) ? until : notBefore;
  }
}
