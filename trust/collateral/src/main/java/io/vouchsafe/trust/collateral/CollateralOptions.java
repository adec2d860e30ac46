package io.vouchsafe.trust.collateral;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.trust.collateral.CollateralKey.Update;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Objects;
import java.util.Optional;
import java.util.random.RandomGenerator;

/// How a [CollateralService] works.
///
/// @param folder where documents are kept
/// @param online whether anything is fetched
/// @param endpoints where from
/// @param tlsRoots PEM of certificates that the services' own may lead to, beside the JDK's: for a
///   cache with a certificate of its own
/// @param roots that documents may lead to
/// @param update which TCB recovery of Intel's counts
/// @param firstWait how long a verification waits for what it misses
/// @param patience how long one fetch goes on trying
/// @param clock the time
/// @param random spreads delays
/// @param pause waits; handed in so that tests need not
public record CollateralOptions(
    Path folder,
    boolean online,
    Endpoints endpoints,
    Optional<Bytes> tlsRoots,
    CollateralRoots roots,
    Update update,
    Duration firstWait,
    Duration patience,
    InstantSource clock,
    RandomGenerator random,
    Pause pause) {
  private static final Duration FIRST_WAIT = Duration.ofSeconds(10);
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  /// Waits.
  @FunctionalInterface
  public interface Pause {
    void sleep(Duration time) throws InterruptedException;
  }

  public CollateralOptions {
    Objects.requireNonNull(folder, "folder");
    Objects.requireNonNull(endpoints, "endpoints");
    Objects.requireNonNull(tlsRoots, "tlsRoots");
    Objects.requireNonNull(roots, "roots");
    Objects.requireNonNull(update, "update");
    Objects.requireNonNull(clock, "clock");
    Objects.requireNonNull(random, "random");
    Objects.requireNonNull(pause, "pause");
    if (firstWait.isNegative() || patience.isNegative()) {
      throw new IllegalArgumentException("times must not be negative");
    }
  }

  /// Online, at the vendors, with their roots; verifications wait 10 seconds, fetches a minute.
  public static CollateralOptions at(Path folder, InstantSource clock, RandomGenerator random) {
    return new CollateralOptions(
        folder,
        true,
        Endpoints.VENDORS,
        Optional.empty(),
        CollateralRoots.vendors(),
        Update.STANDARD,
        FIRST_WAIT,
        PATIENCE,
        clock,
        random,
        Thread::sleep);
  }

  /// This, fetching nothing.
  public CollateralOptions offline() {
    return new CollateralOptions(
        folder, false, endpoints, tlsRoots, roots, update, firstWait, patience, clock, random,
        pause);
  }

  /// This, with other services.
  ///
  /// @param certificates PEM that their certificates may lead to
  public CollateralOptions withEndpoints(Endpoints services, Optional<Bytes> certificates) {
    return new CollateralOptions(
        folder,
        online,
        services,
        certificates,
        roots,
        update,
        firstWait,
        patience,
        clock,
        random,
        pause);
  }

  /// This, with other roots.
  public CollateralOptions withRoots(CollateralRoots others) {
    return new CollateralOptions(
        folder, online, endpoints, tlsRoots, others, update, firstWait, patience, clock, random,
        pause);
  }

  /// This, with another TCB recovery.
  public CollateralOptions withUpdate(Update other) {
    return new CollateralOptions(
        folder, online, endpoints, tlsRoots, roots, other, firstWait, patience, clock, random,
        pause);
  }

  /// This, with other times.
  public CollateralOptions withTimes(Duration first, Duration whole, Pause waiting) {
    return new CollateralOptions(
        folder, online, endpoints, tlsRoots, roots, update, first, whole, clock, random, waiting);
  }
}
