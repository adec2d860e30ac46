package io.vouchsafe.trust.store;

import static io.vouchsafe.trust.store.StoreFixture.body;
import static io.vouchsafe.trust.store.StoreFixture.secret;
import static io.vouchsafe.trust.store.StoreFixture.value;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.vouchsafe.appraisal.ReferenceValues;
import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.encoding.SecretBytes;
import io.vouchsafe.verdict.Code;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.assertj.core.api.AbstractThrowableAssert;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SqliteStoreTest {
  private static final Tenant TENANT = Tenant.DEFAULT;
  private static final String PATH = "default/image-kek/one";

  @TempDir Path folder;
  private StoreFixture fixture;

  @BeforeEach
  void open() throws StoreException {
    fixture = new StoreFixture(folder);
  }

  @AfterEach
  void close() {
    fixture.close();
  }

  private static AbstractThrowableAssert<?, ? extends Throwable> assertRefused(
      Code code, ThrowingCallable action) {
    return assertThatThrownBy(action)
        .isInstanceOfSatisfying(StoreException.class, e -> assertThat(e.code()).isEqualTo(code));
  }

  private Snapshot snapshot() throws StoreException {
    return fixture.store().snapshot(TENANT);
  }

  private long put(String path, String value) throws StoreException {
    return fixture.store().write(TENANT, tx -> tx.putResource(path, secret(value)));
  }

  @Test
  void resource_putTwice_newVersionCountsAlsoAfterRestart() throws StoreException {
    assertThat(put(PATH, "first")).isEqualTo(1);
    assertThat(put(PATH, "second")).isEqualTo(2);
    fixture.reopen();
    Snapshot.Resource resource = snapshot().resource(PATH).orElseThrow();
    assertThat(resource.version()).isEqualTo(2);
    assertThat(StoreFixture.text(resource)).isEqualTo("second");
  }

  @Test
  void resource_snapshotBeforeChange_keepsItsVersion() throws StoreException {
    put(PATH, "first");
    Snapshot before = snapshot();
    put(PATH, "second");
    assertThat(StoreFixture.text(before.resource(PATH).orElseThrow())).isEqualTo("first");
    assertThat(StoreFixture.text(snapshot().resource(PATH).orElseThrow())).isEqualTo("second");
  }

  @Test
  void resource_deleted_isGoneAndVersionsGoOn() throws StoreException {
    put(PATH, "first");
    assertThat(fixture.store().<Boolean>write(TENANT, tx -> tx.deleteResource(PATH))).isTrue();
    assertThat(snapshot().resource(PATH)).isEmpty();
    assertThat(fixture.store().<Boolean>write(TENANT, tx -> tx.deleteResource(PATH))).isFalse();
    assertThat(put(PATH, "third")).isEqualTo(2);
  }

  @Test
  void resource_ofOtherTenant_isNotSeen() throws StoreException {
    put(PATH, "mine");
    assertThat(fixture.store().snapshot(new Tenant("other")).resource(PATH)).isEmpty();
    assertThat(fixture.store().resources(new Tenant("other"))).isEmpty();
  }

  @Test
  void resource_inFile_isNotReadable() throws Exception {
    put(PATH, "a very secret sentence");
    fixture.close();
    String content = Files.readString(fixture.file, StandardCharsets.ISO_8859_1);
    assertThat(content).doesNotContain("a very secret sentence");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(fixture.file)))
        .isEqualTo("rw-------");
  }

  @Test
  void resources_listed_withSizes() throws StoreException {
    put("a/b/c", "12345");
    put(PATH, "");
    assertThat(fixture.store().resources(TENANT))
        .extracting(ResourceInfo::path, ResourceInfo::size)
        .containsExactly(tuple("a/b/c", 5L), tuple(PATH, 0L));
  }

  @Test
  void resource_ciphertextTampered_isCorrupt() throws Exception {
    put(PATH, "value");
    fixture.tamper("UPDATE resource SET ciphertext = zeroblob(length(ciphertext))");
    fixture.reopen();
    assertRefused(Code.STORE_CORRUPT, () -> snapshot().resource(PATH));
  }

  @Test
  void resource_rowMovedToOtherPath_isCorrupt() throws Exception {
    put(PATH, "value");
    fixture.tamper("UPDATE resource SET path = 'default/image-kek/two'");
    fixture.reopen();
    assertRefused(Code.STORE_CORRUPT, () -> snapshot().resource("default/image-kek/two"));
  }

  @Test
  void resource_versionRolledBack_isCorrupt() throws Exception {
    put(PATH, "old");
    put(PATH, "new");
    fixture.tamper(
        """
        UPDATE resource SET
          wrapped_key = (SELECT wrapped_key FROM resource WHERE version=1),
          ciphertext = (SELECT ciphertext FROM resource WHERE version=1)
        WHERE version=2\
        """);
    fixture.reopen();
    assertRefused(Code.STORE_CORRUPT, () -> snapshot().resource(PATH));
  }

  @Test
  void policy_neverPut_isMissing() throws StoreException {
    assertThat(snapshot().policy(StoredPolicy.Kind.RELEASE, "release"))
        .isEqualTo(new PolicyState.Missing());
  }

  @Test
  void policy_revoked_isRevokedUntilPutAgain() throws StoreException {
    Store store = fixture.store();
    store.write(
        TENANT,
        tx ->
            tx.putPolicy(StoredPolicy.Kind.RELEASE, "release", body("one"), PolicyOrigin.of("me")));
    assertThat(
            store.<Boolean>write(
                TENANT, tx -> tx.revokePolicy(StoredPolicy.Kind.RELEASE, "release")))
        .isTrue();
    fixture.reopen();
    assertThat(snapshot().policy(StoredPolicy.Kind.RELEASE, "release"))
        .isEqualTo(new PolicyState.Revoked(1));
    fixture
        .store()
        .write(
            TENANT,
            tx ->
                tx.putPolicy(
                    StoredPolicy.Kind.RELEASE, "release", body("two"), PolicyOrigin.of("me")));
    assertThat(snapshot().policy(StoredPolicy.Kind.RELEASE, "release"))
        .isInstanceOfSatisfying(
            PolicyState.Active.class, active -> assertThat(active.policy().version()).isEqualTo(2));
    assertThat(fixture.store().policies(TENANT, StoredPolicy.Kind.RELEASE, "release"))
        .extracting(StoredPolicy::version)
        .containsExactly(1L, 2L);
  }

  @Test
  void policy_bodyTampered_storeDoesNotOpen() throws Exception {
    fixture
        .store()
        .write(
            TENANT,
            tx ->
                tx.putPolicy(
                    StoredPolicy.Kind.RELEASE, "release", body("one"), PolicyOrigin.of("me")));
    fixture.tamper("UPDATE policy SET body = '{\"note\":\"two\"}'");
    assertRefused(Code.STORE_CORRUPT, () -> fixture.reopen());
  }

  @Test
  void policy_pointerTampered_storeDoesNotOpen() throws Exception {
    Store store = fixture.store();
    store.write(
        TENANT,
        tx ->
            tx.putPolicy(StoredPolicy.Kind.RELEASE, "release", body("one"), PolicyOrigin.of("me")));
    store.write(TENANT, tx -> tx.revokePolicy(StoredPolicy.Kind.RELEASE, "release"));
    fixture.tamper("UPDATE policy_active SET revoked = 0");
    assertRefused(Code.STORE_CORRUPT, () -> fixture.reopen());
  }

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
  }

  @Test
  void binding_ofBoundKey_staysForGood() throws StoreException {
    AkBinding first = new AkBinding(Bytes.of((byte) 1), Bytes.of((byte) 2), Bytes.of((byte) 3));
    AkBinding other = new AkBinding(first.akName(), first.akSpki(), Bytes.of((byte) 9));
    assertThat(fixture.store().akBinding(TENANT, first.akName())).isEmpty();
    assertThat(fixture.store().<AkBinding>write(TENANT, tx -> tx.bindAk(first))).isEqualTo(first);
    assertThat(fixture.store().<AkBinding>write(TENANT, tx -> tx.bindAk(other))).isEqualTo(first);
    fixture.reopen();
    assertThat(fixture.store().akBinding(TENANT, first.akName())).contains(first);
    assertThat(fixture.store().akBinding(new Tenant("other"), first.akName())).isEmpty();
  }

  @Test
  void binding_tampered_isCorrupt() throws Exception {
    AkBinding binding = new AkBinding(Bytes.of((byte) 1), Bytes.of((byte) 2), Bytes.of((byte) 3));
    fixture.store().write(TENANT, tx -> tx.bindAk(binding));
    fixture.tamper("UPDATE ak_binding SET ek_digest = x'09'");
    fixture.reopen();
    assertRefused(Code.STORE_CORRUPT, () -> fixture.store().akBinding(TENANT, binding.akName()));
  }

  @Test
  void trustedAk_listedThenRemoved() throws Exception {
    TrustedAk key = new TrustedAk(Bytes.of((byte) 7), "lab machine");
    fixture
        .store()
        .write(
            TENANT,
            tx -> {
              tx.putTrustedAk(key);
              return 0;
            });
    fixture.reopen();
    assertThat(snapshot().trusts(key.spki())).isTrue();
    assertThat(fixture.store().snapshot(new Tenant("other")).trusts(key.spki())).isFalse();
    assertThat(fixture.store().<Boolean>write(TENANT, tx -> tx.removeTrustedAk(key.spki())))
        .isTrue();
    assertThat(snapshot().trusts(key.spki())).isFalse();
  }

  @Test
  void trustedAk_insertedBehindTheStoresBack_storeDoesNotOpen() throws Exception {
    fixture.store().write(TENANT, tx -> tx.append("id", "test", body("x")));
    fixture.tamper("INSERT INTO trusted_ak VALUES ('default', x'07', 'evil', x'00')");
    assertRefused(Code.STORE_CORRUPT, () -> fixture.reopen());
  }

  @Test
  void exchange_writtenSoon_isThereAfterRestartUntilItEnds() throws StoreException {
    Exchange exchange =
        new Exchange("rcar", "bearer-id", body("x"), StoreFixture.START.plusSeconds(300));
    fixture
        .store()
        .writeSoon(
            TENANT,
            tx -> {
              tx.putExchange(exchange);
              return 0;
            });
    fixture.reopen();
    assertThat(fixture.store().exchange(TENANT, "rcar", "bearer-id")).contains(exchange);
    assertThat(fixture.store().exchange(TENANT, "other", "bearer-id")).isEmpty();
    assertThat(fixture.store().exchange(new Tenant("other"), "rcar", "bearer-id")).isEmpty();
    fixture.move(Duration.ofSeconds(300));
    fixture.store().write(TENANT, tx -> tx.append("a", "test", body("x")));
    assertThat(fixture.store().exchange(TENANT, "rcar", "bearer-id")).isEmpty();
  }

  @Test
  void exchange_inFile_doesNotShowItsId() throws Exception {
    Exchange exchange =
        new Exchange("rcar", "a-bearer-id", body("x"), StoreFixture.START.plusSeconds(300));
    fixture
        .store()
        .write(
            TENANT,
            tx -> {
              tx.putExchange(exchange);
              return 0;
            });
    fixture.close();
    assertThat(Files.readString(fixture.file, StandardCharsets.ISO_8859_1))
        .doesNotContain("a-bearer-id");
  }

  @Test
  void exchange_tampered_isCorrupt() throws Exception {
    Exchange exchange = new Exchange("rcar", "id", body("x"), StoreFixture.START.plusSeconds(300));
    fixture
        .store()
        .write(
            TENANT,
            tx -> {
              tx.putExchange(exchange);
              return 0;
            });
    fixture.tamper("UPDATE exchange SET expires = expires + 1000");
    fixture.reopen();
    assertRefused(Code.STORE_CORRUPT, () -> fixture.store().exchange(TENANT, "rcar", "id"));
  }

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

  @Test
  void work_thatThrowsUnchecked_isUnavailable() {
    assertRefused(
        Code.STORE_UNAVAILABLE,
        () ->
            fixture
                .store()
                .write(
                    TENANT,
                    _ -> {
                      throw new IllegalStateException("on purpose");
                    }));
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
    fixture.close();
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + fixture.file);
        Statement statement = connection.createStatement()) {
      statement.execute("PRAGMA user_version=99");
    }
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
  void masterKey_madeAtFirstStart_isOwnersOnlyAndStays() throws Exception {
    Path file = folder.resolve("another.key");
    MasterKey.openOrCreate(file, fixture.random);
    String first = Files.readString(file);
    MasterKey.openOrCreate(file, fixture.random);
    assertThat(Files.readString(file)).isEqualTo(first);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
  }

  @Test
  void masterKey_readableByOthers_isRefused() throws Exception {
    Path file = folder.resolve("another.key");
    MasterKey.openOrCreate(file, fixture.random);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));
    assertRefused(Code.STORE_UNAVAILABLE, () -> MasterKey.openOrCreate(file, fixture.random));
  }

  @Test
  void masterKey_otherContent_isCorrupt() throws Exception {
    for (String content : List.of("", "vouchsafe-master-key-v1 !!", "x".repeat(1000))) {
      Path file = folder.resolve("another.key");
      Files.deleteIfExists(file);
      Files.createFile(
          file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
      Files.writeString(file, content);
      assertRefused(Code.STORE_CORRUPT, () -> MasterKey.openOrCreate(file, fixture.random));
    }
  }

  @Test
  void tenant_badName_isRefused() {
    for (String name : List.of("", "A", "-a", "a-", "a b", "x".repeat(64))) {
      assertThatThrownBy(() -> new Tenant(name)).isInstanceOf(IllegalArgumentException.class);
    }
    assertThat(Optional.of(new Tenant("a-1")).map(Tenant::toString)).contains("a-1");
  }

  /// Takes away what later schemas added.
  private void downgrade(int version, String... statements) throws Exception {
    fixture.store().close();
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + fixture.file);
        Statement statement = connection.createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
      statement.execute("PRAGMA user_version=" + version);
    }
  }

  private void downgradeTo2() throws Exception {
    downgrade(
        2,
        "ALTER TABLE policy DROP COLUMN comment",
        "ALTER TABLE policy DROP COLUMN approved_by",
        "DROP TABLE proposal",
        "DROP TABLE reference_set",
        "DROP TABLE setting");
  }

  @Test
  void schema_ofVersion1_isBroughtUpToDateAndKeepsWhatItHad() throws Exception {
    fixture.store().write(TENANT, tx -> tx.append("old", "test", body("x")));
    downgradeTo2();
    downgrade(1, "DROP TABLE shared");
    fixture.reopen();
    assertThat(fixture.store().ledgerEntry(TENANT, "old")).isPresent();
    Shared piece = Shared.of(Json.array(Json.of("x")));
    Json.Obj body = Json.object().put("list", Json.array(piece.reference())).build();
    fixture.store().write(TENANT, tx -> tx.append("new", "test", body, List.of(piece)));
    fixture.reopen();
    assertThat(fixture.store().verifyLedger(TENANT).size()).isEqualTo(2);
  }

  @Test
  void schema_ofVersion2_isBroughtUpToDateAndKeepsItsPolicies() throws Exception {
    putPolicy("one", PolicyOrigin.of("me"));
    downgradeTo2();

    fixture.reopen();

    assertThat(fixture.store().policies(TENANT, StoredPolicy.Kind.RELEASE, "release"))
        .extracting(StoredPolicy::origin)
        .containsExactly(PolicyOrigin.of("me"));
    PolicyOrigin second = new PolicyOrigin("me", "another", "why");
    putPolicy("two", second);
    fixture.reopen();
    assertThat(snapshot().policy(StoredPolicy.Kind.RELEASE, "release"))
        .isInstanceOfSatisfying(
            PolicyState.Active.class,
            active -> assertThat(active.policy().origin()).isEqualTo(second));
    assertThat(fixture.store().setting(TENANT, "approvals", 1)).isEqualTo(1);
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
  void resourceVersion_isThatOfItsSnapshot() throws Exception {
    Snapshot before = snapshot();
    for (String text : new String[] {"one", "two"}) {
      try (SecretBytes secret = SecretBytes.take(text.getBytes(StandardCharsets.UTF_8))) {
        fixture.store().write(TENANT, tx -> tx.putResource("a/b/c", secret));
      }
    }
    Snapshot after = snapshot();
    assertThat(after.resourceVersion("a/b/c")).contains(2L);
    fixture.store().write(TENANT, tx -> tx.deleteResource("a/b/c"));
    assertThat(before.resourceVersion("a/b/c")).isEmpty();
    assertThat(after.resourceVersion("a/b/d")).isEmpty();
    assertThat(snapshot().resourceVersion("a/b/c")).isEmpty();
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
    fixture.store().close();
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + fixture.file);
        Statement statement = connection.createStatement()) {
      statement.execute("UPDATE reference_set SET version=1");
    }
    fixture.reopen();
    assertThatThrownBy(() -> fixture.store().referenceSets(TENANT))
        .isInstanceOfSatisfying(
            StoreException.class, e -> assertThat(e.code()).isEqualTo(Code.STORE_CORRUPT));
  }

  private void putPolicy(String note, PolicyOrigin origin) throws StoreException {
    fixture
        .store()
        .write(
            TENANT, tx -> tx.putPolicy(StoredPolicy.Kind.RELEASE, "release", body(note), origin));
  }

  @Test
  void policy_whoseApprovalOrCommentWasChanged_isCorrupt() throws Exception {
    putPolicy("one", new PolicyOrigin("me", "another", "why"));
    for (String change : List.of("approved_by=''", "comment='because'", "by_whom='other'")) {
      fixture.tamper("UPDATE policy SET " + change);
      assertRefused(Code.STORE_CORRUPT, () -> fixture.reopen());
      fixture.tamper("UPDATE policy SET approved_by='another', comment='why', by_whom='me'");
    }
    fixture.reopen();
  }

  @Test
  void proposal_waitsUntilItIsEnded_andItsNumberIsNotUsedAgain() throws Exception {
    Json.Obj change = body("a change");
    long first = fixture.store().write(TENANT, tx -> tx.propose(change, "me", "me, an admin"));
    fixture.reopen();
    assertThat(fixture.store().proposals(TENANT))
        .containsExactly(
            new StoredProposal(first, change, "me", "me, an admin", StoreFixture.START));
    assertThat(fixture.store().proposals(new Tenant("other"))).isEmpty();
    assertThat(fixture.store().proposal(TENANT, first)).isPresent();
    assertThat(fixture.store().proposal(TENANT, first + 1)).isEmpty();
    assertThat(fixture.store().proposal(new Tenant("other"), first)).isEmpty();
    long elsewhere = fixture.store().write(new Tenant("other"), tx -> tx.waitingProposals());
    assertThat(elsewhere).isZero();

    fixture
        .store()
        .write(
            TENANT,
            tx -> {
              assertThat(tx.proposal(first)).isPresent();
              assertThat(tx.waitingProposals()).isEqualTo(1);
              tx.endProposal(first);
              assertThat(tx.waitingProposals()).isZero();
              return tx.proposal(first);
            });

    assertThat(fixture.store().proposals(TENANT)).isEmpty();
    long next = fixture.store().write(TENANT, tx -> tx.propose(change, "me", "me"));
    assertThat(next).isGreaterThan(first);
  }

  @Test
  void proposal_orSetting_thatWasChanged_isCorrupt() throws Exception {
    fixture.store().write(TENANT, tx -> tx.propose(body("a change"), "me", "me"));
    fixture
        .store()
        .write(
            TENANT,
            tx -> {
              tx.putSetting("approvals", 2);
              return tx.setting("approvals", 1);
            });
    fixture.tamper("UPDATE proposal SET identity='another'");
    fixture.reopen();
    assertRefused(Code.STORE_CORRUPT, () -> fixture.store().proposals(TENANT));
    assertRefused(Code.STORE_CORRUPT, () -> fixture.store().proposal(TENANT, 1));
    assertThat(fixture.store().setting(TENANT, "approvals", 1)).isEqualTo(2);
    fixture.tamper("UPDATE setting SET value=1");
    fixture.reopen();
    assertRefused(Code.STORE_CORRUPT, () -> fixture.store().setting(TENANT, "approvals", 1));
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

  @Test
  void schema_fromBeforeTheLedgerKeptNodes_isRefusedInWords() throws Exception {
    fixture.store().close();
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + fixture.file);
        Statement statement = connection.createStatement()) {
      statement.execute("DROP TABLE ledger");
      statement.execute("CREATE TABLE ledger (tenant TEXT, idx INTEGER, id TEXT, data BLOB)");
      statement.execute("PRAGMA user_version=1");
    }
    assertThatThrownBy(() -> fixture.reopen())
        .isInstanceOf(StoreException.class)
        .hasMessageContaining("before the first release")
        .hasMessageContaining("start with an empty one");
  }
}
