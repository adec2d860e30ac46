package io.vouchsafe.trust.store;

import io.vouchsafe.encoding.Bytes;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// What a trust server keeps. Thread-safe. Every method fails closed: an answer that cannot be
/// believed is a [StoreException], never a default.
///
/// Acknowledged means durable: when [#write] returns, the change survives the loss of the process
/// and of power.
public interface Store extends AutoCloseable {

  /// Something to write in one piece. It may be run a second time, after what the first run wrote
  /// was undone, so it must not change anything but the store.
  ///
  /// @param <T> what comes back
  @FunctionalInterface
  interface Work<T> {
    /// Writes. Must not block and must not keep `tx`.
    ///
    /// @throws StoreException to undo what this work wrote
    T run(Transaction tx) throws StoreException;
  }

  /// The time, if it can be trusted.
  ///
  /// @throws StoreException with [io.vouchsafe.verdict.Code#CLOCK_STEPPED_BACK] if the clock is
  ///   further behind the newest recorded instant than a correction explains
  Instant now() throws StoreException;

  /// The tenant's state as it is now.
  Snapshot snapshot(Tenant tenant) throws StoreException;

  /// Runs `work` and waits until it is durable. Works of many callers share one synchronous write.
  ///
  /// @throws StoreException if it could not be made durable, or as `work` does; nothing is written
  <T> T write(Tenant tenant, Work<T> work) throws StoreException;

  /// As [#write], but without waiting for the disk: the change survives a kill of the process at
  /// once and the loss of power a little later, at the latest with the next [#write]. Never is
  /// something durable that was written after it while it is not.
  ///
  /// @throws StoreException as [#write] does
  <T> T writeInOrder(Tenant tenant, Work<T> work) throws StoreException;

  /// Runs `work` within about a second and returns at once. For what a guest can simply ask for
  /// again: it is lost if the process is killed before, or if the store fails. Works that came
  /// after it may run before it.
  void writeSoon(Tenant tenant, Work<?> work);

  /// The state of an exchange, past its end or not, as the last commit left it.
  Optional<Exchange> exchange(Tenant tenant, String kind, String id) throws StoreException;

  /// The binding of an attestation key, if it is enrolled.
  Optional<AkBinding> akBinding(Tenant tenant, Bytes akName) throws StoreException;

  /// The resources without their values, by path.
  List<ResourceInfo> resources(Tenant tenant) throws StoreException;

  /// All versions of a policy, oldest first.
  List<StoredPolicy> policies(Tenant tenant, StoredPolicy.Kind kind, String id)
      throws StoreException;

  /// One version of a policy.
  Optional<StoredPolicy> policy(Tenant tenant, StoredPolicy.Kind kind, String id, long version)
      throws StoreException;

  /// All versions of all signed sets of reference values, by name, newest first.
  List<StoredReferenceSet> referenceSets(Tenant tenant) throws StoreException;

  /// The signed set whose statement has that digest.
  Optional<StoredReferenceSet> referenceSet(Tenant tenant, String statement) throws StoreException;

  /// The changes that wait for approval, oldest first.
  List<StoredProposal> proposals(Tenant tenant) throws StoreException;

  /// The change of that number, if it still waits.
  Optional<StoredProposal> proposal(Tenant tenant, long number) throws StoreException;

  /// The value of a setting of a tenant, or `otherwise` where nobody set it.
  long setting(Tenant tenant, String name, long otherwise) throws StoreException;

  /// The tenants for which anything was ever written, by name.
  List<Tenant> tenants() throws StoreException;

  /// Size and root of the ledger.
  LedgerHead ledgerHead(Tenant tenant) throws StoreException;

  /// Entries from index `from` on, at most `limit`.
  List<LedgerEntry> ledger(Tenant tenant, long from, int limit) throws StoreException;

  /// The entry of that id.
  Optional<LedgerEntry> ledgerEntry(Tenant tenant, String id) throws StoreException;

  /// The stored texts of shared pieces, by digest.
  ///
  /// @param digests as [LedgerAudit#named] finds them in entries
  /// @throws StoreException with [io.vouchsafe.verdict.Code#STORE_CORRUPT] if one is gone or is not
  ///   what was stored
  Map<String, Bytes> pieces(Tenant tenant, Set<String> digests) throws StoreException;

  /// The hashes that lead from an entry to the root of the tree of `size` entries (RFC 9162
  /// §2.1.3).
  ///
  /// @throws IllegalArgumentException unless `index < size <= ` the ledger's size
  List<Bytes> inclusionProof(Tenant tenant, long index, long size) throws StoreException;

  /// The hashes that show that the tree of `first` entries is a prefix of that of `second` (RFC
  /// 9162 §2.1.4).
  ///
  /// @throws IllegalArgumentException unless `0 < first <= second <= ` the ledger's size
  List<Bytes> consistencyProof(Tenant tenant, long first, long second) throws StoreException;

  /// Reads the whole ledger and recomputes its root.
  ///
  /// @throws StoreException with [io.vouchsafe.verdict.Code#STORE_CORRUPT] if an entry was changed,
  ///   removed or added behind the store's back
  LedgerHead verifyLedger(Tenant tenant) throws StoreException;

  /// Makes durable what waits, then lets go of everything. Idempotent.
  @Override
  void close();
}
