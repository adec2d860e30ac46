package io.vouchsafe.trust.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.vouchsafe.verdict.Code;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;

/// The file of the master key.
class MasterKeyTest extends StoreTestCase {
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
}
