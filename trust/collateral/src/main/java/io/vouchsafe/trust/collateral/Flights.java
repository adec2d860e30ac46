package io.vouchsafe.trust.collateral;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.trust.collateral.CollateralKey.KeyKind;
import io.vouchsafe.trust.collateral.FetchException.Next;
import io.vouchsafe.verdict.Code;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BiConsumer;
import java.util.function.Function;

/// Fetches under way: one for each key, not more than a bound, repeated while the service only is
/// overloaded. What failed is not tried again for a short while. Thread-safe.
final class Flights implements AutoCloseable {
  /// Fetches under way, with those that wait for their turn.
  static final int MAX_FLIGHTS = 256;

  /// Failures that are remembered.
  private static final int MAX_FAILURES = 4096;

  private static final Duration UNKNOWN_FOR = Duration.ofMinutes(10);
  private static final Duration UNUSABLE_FOR = Duration.ofMinutes(2);
  private static final Duration AWAY_FOR = Duration.ofSeconds(10);

  /// Longer than the HTTP client waits.
  private static final Duration ONE_FETCH = Duration.ofMinutes(1);

  /// Verifies what came and keeps it.
  @FunctionalInterface
  interface Arrival {
    VerifiedDocument accept(CollateralDocument document) throws FetchException;
  }

  private record Failure(Instant until, FetchException why) {}

  private final CollateralOptions options;
  private final InstantSource clock;
  private final VendorClient client;
  private final Arrival arrival;
  private final BiConsumer<CollateralKey, FetchException> failed;
  private final Function<CollateralKey, Optional<VerifiedDocument>> held;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final Map<String, HostGate> gates = new ConcurrentHashMap<>();

  // The lock of this object guards both maps.
  private final Map<CollateralKey, CompletableFuture<VerifiedDocument>> flights =
      new LinkedHashMap<>();
  private final Map<CollateralKey, Failure> failures =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<CollateralKey, Failure> eldest) {
          return size() > MAX_FAILURES;
        }
      };

  Flights(
      CollateralOptions options,
      VendorClient client,
      Arrival arrival,
      BiConsumer<CollateralKey, FetchException> failed,
      Function<CollateralKey, Optional<VerifiedDocument>> held) {
    this.options = options;
    this.clock = options.clock();
    this.client = client;
    this.arrival = arrival;
    this.failed = failed;
    this.held = held;
  }

  /// How a document is had.
  @FunctionalInterface
  private interface Source {
    VerifiedDocument get(CollateralKey key) throws FetchException, InterruptedException;
  }

  /// The fetch of a key that is under way, a new one, or a failure that is fresh.
  CompletableFuture<VerifiedDocument> want(CollateralKey key) {
    return underway(key, this::fetch);
  }

  /// As [#want], for a document that was looked for and not held. It may have come down since: then
  /// it is not fetched again.
  CompletableFuture<VerifiedDocument> miss(CollateralKey key) {
    return underway(
        key,
        missed -> {
          Optional<VerifiedDocument> here = held.apply(missed);
          return here.isPresent() ? here.get() : fetch(missed);
        });
  }

  private synchronized CompletableFuture<VerifiedDocument> underway(
      CollateralKey key, Source source) {
    CompletableFuture<VerifiedDocument> underway = flights.get(key);
    if (underway != null) {
      return underway;
    }
    Failure failure = failures.get(key);
    if (failure != null && clock.instant().isBefore(failure.until())) {
      return CompletableFuture.failedFuture(failure.why());
    }
    if (flights.size() >= MAX_FLIGHTS || threads.isShutdown()) {
      return CompletableFuture.failedFuture(
          FetchException.answer(
              Code.COLLATERAL_UNAVAILABLE,
              Next.GIVE_UP,
              "too many fetches under way, " + flights.size()));
    }
    CompletableFuture<VerifiedDocument> flight = new CompletableFuture<>();
    flights.put(key, flight);
    threads.execute(() -> fly(key, flight, source));
    return flight;
  }

  private void fly(CollateralKey key, CompletableFuture<VerifiedDocument> flight, Source source) {
    try {
      VerifiedDocument document = source.get(key);
      land(key, Optional.empty());
      flight.complete(document);
    } catch (FetchException e) {
      land(key, Optional.of(e));
      failed.accept(key, e);
      flight.completeExceptionally(e);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      end(key, flight, "the service is closing");
    } catch (RuntimeException | Error e) {
      end(key, flight, e.toString());
      throw e;
    }
  }

  private void end(CollateralKey key, CompletableFuture<VerifiedDocument> flight, String why) {
    FetchException ended = FetchException.answer(Code.COLLATERAL_UNAVAILABLE, Next.GIVE_UP, why);
    land(key, Optional.of(ended));
    flight.completeExceptionally(ended);
  }

  private synchronized void land(CollateralKey key, Optional<FetchException> why) {
    flights.remove(key);
    failures.remove(key);
    why.ifPresent(e -> failures.put(key, new Failure(clock.instant().plus(life(e)), e)));
  }

  /// How long a failure stands: a little less or more, so that not everything comes back at once.
  private Duration life(FetchException why) {
    Duration life =
        switch (why.next()) {
          case BACK_OFF -> AWAY_FOR;
          case GIVE_UP ->
              why.refusal().code() == Code.COLLATERAL_UNKNOWN ? UNKNOWN_FOR : UNUSABLE_FOR;
        };
    long quarter = life.toMillis() / 4;
    return life.minusMillis(quarter).plusMillis(options.random().nextLong(2 * quarter));
  }

  private VerifiedDocument fetch(CollateralKey key) throws FetchException, InterruptedException {
    Optional<CollateralDocument> chain = chain(key);
    Instant end = clock.instant().plus(options.patience());
    HostGate gate =
        gates.computeIfAbsent(
            String.valueOf(client.address(key).getRawAuthority()),
            _ -> new HostGate(clock, options.random()));
    while (true) {
      Duration wait = gate.wait(clock.instant());
      if (clock.instant().plus(wait).isAfter(end)) {
        throw FetchException.answer(
            Code.COLLATERAL_UNAVAILABLE,
            Next.BACK_OFF,
            "%s wants to be left alone for %d s"
                .formatted(client.address(key).getRawAuthority(), wait.toSeconds()));
      }
      if (wait.isPositive()) {
        options.pause().sleep(wait);
        continue;
      }
      try {
        CollateralDocument document = gate.send(() -> client.fetch(key));
        return arrival.accept(withIssuers(document, chain));
      } catch (FetchException e) {
        if (e.next() == Next.GIVE_UP || !clock.instant().isBefore(end)) {
          throw e;
        }
      }
    }
  }

  /// The authorities that a document of AMD's is verified with, fetched before it if need be.
  private Optional<CollateralDocument> chain(CollateralKey key)
      throws FetchException, InterruptedException {
    Optional<String> line =
        switch (key) {
          case CollateralKey.AmdList(String name) -> Optional.of(name);
          case CollateralKey.ChipKey(var product, _, _) -> Optional.of(product.line());
          case CollateralKey.AmdChain _,
              CollateralKey.TcbInfo _,
              CollateralKey.Identity _,
              CollateralKey.EvaluationNumbers _,
              CollateralKey.PckList _,
              CollateralKey.RootList _ ->
              Optional.empty();
        };
    if (line.isEmpty()) {
      return Optional.empty();
    }
    CollateralKey chain = new CollateralKey.AmdChain(KeyKind.VCEK, line.get());
    Optional<VerifiedDocument> here = held.apply(chain);
    if (here.isPresent()) {
      return Optional.of(here.get().document());
    }
    // The other fetch has its own patience; this only ends a wait for one that never comes down.
    Duration longest = options.patience().plus(ONE_FETCH);
    return Optional.of(get(miss(chain), longest).document());
  }

  private static CollateralDocument withIssuers(
      CollateralDocument document, Optional<CollateralDocument> chain) {
    Bytes issuers = chain.map(CollateralDocument::body).orElse(document.issuers());
    return new CollateralDocument(
        document.key(), document.body(), issuers, document.fetched(), document.source());
  }

  private static VerifiedDocument get(CompletableFuture<VerifiedDocument> flight, Duration longest)
      throws FetchException, InterruptedException {
    try {
      return flight.get(longest.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof FetchException why) {
        throw why;
      }
      throw FetchException.answer(
          Code.COLLATERAL_UNAVAILABLE, Next.GIVE_UP, String.valueOf(e.getCause()));
    } catch (TimeoutException _) {
      throw FetchException.answer(
          Code.COLLATERAL_UNAVAILABLE,
          Next.BACK_OFF,
          "nothing within " + longest.toMillis() + " ms");
    }
  }

  /// Waits until all have ended, or the time is over.
  ///
  /// @return why the first one failed that did
  static Optional<FetchException> await(
      Collection<CompletableFuture<VerifiedDocument>> flights, Duration longest)
      throws InterruptedException {
    long end = System.nanoTime() + longest.toNanos();
    Optional<FetchException> first = Optional.empty();
    for (CompletableFuture<VerifiedDocument> flight : flights) {
      try {
        get(flight, Duration.ofNanos(Math.max(0, end - System.nanoTime())));
      } catch (FetchException e) {
        first = first.isPresent() ? first : Optional.of(e);
      }
    }
    return first;
  }

  @Override
  public void close() {
    threads.shutdownNow();
  }
}
