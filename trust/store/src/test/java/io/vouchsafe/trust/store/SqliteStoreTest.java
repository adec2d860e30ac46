package io.vouchsafe.trust.store;

import static io.vouchsafe.trust.store.StoreFixture.body;
import static io.vouchsafe.trust.store.StoreFixture.secret;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vouchsafe.encoding.SecretBytes;
import io.vouchsafe.verdict.Code;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// The store as a whole: transactions, clock, files that are not its own.
class SqliteStoreTest extends StoreTestCase {
  @Test
  void work_thatFails_leavesNothingAndDoesNotHarmOthers() throws StoreException {
    assertRefused(
        Code.STORE_CORRUPT,
        () ->
            fixture
                .store()
                .write(
                    TENANT,
                    tx -> {
                      tx.putResource(PATH, secret("half"));
                      tx.append("half", "test", body("half"));
                      throw new StoreException(Code.STORE_CORRUPT, "on purpose");
                    }));
    assertThat(snapshot().resource(PATH)).isEmpty();
    assertThat(fixture.store().ledgerHead(TENANT).size()).isZero();
    assertThat(put(PATH, "whole")).isEqualTo(1);
  }

  private void assertUnavailable(Store.Work<Long> work) {
    assertRefused(Code.STORE_UNAVAILABLE, () -> fixture.store().write(TENANT, work));
  }

  @Test
  void work_thatThrowsUnchecked_isUnavailable() {
    assertUnavailable(_ -> {
      throw new IllegalStateException("on purpose");
    });
  }

  /// Without an answer the caller would wait for ever, and so would everybody after it.
  @Test
  @Timeout(60)
  void work_thatMemoryRunsOutFor_isUnavailableAndTheNextIsDone() throws StoreException {
    assertUnavailable(_ -> {
      throw new OutOfMemoryError("on purpose");
    });
    assertThat(put(PATH, "value")).isEqualTo(1);
  }

  @Test
  void transaction_afterChange_snapshotIsNotCurrent() throws StoreException {
    Snapshot before = snapshot();
    assertThat(fixture.store().<Boolean>write(TENANT, tx -> tx.current(before))).isTrue();
    put(PATH, "value");
    assertThat(fixture.store().<Boolean>write(TENANT, tx -> tx.current(before))).isFalse();
    Snapshot after = snapshot();
    assertThat(fixture.store().<Boolean>write(TENANT, tx -> tx.current(after))).isTrue();
  }

  @Test
  void clock_steppedBackBeyondTolerance_isRefusedUntilTimeCatchesUp() throws StoreException {
    fixture.store().write(TENANT, tx -> tx.append("a", "test", body("x")));
    fixture.move(Duration.ofSeconds(-4));
    fixture.store().write(TENANT, tx -> tx.append("b", "test", body("x")));
    LedgerEntry entry = fixture.store().ledger(TENANT, 1, 1).getFirst();
    assertThat(entry.at()).isEqualTo(StoreFixture.START);
    fixture.move(Duration.ofSeconds(-4));
    assertRefused(Code.CLOCK_STEPPED_BACK, () -> fixture.store().now());
    assertRefused(
        Code.CLOCK_STEPPED_BACK,
        () -> fixture.store().write(TENANT, tx -> tx.append("c", "test", body("x"))));
    fixture.store().close();
    assertRefused(Code.CLOCK_STEPPED_BACK, () -> fixture.reopen());
    fixture.move(Duration.ofSeconds(8));
    fixture.reopen();
    assertThat(fixture.store().ledgerHead(TENANT).size()).isEqualTo(2);
  }

  @Test
  void store_openedTwice_isUnavailable() {
    assertRefused(
        Code.STORE_UNAVAILABLE,
        () -> SqliteStore.open(fixture.file, fixture.key(), fixture.clock(), fixture.random));
  }

  @Test
  void store_withOtherKey_isCorrupt() {
    fixture.close();
    assertRefused(
        Code.STORE_CORRUPT,
        () ->
            SqliteStore.open(
                fixture.file,
                MasterKey.of(SecretBytes.take(new byte[32])),
                fixture.clock(),
                fixture.random));
  }

  @Test
  void store_ofLaterSchema_isUnavailable() throws Exception {
    fixture.alter("PRAGMA user_version=99");
    assertRefused(Code.STORE_UNAVAILABLE, () -> fixture.reopen());
  }

  @Test
  void store_thatIsNoDatabase_isCorrupt() throws IOException {
    fixture.close();
    Files.writeString(
        fixture.file, "this is not a database, and long enough to be looked at".repeat(9));
    assertRefused(Code.STORE_CORRUPT, () -> fixture.reopen());
  }

  @Test
  void store_damagedInTheMiddle_isNeverTrusted() throws Exception {
    for (int i = 0; i < 50; i++) {
      put("default/key/" + i, "value " + i);
    }
    fixture.close();
    byte[] content = Files.readAllBytes(fixture.file);
    Arrays.fill(content, 4096, 3 * 4096, (byte) 0x5a);
    Files.write(fixture.file, content);
    assertRefused(Code.STORE_CORRUPT, () -> fixture.reopen());
  }

  @Test
  void store_inFolderThatIsNotThere_isUnavailable() {
    assertRefused(
        Code.STORE_UNAVAILABLE,
        () ->
            SqliteStore.open(
                folder.resolve("nowhere/trust.db"),
                fixture.key(),
                fixture.clock(),
                fixture.random));
  }

  @Test
  void store_closed_isUnavailable() {
    fixture.close();
    assertRefused(Code.STORE_UNAVAILABLE, () -> snapshot());
    assertRefused(Code.STORE_UNAVAILABLE, () -> put(PATH, "value"));
    assertRefused(Code.STORE_UNAVAILABLE, () -> fixture.store().ledger(TENANT, 0, 1));
    fixture.close();
  }

  @Test
  void store_diskFull_isUnavailableAndKeepsWhatItHad() throws StoreException {
    put(PATH, "value");
    fixture.store().limitPages(1);
    String large = "x".repeat(1 << 20);
    assertRefused(Code.STORE_UNAVAILABLE, () -> put("default/key/large", large));
    assertThat(StoreFixture.text(snapshot().resource(PATH).orElseThrow())).isEqualTo("value");
    assertThat(snapshot().resource("default/key/large")).isEmpty();
    fixture.reopen();
    assertThat(fixture.store().verifyLedger(TENANT).size()).isZero();
    assertThat(put("default/key/large", large)).isEqualTo(1);
  }

  @Test
  void tenant_badName_isRefused() {
    for (String name : List.of("", "A", "-a", "a-", "a b", "x".repeat(64))) {
      assertThatThrownBy(() -> new Tenant(name)).isInstanceOf(IllegalArgumentException.class);
    }
    assertThat(Optional.of(new Tenant("a-1")).map(Tenant::toString)).contains("a-1");
  }

  @Test
  void tenants_areThoseThatSomethingWasWrittenFor() throws Exception {
    assertThat(fixture.store().tenants()).isEmpty();
    fixture.store().write(new Tenant("b"), tx -> tx.append("1", "test", body("x")));
    fixture.store().write(new Tenant("a"), tx -> tx.append("1", "test", body("x")));
    assertThat(fixture.store().tenants()).containsExactly(new Tenant("a"), new Tenant("b"));
    fixture.reopen();
    assertThat(fixture.store().tenants()).containsExactly(new Tenant("a"), new Tenant("b"));
  }
}
