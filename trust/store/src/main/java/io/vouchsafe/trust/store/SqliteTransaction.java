package io.vouchsafe.trust.store;

import io.vouchsafe.appraisal.ReferenceValue;
import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.encoding.SecretBytes;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// One work's view of the writer's transaction.
final class SqliteTransaction implements Transaction {
  /// Of entries that stand for themselves, and of those that refer to shared pieces.
  private static final int WHOLE = 1;

  static final int SHARING = 2;

  private static final Set<String> HEAD = Set.of("v", "tenant", "index", "id", "at", "kind");

  private final Sqlite db;
  private final Rows rows;
  private final KnownPieces known;
  private final Envelope envelope;
  private final Tenant tenant;
  private final long now;
  private Head head;
  private boolean stateChanged;
  private boolean resourcesChanged;

  SqliteTransaction(
      Sqlite db,
      Rows rows,
      KnownPieces known,
      Envelope envelope,
      Tenant tenant,
      Head head,
      long now) {
    this.db = db;
    this.rows = rows;
    this.known = known;
    this.envelope = envelope;
    this.tenant = tenant;
    this.head = head;
    this.now = Math.max(now, head.newest());
  }

  /// What the next work goes on from.
  Head head() {
    return head;
  }

  /// Whether policies, reference values or listed keys must be read again.
  boolean stateChanged() {
    return stateChanged;
  }

  /// Whether a resource changed.
  boolean resourcesChanged() {
    return resourcesChanged;
  }

  private void changeState() {
    stateChanged = true;
    head = head.nextGeneration();
  }

  @Override
  public Instant now() {
    return Instant.ofEpochMilli(now);
  }

  @Override
  public boolean current(Snapshot snapshot) {
    return snapshot.generation() == head.generation();
  }

  @Override
  public long append(String id, String kind, Json.Obj body, List<Shared> shared)
      throws StoreException {
    if (!Collections.disjoint(body.members().keySet(), HEAD)) {
      throw new IllegalArgumentException("a member of the entry's head in its body");
    }
    for (Shared piece : shared) {
      share(piece);
    }
    long index = head.edge().size();
    byte[] front =
        Json.object()
            .put("v", shared.isEmpty() ? WHOLE : SHARING)
            .put("tenant", tenant.name())
            .put("index", index)
            .put("id", id)
            .put("at", now().toString())
            .put("kind", kind)
            .build()
            .toUtf8();
    byte[] data = body.members().isEmpty() ? front : joined(front, body.toUtf8());
    List<Bytes> nodes = new ArrayList<>();
    MerkleEdge edge = head.edge().append(Merkle.leaf(data), nodes);
    db.update(
        "INSERT INTO ledger (tenant, idx, id, nodes, data) VALUES (?, ?, ?, ?, ?)",
        tenant.name(),
        index,
        id,
        LedgerTree.joined(nodes),
        data);
    head = new Head(head.generation(), edge, now);
    return index;
  }

  /// The members of two objects, none of them empty, as one object.
  private static byte[] joined(byte[] front, byte[] rest) {
    byte[] joined = Arrays.copyOf(front, front.length - 1 + rest.length);
    System.arraycopy(rest, 0, joined, front.length - 1, rest.length);
    joined[front.length - 1] = ',';
    return joined;
  }

  private void share(Shared piece) throws StoreException {
    if (known.contains(tenant, piece.digest())) {
      return;
    }
    db.update(
        "INSERT OR IGNORE INTO shared (tenant, digest, data) VALUES (?, ?, ?)",
        tenant.name(),
        piece.digest().toByteArray(),
        piece.text().toByteArray());
    known.written(tenant, piece.digest());
  }

  @Override
  public long putResource(String path, SecretBytes value) throws StoreException {
    resourcesChanged = true;
    head = head.nextGeneration();
    long version =
        db.first(
                    row -> row.getLong(1),
                    "SELECT max(version) FROM resource WHERE tenant=? AND path=?",
                    tenant.name(),
                    path)
                .orElse(0L)
            + 1;
    endResource(path);
    Envelope.Sealed sealed = envelope.seal(tenant, path, version, value);
    db.update(
        """
        INSERT INTO resource
          (tenant, path, version, from_generation, at, wrapped_key, ciphertext)
        VALUES (?, ?, ?, ?, ?, ?, ?)\
        """,
        tenant.name(),
        path,
        version,
        head.generation(),
        now,
        sealed.wrappedKey(),
        sealed.ciphertext());
    return version;
  }

  private int endResource(String path) throws StoreException {
    return db.update(
        """
        UPDATE resource SET to_generation=?
        WHERE tenant=? AND path=? AND to_generation IS NULL\
        """,
        head.generation(),
        tenant.name(),
        path);
  }

  @Override
  public boolean deleteResource(String path) throws StoreException {
    resourcesChanged = true;
    head = head.nextGeneration();
    boolean found = endResource(path) > 0;
    db.update(
        "UPDATE resource SET wrapped_key=NULL, ciphertext=NULL WHERE tenant=? AND path=?",
        tenant.name(),
        path);
    return found;
  }

  @Override
  public long putPolicy(StoredPolicy.Kind kind, String id, Json.Obj body, PolicyOrigin origin)
      throws StoreException {
    changeState();
    long version =
        db.first(
                    row -> row.getLong(1),
                    "SELECT max(version) FROM policy WHERE tenant=? AND kind=? AND id=?",
                    tenant.name(),
                    kind.text(),
                    id)
                .orElse(0L)
            + 1;
    byte[] text = body.toUtf8();
    db.update(
        """
        INSERT INTO policy
          (tenant, kind, id, version, body, at, by_whom, approved_by, comment, mac)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)\
        """,
        tenant.name(),
        kind.text(),
        id,
        version,
        text,
        now,
        origin.by(),
        origin.approvedBy(),
        origin.comment(),
        rows.policies().policyMac(tenant, kind, id, version, text, now, origin));
    point(kind, id, version, 0L);
    return version;
  }

  private void point(StoredPolicy.Kind kind, String id, long version, long revoked)
      throws StoreException {
    db.update(
        """
        INSERT OR REPLACE INTO policy_active (tenant, kind, id, version, revoked, mac)
        VALUES (?, ?, ?, ?, ?, ?)\
        """,
        tenant.name(),
        kind.text(),
        id,
        version,
        revoked,
        rows.policies().pointerMac(tenant, kind, id, version, revoked));
  }

  @Override
  public PolicyState policy(StoredPolicy.Kind kind, String id) throws StoreException {
    return rows.policies().state(db, tenant, kind, id);
  }

  @Override
  public long propose(Json.Obj change, String identity, String by) throws StoreException {
    long number = nextNumber("proposal", 1);
    byte[] text = change.toUtf8();
    db.update(
        """
        INSERT INTO proposal (tenant, number, change, identity, by_whom, at, mac)
        VALUES (?, ?, ?, ?, ?, ?, ?)\
        """,
        tenant.name(),
        number,
        text,
        identity,
        by,
        now,
        rows.policies().proposalMac(tenant, number, text, identity, by, now));
    return number;
  }

  @Override
  public Optional<StoredProposal> proposal(long number) throws StoreException {
    return rows.policies().proposal(db, tenant, number);
  }

  @Override
  public long waitingProposals() throws StoreException {
    return db.first(
            row -> row.getLong(1), "SELECT count(*) FROM proposal WHERE tenant=?", tenant.name())
        .orElse(0L);
  }

  @Override
  public void endProposal(long number) throws StoreException {
    db.update("DELETE FROM proposal WHERE tenant=? AND number=?", tenant.name(), number);
  }

  @Override
  public long setting(String name, long otherwise) throws StoreException {
    return rows.policies().setting(db, tenant, name, otherwise);
  }

  @Override
  public void putSetting(String name, long value) throws StoreException {
    db.update(
        "INSERT OR REPLACE INTO setting (tenant, name, value, mac) VALUES (?, ?, ?, ?)",
        tenant.name(),
        name,
        value,
        rows.policies().settingMac(tenant, name, value));
  }

  @Override
  public boolean revokePolicy(StoredPolicy.Kind kind, String id) throws StoreException {
    changeState();
    Optional<Long> version =
        db.first(
            row -> row.getLong(1),
            """
            SELECT version FROM policy_active
            WHERE tenant=? AND kind=? AND id=? AND revoked=0\
            """,
            tenant.name(),
            kind.text(),
            id);
    if (version.isPresent()) {
      point(kind, id, version.get(), 1L);
    }
    return version.isPresent();
  }

  @Override
  public List<StoredReferenceValue> referenceValues() throws StoreException {
    return rows.referenceValues(db, tenant);
  }

  @Override
  public List<StoredReferenceValue> referenceValues(String name) throws StoreException {
    return rows.referenceValues(db, tenant, name);
  }

  @Override
  public Optional<StoredReferenceSet> referenceSet(String name) throws StoreException {
    return rows.referenceSets().newest(db, tenant, name);
  }

  @Override
  public Optional<StoredReferenceSet> referenceSet(String name, long version)
      throws StoreException {
    return rows.referenceSets().version(db, tenant, name, version);
  }

  @Override
  public void putReferenceSet(StoredReferenceSet set) throws StoreException {
    rows.referenceSets().put(db, tenant, set);
  }

  @Override
  public List<StoredReferenceValue> addReferenceValues(List<ReferenceValue> values)
      throws StoreException {
    changeState();
    List<StoredReferenceValue> added = new ArrayList<>();
    // Numbers are never used twice: an administrator who deletes by number must hit the right one.
    long entry = nextNumber("reference-value", values.size());
    for (ReferenceValue value : values) {
      byte[] body = value.json().toUtf8();
      db.update(
          "INSERT INTO reference_value (tenant, entry, name, body, mac) VALUES (?, ?, ?, ?, ?)",
          tenant.name(),
          entry,
          value.name(),
          body,
          rows.referenceValueMac(tenant, entry, body));
      added.add(new StoredReferenceValue(entry, value));
      entry++;
    }
    return added;
  }

  private long nextNumber(String what, int count) throws StoreException {
    String name = what + " " + tenant.name();
    long next =
        db.first(
                row -> row.getLong(1), "SELECT CAST(value AS INTEGER) FROM meta WHERE name=?", name)
            .orElse(1L);
    db.update(
        "INSERT OR REPLACE INTO meta (name, value) VALUES (?, ?)",
        name,
        Long.toString(next + count));
    return next;
  }

  @Override
  public int deleteReferenceValues(String name) throws StoreException {
    changeState();
    return db.update("DELETE FROM reference_value WHERE tenant=? AND name=?", tenant.name(), name);
  }

  @Override
  public boolean deleteReferenceValue(long id) throws StoreException {
    changeState();
    return db.update("DELETE FROM reference_value WHERE tenant=? AND entry=?", tenant.name(), id)
        > 0;
  }

  @Override
  public AkBinding bindAk(AkBinding binding) throws StoreException {
    Optional<AkBinding> bound = rows.akBinding(db, tenant, binding.akName());
    if (bound.isPresent()) {
      return bound.get();
    }
    byte[] name = binding.akName().toByteArray();
    byte[] spki = binding.akSpki().toByteArray();
    byte[] ek = binding.ekDigest().toByteArray();
    db.update(
        "INSERT INTO ak_binding (tenant, ak_name, ak_spki, ek_digest, mac) VALUES (?, ?, ?, ?, ?)",
        tenant.name(),
        name,
        spki,
        ek,
        rows.akBindingMac(tenant, name, spki, ek));
    return binding;
  }

  @Override
  public void putTrustedAk(TrustedAk key) throws StoreException {
    changeState();
    byte[] spki = key.spki().toByteArray();
    db.update(
        "INSERT OR REPLACE INTO trusted_ak (tenant, spki, label, mac) VALUES (?, ?, ?, ?)",
        tenant.name(),
        spki,
        key.label(),
        rows.trustedAkMac(tenant, spki, key.label()));
  }

  @Override
  public boolean removeTrustedAk(Bytes spki) throws StoreException {
    changeState();
    return db.update(
            "DELETE FROM trusted_ak WHERE tenant=? AND spki=?", tenant.name(), spki.toByteArray())
        > 0;
  }

  @Override
  public void putExchange(Exchange exchange) throws StoreException {
    String key = SqliteStore.keyOf(exchange.id());
    byte[] body = exchange.body().toUtf8();
    long expires = exchange.expires().toEpochMilli();
    db.update(
        """
        INSERT OR REPLACE INTO exchange (tenant, kind, id, body, expires, mac)
        VALUES (?, ?, ?, ?, ?, ?)\
        """,
        tenant.name(),
        exchange.kind(),
        key,
        body,
        expires,
        rows.exchangeMac(tenant, exchange.kind(), key, body, expires));
  }

  @Override
  public void removeExchange(String kind, String id) throws StoreException {
    db.update(
        "DELETE FROM exchange WHERE tenant=? AND kind=? AND id=?",
        tenant.name(),
        kind,
        SqliteStore.keyOf(id));
  }
}
