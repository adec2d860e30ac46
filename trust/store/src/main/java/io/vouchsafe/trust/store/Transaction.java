package io.vouchsafe.trust.store;

import io.vouchsafe.appraisal.ReferenceValue;
import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.encoding.SecretBytes;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// What can be written, all of it or nothing. Used on the writer's thread and only while the work
/// runs; it sees what earlier works wrote.
public interface Transaction {
  /// The time that this transaction is recorded under: never before the newest recorded instant.
  Instant now();

  /// Whether nothing changed since `snapshot` was taken.
  boolean current(Snapshot snapshot) throws StoreException;

  /// Appends to the ledger. The entry is the body with index, id, time and kind in front.
  ///
  /// @param body must not have members `v`, `tenant`, `index`, `id`, `at` or `kind`
  /// @param shared the pieces that it refers to
  /// @return its index
  long append(String id, String kind, Json.Obj body, List<Shared> shared) throws StoreException;

  /// As above, for an entry that shares nothing.
  default long append(String id, String kind, Json.Obj body) throws StoreException {
    return append(id, kind, body, List.of());
  }

  /// Puts a new version of a resource.
  ///
  /// @return its version
  long putResource(String path, SecretBytes value) throws StoreException;

  /// Deletes a resource: all versions' values are gone.
  ///
  /// @return whether there was one
  boolean deleteResource(String path) throws StoreException;

  /// Puts a new version of a policy and makes it the one in force.
  ///
  /// @return its version
  long putPolicy(StoredPolicy.Kind kind, String id, Json.Obj body, PolicyOrigin origin)
      throws StoreException;

  /// Whether a policy is in force, and which.
  PolicyState policy(StoredPolicy.Kind kind, String id) throws StoreException;

  /// Takes the policy out of force.
  ///
  /// @return whether one was in force
  boolean revokePolicy(StoredPolicy.Kind kind, String id) throws StoreException;

  /// Keeps a change until a second subject approves it.
  ///
  /// @param identity of the proposer, to tell from that of the approver
  /// @param by the proposer as the record shows it
  /// @return the number of the proposal
  long propose(Json.Obj change, String identity, String by) throws StoreException;

  /// The proposal of that number, if it still waits.
  Optional<StoredProposal> proposal(long number) throws StoreException;

  /// How many proposals wait.
  long waitingProposals() throws StoreException;

  /// Forgets a proposal: it was approved, or withdrawn.
  void endProposal(long number) throws StoreException;

  /// The value of a setting of the tenant, or `otherwise` where nobody set it.
  long setting(String name, long otherwise) throws StoreException;

  /// Sets a setting of the tenant.
  void putSetting(String name, long value) throws StoreException;

  /// All reference values as they are now.
  List<StoredReferenceValue> referenceValues() throws StoreException;

  /// The reference values of a name as they are now.
  List<StoredReferenceValue> referenceValues(String name) throws StoreException;

  /// The newest signed set of that name.
  Optional<StoredReferenceSet> referenceSet(String name) throws StoreException;

  /// One version of the signed set of that name.
  Optional<StoredReferenceSet> referenceSet(String name, long version) throws StoreException;

  /// Keeps a signed set of reference values, beside older versions of it.
  void putReferenceSet(StoredReferenceSet set) throws StoreException;

  /// Adds entries.
  ///
  /// @return them as they are kept, in the same order
  List<StoredReferenceValue> addReferenceValues(List<ReferenceValue> values) throws StoreException;

  /// Deletes all entries of a name.
  ///
  /// @return how many there were
  int deleteReferenceValues(String name) throws StoreException;

  /// Deletes one entry.
  ///
  /// @return whether there was one
  boolean deleteReferenceValue(long id) throws StoreException;

  /// Binds an attestation key to an endorsement key, unless it is bound already.
  ///
  /// @return the binding that holds now
  AkBinding bindAk(AkBinding binding) throws StoreException;

  /// Puts a key on the tenant's list.
  void putTrustedAk(TrustedAk key) throws StoreException;

  /// Takes a key off the tenant's list.
  ///
  /// @return whether it was on it
  boolean removeTrustedAk(Bytes spki) throws StoreException;

  /// Keeps the state of an exchange, in place of what was kept under its kind and id.
  void putExchange(Exchange exchange) throws StoreException;

  /// Forgets an exchange.
  void removeExchange(String kind, String id) throws StoreException;
}
