package io.vouchsafe.trust.core;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.trust.store.AkBinding;
import io.vouchsafe.trust.store.Exchange;
import io.vouchsafe.trust.store.LedgerEntry;
import io.vouchsafe.trust.store.LedgerHead;
import io.vouchsafe.trust.store.ResourceInfo;
import io.vouchsafe.trust.store.Snapshot;
import io.vouchsafe.trust.store.Store;
import io.vouchsafe.trust.store.StoreException;
import io.vouchsafe.trust.store.StoredPolicy;
import io.vouchsafe.trust.store.StoredProposal;
import io.vouchsafe.trust.store.StoredReferenceSet;
import io.vouchsafe.trust.store.Tenant;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// A real store that a test can make fail or interleave with.
class StoreWrapper implements Store {
  final Store store;

  StoreWrapper(Store store) {
    this.store = store;
  }

  @Override
  public Instant now() throws StoreException {
    return store.now();
  }

  @Override
  public Snapshot snapshot(Tenant tenant) throws StoreException {
    return store.snapshot(tenant);
  }

  @Override
  public <T> T write(Tenant tenant, Work<T> work) throws StoreException {
    return store.write(tenant, work);
  }

  @Override
  public <T> T writeInOrder(Tenant tenant, Work<T> work) throws StoreException {
    return store.writeInOrder(tenant, work);
  }

  @Override
  public void writeSoon(Tenant tenant, Work<?> work) {
    store.writeSoon(tenant, work);
  }

  @Override
  public Optional<Exchange> exchange(Tenant tenant, String kind, String id) throws StoreException {
    return store.exchange(tenant, kind, id);
  }

  @Override
  public Optional<AkBinding> akBinding(Tenant tenant, Bytes akName) throws StoreException {
    return store.akBinding(tenant, akName);
  }

  @Override
  public List<ResourceInfo> resources(Tenant tenant) throws StoreException {
    return store.resources(tenant);
  }

  @Override
  public List<StoredPolicy> policies(Tenant tenant, StoredPolicy.Kind kind, String id)
      throws StoreException {
    return store.policies(tenant, kind, id);
  }

  @Override
  public Optional<StoredPolicy> policy(
      Tenant tenant, StoredPolicy.Kind kind, String id, long version) throws StoreException {
    return store.policy(tenant, kind, id, version);
  }

  @Override
  public List<StoredReferenceSet> referenceSets(Tenant tenant) throws StoreException {
    return store.referenceSets(tenant);
  }

  @Override
  public Optional<StoredReferenceSet> referenceSet(Tenant tenant, String statement)
      throws StoreException {
    return store.referenceSet(tenant, statement);
  }

  @Override
  public List<StoredProposal> proposals(Tenant tenant) throws StoreException {
    return store.proposals(tenant);
  }

  @Override
  public Optional<StoredProposal> proposal(Tenant tenant, long number) throws StoreException {
    return store.proposal(tenant, number);
  }

  @Override
  public long setting(Tenant tenant, String name, long otherwise) throws StoreException {
    return store.setting(tenant, name, otherwise);
  }

  @Override
  public List<Tenant> tenants() throws StoreException {
    return store.tenants();
  }

  @Override
  public LedgerHead ledgerHead(Tenant tenant) throws StoreException {
    return store.ledgerHead(tenant);
  }

  @Override
  public List<LedgerEntry> ledger(Tenant tenant, long from, int limit) throws StoreException {
    return store.ledger(tenant, from, limit);
  }

  @Override
  public Optional<LedgerEntry> ledgerEntry(Tenant tenant, String id) throws StoreException {
    return store.ledgerEntry(tenant, id);
  }

  @Override
  public Map<String, Bytes> pieces(Tenant tenant, Set<String> digests) throws StoreException {
    return store.pieces(tenant, digests);
  }

  @Override
  public List<Bytes> inclusionProof(Tenant tenant, long index, long size) throws StoreException {
    return store.inclusionProof(tenant, index, size);
  }

  @Override
  public List<Bytes> consistencyProof(Tenant tenant, long first, long second)
      throws StoreException {
    return store.consistencyProof(tenant, first, second);
  }

  @Override
  public LedgerHead verifyLedger(Tenant tenant) throws StoreException {
    return store.verifyLedger(tenant);
  }

  @Override
  public void close() {
    store.close();
  }
}
