package io.vouchsafe.trust.store;

import static io.vouchsafe.trust.store.StoreFixture.body;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.verdict.Code;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class LedgerTest extends StoreTestCase {
  private void append(int count) throws StoreException {
    fixture
        .store()
        .write(
            TENANT,
            tx -> {
              for (int i = 0; i < count; i++) {
                tx.append("id" + i, "test", body("entry " + i));
              }
              return count;
            });
  }

  private static void assertCorrupt(ThrowingCallable action) {
    assertThatThrownBy(action)
        .isInstanceOfSatisfying(
            StoreException.class, e -> assertThat(e.code()).isEqualTo(Code.STORE_CORRUPT));
  }

  /// MTH of RFC 9162 §2.1.1, written from its definition.
  private static Bytes definition(List<Bytes> leaves) {
    if (leaves.isEmpty()) {
      return Merkle.EMPTY_ROOT;
    }
    if (leaves.size() == 1) {
      return Merkle.leaf(leaves.getFirst());
    }
    int split = Integer.highestOneBit(leaves.size() - 1);
    return Merkle.node(
        definition(leaves.subList(0, split)), definition(leaves.subList(split, leaves.size())));
  }

  @Test
  void root_ofEmptyLedger_isHashOfNothing() throws StoreException {
    assertThat(fixture.store().ledgerHead(TENANT).root().hex())
        .isEqualTo("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  }

  @Test
  void root_ofEverySize_isThatOfTheDefinition() throws StoreException {
    List<Bytes> leaves = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      String id = "id" + i;
      fixture.store().write(TENANT, tx -> tx.append(id, "test", body(id)));
      leaves.add(fixture.store().ledgerEntry(TENANT, id).orElseThrow().data());
      assertThat(fixture.store().ledgerHead(TENANT))
          .isEqualTo(new LedgerHead(i + 1, definition(leaves)));
    }
    fixture.reopen();
    assertThat(fixture.store().ledgerHead(TENANT))
        .isEqualTo(new LedgerHead(40, definition(leaves)));
    assertThat(fixture.store().verifyLedger(TENANT).size()).isEqualTo(40);
  }

  @Test
  void proofs_ofAllSizesUpTo33_verify() throws StoreException {
    append(33);
    Store store = fixture.store();
    List<LedgerEntry> entries = store.ledger(TENANT, 0, 100);
    List<Bytes> leaves = entries.stream().map(LedgerEntry::data).toList();
    for (int size = 1; size <= 33; size++) {
      Bytes root = definition(leaves.subList(0, size));
      for (int index = 0; index < size; index++) {
        List<Bytes> proof = store.inclusionProof(TENANT, index, size);
        Bytes leaf = Merkle.leaf(leaves.get(index));
        assertThat(Merkle.includes(leaf, index, size, proof, root)).isTrue();
        assertThat(Merkle.includes(leaf, (index + 1) % (size + 1), size, proof, root)).isFalse();
      }
      for (int first = 1; first <= size; first++) {
        List<Bytes> proof = store.consistencyProof(TENANT, first, size);
        Bytes firstRoot = definition(leaves.subList(0, first));
        assertThat(Merkle.consistent(first, firstRoot, size, root, proof)).isTrue();
        assertThat(Merkle.consistent(first, Merkle.EMPTY_ROOT, size, root, proof)).isFalse();
        if (first < size) {
          assertThat(Merkle.consistent(first, firstRoot, size, firstRoot, proof)).isFalse();
        }
      }
    }
  }

  @Test
  void proof_lengthenedShortenedOrChanged_doesNotVerify() throws StoreException {
    append(21);
    LedgerHead head = fixture.store().ledgerHead(TENANT);
    Bytes leaf = Merkle.leaf(fixture.store().ledger(TENANT, 5, 1).getFirst().data());
    List<Bytes> proof = fixture.store().inclusionProof(TENANT, 5, head.size());
    assertThat(Merkle.includes(leaf, 5, head.size(), proof, head.root())).isTrue();
    List<Bytes> longer = new ArrayList<>(proof);
    longer.add(Bytes.zeros(32));
    assertThat(Merkle.includes(leaf, 5, head.size(), longer, head.root())).isFalse();
    assertThat(
            Merkle.includes(leaf, 5, head.size(), proof.subList(0, proof.size() - 1), head.root()))
        .isFalse();
    for (int i = 0; i < proof.size(); i++) {
      List<Bytes> changed = new ArrayList<>(proof);
      changed.set(i, Bytes.zeros(32));
      assertThat(Merkle.includes(leaf, 5, head.size(), changed, head.root())).isFalse();
    }
  }

  @Test
  void proof_beyondTheLedger_isRefused() throws StoreException {
    append(3);
    Store store = fixture.store();
    assertThatThrownBy(() -> store.inclusionProof(TENANT, 3, 3))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> store.inclusionProof(TENANT, 0, 4))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> store.consistencyProof(TENANT, 0, 3))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void entry_read_hasWhatWasRecorded() throws StoreException {
    append(3);
    LedgerEntry entry = fixture.store().ledgerEntry(TENANT, "id1").orElseThrow();
    assertThat(entry.index()).isEqualTo(1);
    assertThat(entry.at()).isEqualTo(StoreFixture.START);
    assertThat(entry.data().utf8Lossy())
        .isEqualTo(
            "{\"v\":1,\"tenant\":\"default\",\"index\":1,\"id\":\"id1\","
                + "\"at\":\"2026-11-25T12:00:00Z\",\"kind\":\"test\",\"note\":\"entry 1\"}");
    assertThat(fixture.store().ledgerEntry(TENANT, "id9")).isEmpty();
    assertThat(fixture.store().ledgerEntry(new Tenant("other"), "id1")).isEmpty();
    assertThat(fixture.store().ledger(TENANT, 2, 10))
        .extracting(LedgerEntry::id)
        .containsExactly("id2");
    assertThat(fixture.store().ledger(TENANT, 3, 10)).isEmpty();
  }

  @Test
  void entry_changed_isCorruptWhereverItIsRead() throws Exception {
    append(10);
    fixture.tamper("UPDATE ledger SET data = replace(data, 'entry 4', 'entry X') WHERE idx=4");
    fixture.reopen();
    assertCorrupt(() -> fixture.store().ledgerEntry(TENANT, "id4"));
    assertCorrupt(() -> fixture.store().ledger(TENANT, 0, 10));
    assertCorrupt(() -> fixture.store().verifyLedger(TENANT));
  }

  @Test
  void entry_removed_isCorrupt() throws Exception {
    append(10);
    fixture.tamper("DELETE FROM ledger WHERE idx=3");
    fixture.reopen();
    assertCorrupt(() -> fixture.store().verifyLedger(TENANT));
    assertCorrupt(() -> fixture.store().ledger(TENANT, 0, 10));
  }

  @Test
  void node_changed_isCorrupt() throws Exception {
    append(10);
    fixture.tamper("UPDATE ledger SET nodes = zeroblob(32) WHERE idx=1");
    fixture.reopen();
    assertCorrupt(() -> fixture.store().verifyLedger(TENANT));
  }

  @Test
  void ledger_cutAtItsEnd_storeDoesNotOpen() throws Exception {
    append(9);
    fixture.tamper("DELETE FROM ledger WHERE idx=8");
    assertCorrupt(() -> fixture.reopen());
  }

  @Test
  void head_setBack_storeDoesNotOpen() throws Exception {
    append(9);
    fixture.tamper("UPDATE tenant SET ledger_size = 8");
    assertCorrupt(() -> fixture.reopen());
  }

  @Test
  void append_byManyAtOnce_sharesCommitsAndLosesNothing() throws Exception {
    int callers = 64;
    List<Future<Long>> futures = new ArrayList<>();
    try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < callers; i++) {
        String id = "id" + i;
        futures.add(
            executor.submit(
                () -> fixture.store().write(TENANT, tx -> tx.append(id, "test", body(id)))));
      }
    }
    for (int i = 0; i < callers; i++) {
      long index = futures.get(i).get();
      assertThat(fixture.store().ledgerEntry(TENANT, "id" + i))
          .hasValueSatisfying(entry -> assertThat(entry.index()).isEqualTo(index));
    }
    assertThat(fixture.store().verifyLedger(TENANT).size()).isEqualTo(callers);
  }

  @Test
  void append_sameIdTwice_isRefusedAndLeavesNoHole() throws StoreException {
    append(1);
    assertThatThrownBy(
            () -> fixture.store().write(TENANT, tx -> tx.append("id0", "test", body("x"))))
        .isInstanceOf(StoreException.class);
    fixture.store().write(TENANT, tx -> tx.append("id1", "test", body("x")));
    assertThat(fixture.store().verifyLedger(TENANT).size()).isEqualTo(2);
  }

  private static final Json FINDINGS = Json.array(Json.of("one"), Json.of("two"));
  private static final Json.Obj SUBJECT = Json.object().put("tee", "tpm").build();

  /// An entry that refers to an object and, within an array, to an array.
  private void appendSharing(String id) throws StoreException {
    Shared findings = Shared.of(FINDINGS);
    Shared subject = Shared.of(SUBJECT);
    Json.Obj body =
        Json.object()
            .put("subject", subject.reference().with("nonce", Json.of(id)))
            .put("findings", Json.array(Json.of("zero"), findings.reference()))
            .build();
    fixture.store().write(TENANT, tx -> tx.append(id, "test", body, List.of(findings, subject)));
  }

  @Test
  void entry_thatShares_isReadAsAWholeAndStoredShort() throws Exception {
    appendSharing("id0");
    appendSharing("id1");
    fixture.reopen();
    appendSharing("id2");
    for (String id : List.of("id0", "id1", "id2")) {
      LedgerEntry entry = fixture.store().ledgerEntry(TENANT, id).orElseThrow();
      assertThat(entry.body().compact())
          .endsWith(
              "\"subject\":{\"tee\":\"tpm\",\"nonce\":\""
                  + id
                  + "\"},"
                  + "\"findings\":[\"zero\",\"one\",\"two\"]}");
      assertThat(entry.data().utf8Lossy())
          .startsWith("{\"v\":2,")
          .contains("$shared")
          .doesNotContain("two");
    }
    assertThat(fixture.store().verifyLedger(TENANT).size()).isEqualTo(3);
    assertThat(fixture.count("shared")).isEqualTo(2);
  }

  @Test
  void entry_whosePieceWasChanged_isCorrupt() throws Exception {
    appendSharing("id0");
    fixture.tamper("UPDATE shared SET data = replace(data, 'two', 'too')");
    fixture.reopen();
    assertCorrupt(() -> fixture.store().ledgerEntry(TENANT, "id0"));
    assertCorrupt(() -> fixture.store().ledger(TENANT, 0, 10));
    assertCorrupt(() -> fixture.store().verifyLedger(TENANT));
  }

  @Test
  void entry_whosePieceIsGone_isCorrupt() throws Exception {
    appendSharing("id0");
    fixture.tamper("DELETE FROM shared");
    fixture.reopen();
    assertCorrupt(() -> fixture.store().ledgerEntry(TENANT, "id0"));
    assertCorrupt(() -> fixture.store().verifyLedger(TENANT));
  }

  @Test
  void piece_ofAWorkThatFailed_isWrittenByTheNextOne() throws Exception {
    Shared findings = Shared.of(FINDINGS);
    Json.Obj body = Json.object().put("findings", Json.array(findings.reference())).build();
    assertThatThrownBy(() ->
            fixture
                .store()
                .write(
                    TENANT,
                    tx -> {
                      tx.append("id0", "test", body, List.of(findings));
                      throw new StoreException(Code.INTERNAL, "a test");
                    }))
        .isInstanceOf(StoreException.class);
    fixture.store().write(TENANT, tx -> tx.append("id1", "test", body, List.of(findings)));
    assertThat(fixture.store().ledgerEntry(TENANT, "id1")).isPresent();
  }

  @Test
  void knownPieces_moreThanTheBound_areForgotten() {
    KnownPieces known = new KnownPieces();
    for (int i = 0; i < KnownPieces.MAX + 10; i++) {
      known.written(TENANT, Bytes.utf8("piece " + i));
      known.committed();
    }
    assertThat(known.size()).isEqualTo(KnownPieces.MAX);
    assertThat(known.contains(TENANT, Bytes.utf8("piece 0"))).isFalse();
    assertThat(known.contains(TENANT, Bytes.utf8("piece " + KnownPieces.MAX))).isTrue();
    assertThat(known.contains(new Tenant("other"), Bytes.utf8("piece " + KnownPieces.MAX)))
        .isFalse();
  }

  @Test
  void append_bodyWithAMemberOfTheHead_isRefused() {
    Json.Obj body = Json.object().put("index", 7).build();
    assertThatThrownBy(() -> fixture.store().write(TENANT, tx -> tx.append("id", "test", body)))
        .isInstanceOf(StoreException.class)
        .hasMessageContaining("head");
  }
}
