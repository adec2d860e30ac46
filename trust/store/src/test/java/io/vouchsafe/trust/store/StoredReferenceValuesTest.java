package io.vouchsafe.trust.store;

import static io.vouchsafe.trust.store.StoreFixture.value;
import static org.assertj.core.api.Assertions.assertThat;

import io.vouchsafe.appraisal.ReferenceValues;
import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.verdict.Code;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/// Reference values and the signed sets that they came in.
class StoredReferenceValuesTest extends StoreTestCase {
  @Test
  void referenceValues_addedAndDeleted_countAfterRestart() throws StoreException {
    Store store = fixture.store();
    store.write(
        TENANT,
        tx -> {
          tx.addReferenceValues(List.of(value("init_data", "aa"), value("init_data", "bb")));
          return 0;
        });
    fixture.reopen();
    List<StoredReferenceValue> entries = snapshot().referenceValueEntries();
    assertThat(entries).extracting(StoredReferenceValue::id).containsExactly(1L, 2L);
    fixture.store().write(TENANT, tx -> tx.deleteReferenceValue(1));
    assertThat(snapshot().referenceValues().match("init_data", Json.of("aa"), StoreFixture.START))
        .isInstanceOf(ReferenceValues.Match.Different.class);
    fixture
        .store()
        .write(
            TENANT,
            tx -> {
              tx.addReferenceValues(List.of(value("init_data", "cc")));
              return 0;
            });
    assertThat(snapshot().referenceValueEntries())
        .extracting(StoredReferenceValue::id)
        .containsExactly(2L, 3L);
    assertThat(fixture.store().<Integer>write(TENANT, tx -> tx.deleteReferenceValues("init_data")))
        .isEqualTo(2);
  }

  @Test
  void referenceValue_tampered_storeDoesNotOpen() throws Exception {
    fixture
        .store()
        .write(
            TENANT,
            tx -> {
              tx.addReferenceValues(List.of(value("init_data", "aa")));
              return 0;
            });
    fixture.tamper("UPDATE reference_value SET body = replace(body, '\"aa\"', '\"bb\"')");
    assertRefused(Code.STORE_CORRUPT, () -> fixture.reopen());
    fixture.tamper("UPDATE reference_value SET body = replace(body, '\"bb\"', '\"aa\"')");
    fixture.reopen();
    fixture.tamper("UPDATE reference_value SET name = 'another'");
    assertRefused(Code.STORE_CORRUPT, () -> fixture.reopen());
  }

  private static StoredReferenceSet set(long version) {
    return new StoredReferenceSet(
        "vm",
        version,
        "ab".repeat(31) + "0" + version,
        "cd".repeat(32),
        Bytes.utf8("{}"),
        Instant.ofEpochMilli(1000 + version),
        "me");
  }

  @Test
  void referenceSets_areKeptByVersion() throws Exception {
    for (long version : new long[] {2, 1, 3}) {
      fixture
          .store()
          .write(
              TENANT,
              tx -> {
                tx.putReferenceSet(set(version));
                return tx;
              });
    }
    fixture.reopen();
    assertThat(fixture.store().referenceSets(TENANT)).containsExactly(set(3), set(2), set(1));
    assertThat(fixture.store().referenceSet(TENANT, set(2).statement())).contains(set(2));
    assertThat(fixture.store().referenceSet(new Tenant("other"), set(2).statement())).isEmpty();
    Optional<StoredReferenceSet> newest =
        fixture.store().write(TENANT, tx -> tx.referenceSet("vm"));
    assertThat(newest).contains(set(3));
    Optional<StoredReferenceSet> none =
        fixture.store().write(TENANT, tx -> tx.referenceSet("other"));
    assertThat(none).isEmpty();
    Optional<StoredReferenceSet> second =
        fixture.store().write(TENANT, tx -> tx.referenceSet("vm", 2));
    assertThat(second).contains(set(2));
    Optional<StoredReferenceSet> fourth =
        fixture.store().write(TENANT, tx -> tx.referenceSet("vm", 4));
    assertThat(fourth).isEmpty();
  }

  @Test
  void referenceValues_ofAName_areThoseOnly() throws StoreException {
    List<StoredReferenceValue> added =
        fixture
            .store()
            .write(
                TENANT,
                tx ->
                    tx.addReferenceValues(
                        List.of(value("a", "1"), value("b", "2"), value("a", "3"))));
    assertThat(added).extracting(StoredReferenceValue::id).containsExactly(1L, 2L, 3L);
    List<StoredReferenceValue> named = fixture.store().write(TENANT, tx -> tx.referenceValues("a"));
    assertThat(named).containsExactly(added.getFirst(), added.getLast());
    List<StoredReferenceValue> none = fixture.store().write(TENANT, tx -> tx.referenceValues("c"));
    assertThat(none).isEmpty();
    List<StoredReferenceValue> elsewhere =
        fixture.store().write(new Tenant("other"), tx -> tx.referenceValues("a"));
    assertThat(elsewhere).isEmpty();
  }

  @Test
  void referenceSet_ofAVersionThatWasLowered_isRefused() throws Exception {
    fixture
        .store()
        .write(
            TENANT,
            tx -> {
              tx.putReferenceSet(set(3));
              return tx;
            });
    fixture.tamper("UPDATE reference_set SET version=1");
    fixture.reopen();
    assertRefused(Code.STORE_CORRUPT, () -> fixture.store().referenceSets(TENANT));
  }
}
