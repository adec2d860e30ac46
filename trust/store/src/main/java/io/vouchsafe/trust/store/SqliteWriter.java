package io.vouchsafe.trust.store;

import io.vouchsafe.verdict.Code;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/// The one thread that writes. It takes what waits, runs it in one transaction, makes that durable
/// with one synchronous write and only then answers: the more callers, the fewer writes per caller.
final class SqliteWriter implements AutoCloseable {
  /// Most works of one transaction.
  private static final int MAX_BATCH = 256;

  /// Most works that wait. Beyond it callers are refused, and what may be lost is dropped.
  private static final int MAX_WAITING = 20_000;

  /// How long works that nobody waits for are put off: most are of no use any more by then.
  private static final Duration LINGER = Duration.ofSeconds(1);

  /// How long the first of several waits for the others. A synchronous write takes longer.
  private static final Duration GATHER = Duration.ofNanos(300_000);

  private static final long NEVER = Long.MAX_VALUE;
  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(30);
  private static final long SWEEP_MILLIS = 60_000;

  /// What the store gives and is told.
  interface Host {
    /// The time, checked.
    long now() throws StoreException;

    /// What the tenant's next write goes on from.
    Head head(Tenant tenant) throws StoreException;

    /// A batch is durable: publish what it changed.
    void committed(Sqlite db, Map<Tenant, Change> changes);
  }

  /// What a batch did to one tenant.
  ///
  /// @param head what the next write goes on from
  /// @param state whether policies, reference values or listed keys changed
  /// @param resources whether a resource changed
  record Change(Head head, boolean state, boolean resources) {}

  /// What a caller waits for.
  enum Urgency {
    /// Nothing.
    SOME_TIME,
    /// The commit.
    IN_ORDER,
    /// The commit, on the disk.
    ON_DISK
  }

  private static final class Job<T> {
    private final Tenant tenant;
    private final Store.Work<T> work;
    private final Urgency urgency;
    private final CompletableFuture<T> done = new CompletableFuture<>();

    Job(Tenant tenant, Store.Work<T> work, Urgency urgency) {
      this.tenant = tenant;
      this.work = work;
      this.urgency = urgency;
    }

    /// Runs the work; returns what completes its caller once the batch is durable.
    Runnable run(SqliteTransaction tx) throws StoreException {
      T result = work.run(tx);
      return () -> done.complete(result);
    }
  }

  private final Sqlite db;
  private final Rows rows;
  private final Envelope envelope;
  private final Host host;
  private final KnownPieces known = new KnownPieces();
  private final BlockingQueue<Job<?>> waiting = new LinkedBlockingQueue<>(MAX_WAITING);
  private final BlockingQueue<Job<?>> later = new LinkedBlockingQueue<>(MAX_WAITING);
  // Whether the thread knows that there is something for later.
  private final AtomicBoolean expecting = new AtomicBoolean();
  private final Thread thread;
  private volatile boolean closing;
  private volatile boolean ended;
  private long laterFrom = NEVER;
  private boolean crowded;
  private long swept = Long.MIN_VALUE;

  SqliteWriter(Sqlite db, Rows rows, Envelope envelope, Host host) {
    this.db = db;
    this.rows = rows;
    this.envelope = envelope;
    this.host = host;
    this.thread = Thread.ofPlatform().name("store-writer").daemon().unstarted(this::loop);
  }

  void start() {
    thread.start();
  }

  <T> T write(Tenant tenant, Store.Work<T> work, Urgency urgency) throws StoreException {
    Job<T> job = new Job<>(tenant, work, urgency);
    if (closing || !waiting.offer(job)) {
      throw new StoreException(
          Code.STORE_UNAVAILABLE, closing ? "the store is closed" : "too many writes wait");
    }
    if (ended) {
      // The thread may have ended without having seen this one.
      failWaiting();
    }
    try {
      return job.done.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StoreException(Code.STORE_UNAVAILABLE, "interrupted while a write waited", e);
    } catch (ExecutionException e) {
      throw e.getCause() instanceof StoreException failure
          ? new StoreException(failure.code(), String.valueOf(failure.getMessage()), failure)
          : new StoreException(Code.STORE_UNAVAILABLE, "a write failed: " + e.getCause(), e);
    }
  }

  void writeSoon(Tenant tenant, Store.Work<?> work) {
    if (!closing
        && later.offer(new Job<>(tenant, work, Urgency.SOME_TIME))
        && expecting.compareAndSet(false, true)) {
      // Only the first of many wakes the thread.
      waiting.offer(new Job<>(tenant, Transaction::now, Urgency.SOME_TIME));
    }
  }

  private void loop() {
    List<Job<?>> batch = new ArrayList<>();
    try {
      while (!closing || !waiting.isEmpty() || !later.isEmpty()) {
        batch.clear();
        collect(batch);
        run(batch);
      }
    } catch (InterruptedException _) {
      // Only close() interrupts, after it waited for what was there.
      closing = true;
    } finally {
      closing = true;
      ended = true;
      // Whatever ended the thread, nobody waits for it any more.
      batch.forEach(job -> job.done.completeExceptionally(isClosed()));
      failWaiting();
    }
  }

  private static StoreException isClosed() {
    return new StoreException(Code.STORE_UNAVAILABLE, "the store is closed");
  }

  private void failWaiting() {
    for (Job<?> job = waiting.poll(); job != null; job = waiting.poll()) {
      job.done.completeExceptionally(isClosed());
    }
  }

  private void collect(List<Job<?>> batch) throws InterruptedException {
    Job<?> first = closing ? waiting.poll() : next();
    if (first != null) {
      batch.add(first);
      if (crowded && first.urgency != Urgency.SOME_TIME) {
        LockSupport.parkNanos(GATHER.toNanos());
      }
      waiting.drainTo(batch, MAX_BATCH - 1);
      // Whoever writes alone does not wait for company.
      crowded = batch.size() > 1;
    }
    long now = System.nanoTime();
    if (laterFrom == NEVER && expecting.get()) {
      laterFrom = now + LINGER.toNanos();
    }
    if (closing || laterFrom != NEVER && now - laterFrom >= 0) {
      laterFrom = NEVER;
      expecting.set(false);
      later.drainTo(batch, MAX_BATCH);
      if (!later.isEmpty()) {
        laterFrom = now;
      }
    }
  }

  /// The next job, or null when it is time for those that were put off.
  private @Nullable Job<?> next() throws InterruptedException {
    return laterFrom == NEVER
        ? waiting.take()
        : waiting.poll(laterFrom - System.nanoTime(), TimeUnit.NANOSECONDS);
  }

  /// Runs a batch. Works hardly ever fail, so that they are run without a way back first; if one
  /// does, everything is undone and run again, each work with a way back of its own.
  private void run(List<Job<?>> batch) {
    try {
      if (!run(batch, false)) {
        run(batch, true);
      }
    } catch (StoreException e) {
      undo();
      for (Job<?> job : batch) {
        job.done.completeExceptionally(e);
      }
    }
  }

  /// @param guarded whether a work that fails is undone alone
  /// @return false if a work failed and all were undone
  private boolean run(List<Job<?>> batch, boolean guarded) throws StoreException {
    List<Runnable> answers = new ArrayList<>();
    Map<Tenant, Change> changes = new HashMap<>();
    long now = host.now();
    db.synchronous(batch.stream().anyMatch(job -> job.urgency == Urgency.ON_DISK));
    db.execute("BEGIN IMMEDIATE");
    for (Job<?> job : batch) {
      try {
        if (guarded) {
          attempt(job, now, changes, answers);
        } else {
          work(job, now, changes, answers);
        }
      } catch (StoreException | RuntimeException | Error e) {
        if (guarded) {
          throw e;
        }
        undo();
        return false;
      }
    }
    for (Map.Entry<Tenant, Change> change : changes.entrySet()) {
      save(change.getKey(), change.getValue().head());
    }
    sweep(now);
    db.execute("COMMIT");
    known.committed();
    host.committed(db, changes);
    answers.forEach(Runnable::run);
    return true;
  }

  /// Runs one work. If it fails, what it wrote is undone and the others go on.
  private void attempt(Job<?> job, long now, Map<Tenant, Change> changes, List<Runnable> answers)
      throws StoreException {
    db.execute("SAVEPOINT work");
    try {
      work(job, now, changes, answers);
    } catch (StoreException | RuntimeException | Error e) {
      // An error too: a work that memory ran out for must not end the writing of all others.
      db.execute("ROLLBACK TO work");
      known.undone();
      answers.add(() -> job.done.completeExceptionally(e));
    }
    db.execute("RELEASE work");
  }

  private void work(Job<?> job, long now, Map<Tenant, Change> changes, List<Runnable> answers)
      throws StoreException {
    Change before = changes.get(job.tenant);
    Head head = before == null ? host.head(job.tenant) : before.head();
    SqliteTransaction tx = new SqliteTransaction(db, rows, known, envelope, job.tenant, head, now);
    answers.add(job.run(tx));
    changes.put(
        job.tenant,
        new Change(
            tx.head(),
            tx.stateChanged() || before != null && before.state(),
            tx.resourcesChanged() || before != null && before.resources()));
  }

  private void save(Tenant tenant, Head head) throws StoreException {
    if (head.equals(host.head(tenant))) {
      return;
    }
    db.update(
        """
        INSERT OR REPLACE INTO tenant
          (tenant, generation, ledger_size, ledger_root, newest, mac)
        VALUES (?, ?, ?, ?, ?, ?)\
        """,
        tenant.name(),
        head.generation(),
        head.edge().size(),
        head.edge().root().toByteArray(),
        head.newest(),
        rows.headMac(tenant, head));
  }

  /// Forgets exchanges that are past their end.
  private void sweep(long now) throws StoreException {
    if (swept == Long.MIN_VALUE || now - swept >= SWEEP_MILLIS) {
      db.update("DELETE FROM exchange WHERE expires<=?", now);
      swept = now;
    }
  }

  private void undo() {
    known.undone();
    try {
      db.execute("ROLLBACK");
    } catch (StoreException _) {
      // SQLite rolled back by itself, as it does when the disk is full.
      return;
    }
  }

  /// Lets what waits be written, then ends the thread.
  @Override
  public void close() {
    closing = true;
    // Wakes the thread.
    waiting.offer(new Job<>(Tenant.DEFAULT, Transaction::now, Urgency.ON_DISK));
    try {
      if (!thread.join(CLOSE_TIMEOUT)) {
        thread.interrupt();
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }
}
