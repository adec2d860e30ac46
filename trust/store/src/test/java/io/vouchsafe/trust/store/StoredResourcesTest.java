package io.vouchsafe.trust.store;

import static io.vouchsafe.trust.store.StoreFixture.secret;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.vouchsafe.encoding.SecretBytes;
import io.vouchsafe.verdict.Code;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;

/// Resources: versions, tenants, and files that were changed.
class StoredResourcesTest extends StoreTestCase {
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
}
