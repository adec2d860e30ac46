package io.vouchsafe.trust.store;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.SecretBytes;
import io.vouchsafe.verdict.Code;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.locks.ReentrantLock;

/// A store in one SQLite file, for one process at a time. Values of resources are encrypted under
/// the master key, other rows authenticated with it.
///
/// The file is in WAL mode. A commit is on the disk before it is acknowledged (`synchronous=FULL`);
/// only one that nobody awaits, or that is awaited in order, goes without (`NORMAL`). Reads come
/// from memory or from a second connection and never wait for writes.
public final class SqliteStore implements Store {
  /// How far the clock may be behind the newest recorded instant: what a time service corrects
  /// without a word.
  public static final Duration CLOCK_TOLERANCE = Duration.ofSeconds(5);

  private static final int MAX_BINDINGS = 10_000;

  /// Larger files are not checked as a whole at start: it would take longer than a start may.
  private static final long QUICK_CHECK_BYTES = 64L << 20;

  private final Path file;
  private final InstantSource clock;
  private final FileChannel lockFile;
  private final Rows rows;
  private final Envelope envelope;
  private final SqliteWriter writer;
  private final Sqlite writing;

  // Guards the connection for reading and the cache of bindings.
  private final ReentrantLock readLock = new ReentrantLock();
  private final Sqlite reading;
  private final Map<Tenant, Map<Bytes, AkBinding>> bindings = new HashMap<>();

  // Heads are changed by the writer only, after a commit.
  private final ConcurrentMap<Tenant, Head> heads = new ConcurrentHashMap<>();
  private final ConcurrentMap<Tenant, TenantState> states = new ConcurrentHashMap<>();
  private final Reader reader = new Reader();
  private volatile long newest = Long.MIN_VALUE;
  private volatile boolean closed;

  private SqliteStore(
      Path file,
      FileChannel lockFile,
      Sqlite writing,
      Sqlite reading,
      MasterKey key,
      InstantSource clock,
      SecureRandom random) {
    this.file = file;
    this.lockFile = lockFile;
    this.writing = writing;
    this.reading = reading;
    this.clock = clock;
    this.rows = new Rows(new RowMac(key));
    this.envelope = new Envelope(key, random);
    this.writer = new SqliteWriter(writing, rows, envelope, new WriterHost());
  }

  /// Opens the store, or makes it if there is none.
  ///
  /// @param file the database; SQLite keeps two more beside it, we keep a lock file
  /// @param key everything secret is encrypted under it
  /// @throws StoreException if the file cannot be used, another process uses it, the key is not
  ///   that of the store, the content was tampered with, or the clock is behind what was recorded
  public static SqliteStore open(Path file, MasterKey key, InstantSource clock, SecureRandom random)
      throws StoreException {
    FileChannel lock = lock(file);
    try {
      return open(file, lock, key, clock, random);
    } catch (StoreException e) {
      release(lock);
      throw e;
    }
  }

  private static SqliteStore open(
      Path file, FileChannel lock, MasterKey key, InstantSource clock, SecureRandom random)
      throws StoreException {
    ownerOnly(file);
    Sqlite writing = Sqlite.open(file, false);
    Sqlite reading = null;
    try {
      checkFile(file, writing);
      Schema.prepare(writing, new RowMac(key));
      reading = Sqlite.open(file, true);
      SqliteStore store = new SqliteStore(file, lock, writing, reading, key, clock, random);
      store.load();
      store.writer.start();
      return store;
    } catch (StoreException e) {
      writing.close();
      if (reading != null) {
        reading.close();
      }
      throw e;
    }
  }

  /// One process at a time. The lock goes with the process, however that ends.
  private static FileChannel lock(Path file) throws StoreException {
    Path path = file.resolveSibling(file.getFileName() + ".lock");
    try {
      FileChannel channel =
          FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      try {
        FileLock lock = channel.tryLock();
        if (lock != null) {
          return channel;
        }
      } catch (OverlappingFileLockException _) {
        // This process itself has it open.
      }
      channel.close();
      throw new StoreException(
          Code.STORE_UNAVAILABLE, "another process uses the store " + file + "; stop it first");
    } catch (IOException e) {
      throw new StoreException(
          Code.STORE_UNAVAILABLE, "the store " + file + " cannot be locked: " + e, e);
    }
  }

  private static void release(FileChannel lock) {
    try {
      lock.close();
    } catch (IOException _) {
      // The lock goes with the process then.
      return;
    }
  }

  /// Makes an empty file before SQLite does, so that nobody else can ever read it.
  private static void ownerOnly(Path file) throws StoreException {
    if (Files.exists(file)) {
      return;
    }
    try {
      Files.createFile(
          file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    } catch (IOException e) {
      throw new StoreException(
          Code.STORE_UNAVAILABLE, "the store " + file + " cannot be made: " + e, e);
    }
  }

  private static void checkFile(Path file, Sqlite db) throws StoreException {
    long size;
    try {
      size = Files.size(file);
    } catch (IOException e) {
      throw new StoreException(Code.STORE_UNAVAILABLE, "the store " + file + ": " + e, e);
    }
    if (size > QUICK_CHECK_BYTES) {
      return;
    }
    String verdict =
        db.first(row -> String.valueOf(row.getString(1)), "PRAGMA quick_check(1)").orElse("");
    if (!verdict.equals("ok")) {
      throw new StoreException(Code.STORE_CORRUPT, "the store " + file + " is damaged: " + verdict);
    }
  }

  private void load() throws StoreException {
    List<Tenant> tenants =
        reading.list(row -> new Tenant(row.getString(1)), "SELECT tenant FROM tenant");
    for (Tenant tenant : tenants) {
      Head head = rows.head(reading, tenant).orElse(Head.NONE);
      heads.put(tenant, head);
      states.put(tenant, TenantState.load(reading, rows, tenant, head.generation(), reader));
      newest = Math.max(newest, head.newest());
    }
    checkClock(clock.instant());
  }

  private final class WriterHost implements SqliteWriter.Host {
    @Override
    public long now() throws StoreException {
      return SqliteStore.this.now().toEpochMilli();
    }

    @Override
    public Head head(Tenant tenant) {
      return heads.getOrDefault(tenant, Head.NONE);
    }

    @Override
    public void committed(Sqlite db, Map<Tenant, SqliteWriter.Change> changes) {
      changes.forEach((tenant, change) -> publish(db, tenant, change));
    }
  }

  private void publish(Sqlite db, Tenant tenant, SqliteWriter.Change change) {
    Head head = change.head();
    newest = Math.max(newest, head.newest());
    heads.put(tenant, head);
    TenantState before = states.get(tenant);
    if (before != null && !change.state() && !change.resources()) {
      return;
    }
    if (before != null && !change.state()) {
      states.put(tenant, before.withResourcesAt(head.generation()));
      return;
    }
    try {
      states.put(tenant, TenantState.load(db, rows, tenant, head.generation(), reader));
    } catch (StoreException _) {
      // Without its state the tenant is refused; the next snapshot tries to read it again.
      states.remove(tenant);
    }
  }

  private final class Reader implements TenantState.Resources {
    @Override
    public Optional<TenantState.Row> read(Tenant tenant, String path, long generation)
        throws StoreException {
      return reading(db ->
          db.first(
              row ->
                  new TenantState.Row(
                      row.getLong(1), new Envelope.Sealed(row.getBytes(2), row.getBytes(3))),
              """
              SELECT version, wrapped_key, ciphertext FROM resource
              WHERE tenant=? AND path=? AND ciphertext IS NOT NULL AND from_generation<=?
                AND (to_generation IS NULL OR to_generation>?)\
              """,
              tenant.name(),
              path,
              generation,
              generation));
    }

    @Override
    public SecretBytes open(Tenant tenant, String path, TenantState.Row row) throws StoreException {
      return envelope.open(tenant, path, row.version(), row.sealed());
    }
  }

  @FunctionalInterface
  private interface Reading<T> {
    T from(Sqlite db) throws StoreException;
  }

  private <T> T reading(Reading<T> reading) throws StoreException {
    readLock.lock();
    try {
      requireOpen();
      return reading.from(this.reading);
    } finally {
      readLock.unlock();
    }
  }

  private void requireOpen() throws StoreException {
    if (closed) {
      throw new StoreException(Code.STORE_UNAVAILABLE, "the store is closed");
    }
  }

  @Override
  public Instant now() throws StoreException {
    Instant now = clock.instant();
    checkClock(now);
    return now;
  }

  private void checkClock(Instant now) throws StoreException {
    if (newest != Long.MIN_VALUE
        && now.isBefore(Instant.ofEpochMilli(newest).minus(CLOCK_TOLERANCE))) {
      throw new StoreException(
          Code.CLOCK_STEPPED_BACK,
          "it is %s by the clock, but something was recorded at %s"
              .formatted(now, Instant.ofEpochMilli(newest)));
    }
  }

  @Override
  public Snapshot snapshot(Tenant tenant) throws StoreException {
    requireOpen();
    TenantState state = states.get(tenant);
    if (state != null) {
      return state;
    }
    // A tenant without anything, or one whose state could not be read after a commit.
    long generation = heads.getOrDefault(tenant, Head.NONE).generation();
    return reading(db -> TenantState.load(db, rows, tenant, generation, reader));
  }

  @Override
  public <T> T write(Tenant tenant, Work<T> work) throws StoreException {
    return writer.write(tenant, work, SqliteWriter.Urgency.ON_DISK);
  }

  @Override
  public <T> T writeInOrder(Tenant tenant, Work<T> work) throws StoreException {
    return writer.write(tenant, work, SqliteWriter.Urgency.IN_ORDER);
  }

  @Override
  public void writeSoon(Tenant tenant, Work<?> work) {
    writer.writeSoon(tenant, work);
  }

  @Override
  public Optional<Exchange> exchange(Tenant tenant, String kind, String id) throws StoreException {
    return reading(db -> rows.exchange(db, tenant, kind, id));
  }

  static String keyOf(String id) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      return HexFormat.of().formatHex(digest.digest(id.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  @Override
  public Optional<AkBinding> akBinding(Tenant tenant, Bytes akName) throws StoreException {
    return reading(db -> {
      Map<Bytes, AkBinding> cache = bindings.computeIfAbsent(tenant, _ -> newestBindings());
      AkBinding known = cache.get(akName);
      if (known != null) {
        return Optional.of(known);
      }
      // A binding never changes, so what was found once stays true.
      Optional<AkBinding> found = rows.akBinding(db, tenant, akName);
      found.ifPresent(binding -> cache.put(akName, binding));
      return found;
    });
  }

  private static Map<Bytes, AkBinding> newestBindings() {
    return new LinkedHashMap<>() {
      private static final long serialVersionUID = 1L;

      @Override
      protected boolean removeEldestEntry(Map.Entry<Bytes, AkBinding> eldest) {
        return size() > MAX_BINDINGS;
      }
    };
  }

  @Override
  public List<ResourceInfo> resources(Tenant tenant) throws StoreException {
    return reading(db ->
        db.list(
            row ->
                new ResourceInfo(
                    row.getString(1),
                    row.getLong(2),
                    row.getLong(3) - Envelope.OVERHEAD,
                    Instant.ofEpochMilli(row.getLong(4))),
            """
            SELECT path, version, length(ciphertext), at FROM resource
            WHERE tenant=? AND to_generation IS NULL ORDER BY path\
            """,
            tenant.name()));
  }

  @Override
  public List<StoredPolicy> policies(Tenant tenant, StoredPolicy.Kind kind, String id)
      throws StoreException {
    return reading(db -> rows.policies().versions(db, tenant, kind, id));
  }

  @Override
  public Optional<StoredPolicy> policy(
      Tenant tenant, StoredPolicy.Kind kind, String id, long version) throws StoreException {
    return reading(db -> rows.policies().version(db, tenant, kind, id, version));
  }

  @Override
  public List<StoredReferenceSet> referenceSets(Tenant tenant) throws StoreException {
    return reading(db -> rows.referenceSets().all(db, tenant));
  }

  @Override
  public Optional<StoredReferenceSet> referenceSet(Tenant tenant, String statement)
      throws StoreException {
    return reading(db -> rows.referenceSets().byStatement(db, tenant, statement));
  }

  @Override
  public List<StoredProposal> proposals(Tenant tenant) throws StoreException {
    return reading(db -> rows.policies().proposals(db, tenant));
  }

  @Override
  public Optional<StoredProposal> proposal(Tenant tenant, long number) throws StoreException {
    return reading(db -> rows.policies().proposal(db, tenant, number));
  }

  @Override
  public long setting(Tenant tenant, String name, long otherwise) throws StoreException {
    return reading(db -> rows.policies().setting(db, tenant, name, otherwise));
  }

  @Override
  public List<Tenant> tenants() throws StoreException {
    requireOpen();
    return heads.keySet().stream().sorted(Comparator.comparing(Tenant::name)).toList();
  }

  @Override
  public LedgerHead ledgerHead(Tenant tenant) throws StoreException {
    requireOpen();
    return headOf(tenant);
  }

  private LedgerHead headOf(Tenant tenant) {
    MerkleEdge edge = heads.getOrDefault(tenant, Head.NONE).edge();
    return new LedgerHead(edge.size(), edge.root());
  }

  @Override
  public List<LedgerEntry> ledger(Tenant tenant, long from, int limit) throws StoreException {
    return reading(db -> LedgerTree.entries(db, tenant, headOf(tenant), from, limit));
  }

  @Override
  public Optional<LedgerEntry> ledgerEntry(Tenant tenant, String id) throws StoreException {
    return reading(db -> LedgerTree.entry(db, tenant, headOf(tenant), id));
  }

  @Override
  public Map<String, Bytes> pieces(Tenant tenant, Set<String> digests) throws StoreException {
    return reading(db -> new SharedReader(db, tenant).texts(digests));
  }

  @Override
  public List<Bytes> inclusionProof(Tenant tenant, long index, long size) throws StoreException {
    if (index < 0 || index >= size || size > headOf(tenant).size()) {
      throw new IllegalArgumentException("entry %d of %d".formatted(index, size));
    }
    return reading(db -> LedgerTree.inclusion(db, tenant, index, size));
  }

  @Override
  public List<Bytes> consistencyProof(Tenant tenant, long first, long second)
      throws StoreException {
    if (first < 1 || first > second || second > headOf(tenant).size()) {
      throw new IllegalArgumentException("%d in %d".formatted(first, second));
    }
    return reading(db -> LedgerTree.consistency(db, tenant, first, second));
  }

  @Override
  public LedgerHead verifyLedger(Tenant tenant) throws StoreException {
    requireOpen();
    LedgerHead head = headOf(tenant);
    // Over a connection of its own: that takes as long as there are entries, and guests wait for
    // what the other one reads.
    try (Sqlite db = Sqlite.open(file, true)) {
      LedgerTree.verify(db, tenant, head);
    }
    return head;
  }

  /// For tests that need a store which cannot be written any more.
  void limitPages(int pages) throws StoreException {
    write(
        Tenant.DEFAULT,
        _ -> writing.first(row -> row.getLong(1), "PRAGMA max_page_count=" + pages));
  }

  @Override
  public void close() {
    if (closed) {
      return;
    }
    writer.close();
    readLock.lock();
    try {
      closed = true;
      reading.close();
    } finally {
      readLock.unlock();
    }
    writing.close();
    release(lockFile);
  }
}
