package io.vouchsafe.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vouchsafe.encoding.Bytes;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ImageKeysTest {
  @TempDir Path folder;

  private Path key() {
    return folder.resolve("a.key");
  }

  @Test
  void keys_madeByManyAtOnce_areOnePair() throws Exception {
    Set<Bytes> keys = new HashSet<>();
    try (ExecutorService many = Executors.newFixedThreadPool(4)) {
      List<Callable<ImageKeys>> firsts = new ArrayList<>();
      for (int i = 0; i < 16; i++) {
        firsts.add(() -> ImageKeys.openOrCreate(folder, "a"));
      }
      for (Future<ImageKeys> first : many.invokeAll(firsts)) {
        keys.add(Bytes.of(first.get().privateKey().getEncoded()));
      }
    }
    assertThat(keys).hasSize(1);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(key())))
        .isEqualTo("rw-------");
  }

  @Test
  void keys_publicHalfOfAnInterruptedStart_isMadeAnewWithThePrivateOne() throws Exception {
    ImageKeys.openOrCreate(folder, "a");
    String old = Files.readString(folder.resolve("a.pub"));
    Files.delete(key());
    ImageKeys.openOrCreate(folder, "a");
    assertThat(folder.resolve("a.pub")).content().isNotEqualTo(old);
  }

  @ParameterizedTest
  @ValueSource(strings = {"rw-r--r--", "rw-r-----", "rw----r--", "rw--w----", "rwx------"})
  void keys_thatOthersMayUse_areRefused(String mode) throws Exception {
    ImageKeys.openOrCreate(folder, "a");
    Files.setPosixFilePermissions(key(), PosixFilePermissions.fromString(mode));
    assertThatThrownBy(() -> ImageKeys.openOrCreate(folder, "a"))
        .isInstanceOf(Failure.class)
        .hasMessageContaining(mode)
        .hasMessageContaining("chmod 600");
    Files.setPosixFilePermissions(key(), PosixFilePermissions.fromString("r--------"));
    assertThat(ImageKeys.openOrCreate(folder, "a").privateKey()).isNotNull();
  }
}
