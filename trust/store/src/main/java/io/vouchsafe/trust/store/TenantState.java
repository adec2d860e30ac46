package io.vouchsafe.trust.store;

import io.vouchsafe.appraisal.ReferenceValues;
import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.SecretBytes;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.stream.Collectors;

/// A tenant's state at one generation. Resources are read when they are asked for, by generation,
/// and kept encrypted.
final class TenantState implements Snapshot {
  /// How many resources of one generation are kept in memory, and how large each may be.
  private static final int MAX_CACHED = 2048;

  private static final int MAX_CACHED_SIZE = 16 << 10;

  /// Reads and opens resources.
  interface Resources {
    /// The row that is in force at a generation.
    Optional<Row> read(Tenant tenant, String path, long generation) throws StoreException;

    SecretBytes open(Tenant tenant, String path, Row row) throws StoreException;
  }

  /// An encrypted resource.
  record Row(long version, Envelope.Sealed sealed) {}

  private final Tenant tenant;
  private final long generation;
  private final Map<StoredPolicy.Kind, Map<String, PolicyState>> policies;
  private final List<StoredReferenceValue> entries;
  private final ReferenceValues values;
  private final List<TrustedAk> aks;
  private final Set<Bytes> akKeys;
  private final Resources resources;
  private final ConcurrentMap<String, Row> cached = new ConcurrentHashMap<>();

  private TenantState(
      Tenant tenant,
      long generation,
      Map<StoredPolicy.Kind, Map<String, PolicyState>> policies,
      List<StoredReferenceValue> entries,
      ReferenceValues values,
      List<TrustedAk> aks,
      Resources resources) {
    this.tenant = tenant;
    this.generation = generation;
    this.policies = policies;
    this.entries = List.copyOf(entries);
    this.values = values;
    this.aks = List.copyOf(aks);
    this.akKeys = aks.stream().map(TrustedAk::spki).collect(Collectors.toUnmodifiableSet());
    this.resources = resources;
  }

  static TenantState load(Sqlite db, Rows rows, Tenant tenant, long generation, Resources resources)
      throws StoreException {
    List<StoredReferenceValue> entries = rows.referenceValues(db, tenant);
    return new TenantState(
        tenant,
        generation,
        rows.policies().active(db, tenant),
        entries,
        ReferenceValues.of(entries.stream().map(StoredReferenceValue::value).toList()),
        rows.trustedAks(db, tenant),
        resources);
  }

  /// The state after a change of resources only: nothing else needs to be read again.
  TenantState withResourcesAt(long newGeneration) {
    return new TenantState(tenant, newGeneration, policies, entries, values, aks, resources);
  }

  @Override
  public long generation() {
    return generation;
  }

  @Override
  public PolicyState policy(StoredPolicy.Kind kind, String id) {
    PolicyState state = policies.getOrDefault(kind, Map.of()).get(id);
    return state == null ? new PolicyState.Missing() : state;
  }

  @Override
  public ReferenceValues referenceValues() {
    return values;
  }

  @Override
  public List<StoredReferenceValue> referenceValueEntries() {
    return entries;
  }

  @Override
  public List<TrustedAk> trustedAks() {
    return aks;
  }

  @Override
  public boolean trusts(Bytes spki) {
    return akKeys.contains(spki);
  }

  @Override
  public Optional<Resource> resource(String path) throws StoreException {
    Optional<Row> row = row(path);
    return row.isEmpty()
        ? Optional.empty()
        : Optional.of(new Resource(row.get().version(), resources.open(tenant, path, row.get())));
  }

  @Override
  public Optional<Long> resourceVersion(String path) throws StoreException {
    return row(path).map(Row::version);
  }

  private Optional<Row> row(String path) throws StoreException {
    Row known = cached.get(path);
    if (known != null) {
      return Optional.of(known);
    }
    Optional<Row> read = resources.read(tenant, path, generation);
    if (read.isPresent()
        && cached.size() < MAX_CACHED
        && read.get().sealed().ciphertext().length <= MAX_CACHED_SIZE) {
      cached.put(path, read.get());
    }
    return read;
  }
}
