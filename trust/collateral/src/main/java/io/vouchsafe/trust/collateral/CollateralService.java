package io.vouchsafe.trust.collateral;

import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.evidence.Verifier;
import io.vouchsafe.evidence.dcap.Collateral;
import io.vouchsafe.evidence.dcap.CollateralSource;
import io.vouchsafe.evidence.snp.SnpEndorsementSource;
import io.vouchsafe.evidence.snp.SnpEndorsements;
import io.vouchsafe.evidence.snp.SnpReport;
import io.vouchsafe.trust.collateral.FetchException.Next;
import io.vouchsafe.verdict.Code;
import io.vouchsafe.verdict.RefusedException;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Keeps what the vendors publish: fetched once however many ask, verified before it is kept,
/// refreshed in the background when half of its time is over, and used within its own dates and no
/// further, whether its vendor answers or not. Thread-safe.
///
/// As a source it answers from what it holds and waits for nobody; what it misses it fetches for
/// the next one. [#waiting] makes a verifier wait for that, a bounded time.
public final class CollateralService
    implements CollateralSource, SnpEndorsementSource, AutoCloseable {
  /// Most documents in memory.
  static final int MAX_HELD = 4096;

  private static final Logger LOG = LoggerFactory.getLogger(CollateralService.class);
  private static final long MAX_HELD_BYTES = 64L << 20;
  private static final Duration REFRESH_CHECK = Duration.ofMinutes(1);

  /// What the verification that runs in this thread missed.
  static final ScopedValue<Misses> MISSES = ScopedValue.newInstance();

  private final CollateralOptions options;
  private final InstantSource clock;
  private final DocumentVerifier verifier;
  private final CollateralFolder folder;
  private final Shelf shelf = new Shelf(MAX_HELD, MAX_HELD_BYTES);
  private final Answers answers;
  private final LazyHttp http;
  private final VendorClient client;
  private final Flights flights;
  private final Thread refresher;

  private CollateralService(CollateralOptions options, LazyHttp http) {
    this.options = options;
    this.clock = options.clock();
    this.verifier = new DocumentVerifier(options.roots());
    this.folder = new CollateralFolder(options.folder());
    this.answers = new Answers(key -> held(key).map(VerifiedDocument::document), options.update());
    this.http = http;
    this.client = new VendorClient(http, options.endpoints(), clock);
    this.flights = new Flights(options, client, this::fetched, this::failed, this::held);
    this.refresher = Thread.ofVirtual().name("collateral-refresh").unstarted(this::refreshing);
  }

  /// Opens the folder; nothing is fetched before somebody asks. Whoever opens it closes it.
  ///
  /// @throws FormatException if `tlsRoots` are no certificates
  public static CollateralService open(CollateralOptions options) throws FormatException {
    CollateralService service = new CollateralService(options, LazyHttp.of(options.tlsRoots()));
    if (options.online()) {
      service.refresher.start();
    }
    return service;
  }

  @Override
  public Optional<Collateral> collateral(Platform platform) {
    Optional<Collateral> found = answers.collateral(platform);
    if (found.isEmpty()) {
      missed(Answers.wanted(platform, options.update()));
    }
    return found;
  }

  @Override
  public SnpEndorsements of(SnpReport report) {
    missed(Answers.wanted(report));
    return answers.endorsements(report);
  }

  /// Within a verification it decides what of it must be fetched; without one everything is.
  private void missed(List<CollateralKey> wanted) {
    List<CollateralKey> missing = wanted.stream().filter(key -> held(key).isEmpty()).toList();
    if (MISSES.isBound()) {
      MISSES.get().add(missing);
    } else if (options.online()) {
      missing.forEach(flights::miss);
    }
  }

  /// `verifier`, which waits for what it misses: a first verification that is refused because a
  /// document is not held is repeated when it came. It must have this as its source.
  public Verifier waiting(Verifier delegate) {
    return new WaitingVerifier(delegate, this, options.firstWait());
  }

  /// The document of that key, if it is held and counts now.
  public Optional<VerifiedDocument> held(CollateralKey key) {
    Instant now = clock.instant();
    Optional<VerifiedDocument> inMemory = shelf.get(key).filter(held -> held.counts(now));
    if (inMemory.isPresent()
        && (now.isBefore(inMemory.get().refreshAt()) || !shelf.mayLook(key, now))) {
      return inMemory;
    }
    // Another process may have fetched or imported it.
    Optional<VerifiedDocument> stored = stored(key, now);
    if (stored.isPresent() && (inMemory.isEmpty() || inMemory.get().isOlderThan(stored.get()))) {
      shelf.put(stored.get());
      return stored;
    }
    return inMemory;
  }

  private Optional<VerifiedDocument> stored(CollateralKey key, Instant now) {
    try {
      Optional<CollateralDocument> document = folder.read(key);
      return document.isEmpty()
          ? Optional.empty()
          : Optional.of(verifier.verify(document.get(), now));
    } catch (RefusedException _) {
      // Over, or changed: as good as not there.
      return Optional.empty();
    } catch (IOException e) {
      LOG.warn("collateral cannot be read: {}", e.toString());
      return Optional.empty();
    }
  }

  /// Fetches a document, whether it is held or not. Callers that ask for the same one share one
  /// fetch.
  ///
  /// @return fails with [FetchException]
  public CompletableFuture<VerifiedDocument> fetch(CollateralKey key) {
    return options.online() ? flights.want(key) : offline();
  }

  private static CompletableFuture<VerifiedDocument> offline() {
    return CompletableFuture.failedFuture(
        FetchException.answer(
            Code.COLLATERAL_UNAVAILABLE, Next.GIVE_UP, "offline: nothing is fetched"));
  }

  /// Verifies a document that came and keeps it.
  private VerifiedDocument fetched(CollateralDocument document) throws FetchException {
    try {
      return accept(document);
    } catch (RefusedException e) {
      throw FetchException.of(e.refusal());
    }
  }

  private VerifiedDocument accept(CollateralDocument document) throws RefusedException {
    Instant now = clock.instant();
    VerifiedDocument verified = verifier.verify(document, now);
    Optional<VerifiedDocument> before = held(document.key());
    if (before.isPresent() && verified.isOlderThan(before.get())) {
      throw new RefusedException(
          FetchCheck.NEWS,
          Code.COLLATERAL_ROLLBACK,
          "one issued %s or later, number %d or higher"
              .formatted(before.get().facts().issued(), before.get().facts().number()),
          "issued %s, number %d".formatted(verified.facts().issued(), verified.facts().number()));
    }
    shelf.put(verified);
    try {
      folder.write(document);
      folder.succeeded(document.key());
    } catch (IOException e) {
      // It serves as long as this process lives.
      LOG.warn("collateral cannot be kept: {}", e.toString());
    }
    return verified;
  }

  private void failed(CollateralKey key, FetchException why) {
    LOG.info("no {}: {}", key.text(), why.refusal().summary());
    try {
      folder.failed(
          new CollateralFolder.Failed(
              key, clock.instant(), why.refusal().code().name(), why.refusal().found()));
    } catch (IOException e) {
      LOG.warn("a failure to fetch collateral cannot be noted: {}", e.toString());
    }
  }

  /// What became of one document of a bundle.
  ///
  /// @param refused why it was not taken; empty if it was
  public record Taken(CollateralKey key, Optional<RefusedException> refused) {}

  /// Verifies every document of a bundle by itself and keeps those that are genuine, in their time
  /// and not older than what is held.
  public List<Taken> take(CollateralBundle bundle) {
    return take(bundle.documents());
  }

  /// Verifies every document by itself and keeps those that are genuine, in their time and not
  /// older than what is held.
  public List<Taken> take(Collection<CollateralDocument> documents) {
    List<Taken> taken = new ArrayList<>();
    for (CollateralDocument document : documents) {
      try {
        accept(document);
        taken.add(new Taken(document.key(), Optional.empty()));
      } catch (RefusedException e) {
        taken.add(new Taken(document.key(), Optional.of(e)));
      }
    }
    return List.copyOf(taken);
  }

  /// Takes what Azure's metadata service says about the chip of this machine.
  ///
  /// @param base where that service is
  /// @throws FetchException if it does not answer, or with certificates that are not genuine
  public List<Taken> takeAzure(URI base) throws FetchException {
    ThimAnswer answer = client.thim(base);
    try {
      return take(answer.documents(options.roots(), base.toString(), clock.instant()));
    } catch (RefusedException e) {
      throw FetchException.of(e.refusal());
    }
  }

  /// Waits until all of `keys`, which were not held, are there or could not be fetched.
  ///
  /// @return why the first of them could not be had; empty if all came
  Optional<FetchException> await(Collection<CollateralKey> keys, Duration longest)
      throws InterruptedException {
    return Flights.await(
        keys.stream().map(key -> options.online() ? flights.miss(key) : offline()).toList(),
        longest);
  }

  private void refreshing() {
    try {
      while (true) {
        options.pause().sleep(REFRESH_CHECK);
        refreshDue();
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  /// Fetches again, one after the other, what is held in memory and due. What fails stays as it is.
  void refreshDue() throws InterruptedException {
    for (VerifiedDocument document : shelf.all()) {
      Instant now = clock.instant();
      boolean due = !now.isBefore(document.refreshAt()) && document.counts(now);
      boolean older =
          held(document.key()).filter(newest -> now.isBefore(newest.refreshAt())).isPresent();
      if (due && !older) {
        Flights.await(List.of(fetch(document.key())), options.patience());
      }
    }
  }

  /// Ends what is under way.
  @Override
  public void close() {
    refresher.interrupt();
    flights.close();
    http.close();
  }
}
