package io.vouchsafe.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.vouchsafe.encoding.Bytes;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LinuxTest {
  @TempDir Path folder;

  @Test
  void make_fifo_isThere() throws Exception {
    Path fifo = folder.resolve("fifo");
    FileNodes.make(fifo, FileNodes.FIFO | 0600, 0, 0);
    int mode = (int) Files.getAttribute(fifo, "unix:mode", LinkOption.NOFOLLOW_LINKS);
    assertThat(mode & 0170000).isEqualTo(FileNodes.FIFO);
  }

  @Test
  void make_existing_saysEexist() throws Exception {
    assertErrno(() -> FileNodes.make(folder, FileNodes.FIFO | 0600, 0, 0), "EEXIST");
  }

  @Test
  void make_inMissingFolder_saysEnoent() {
    assertErrno(() -> FileNodes.make(folder.resolve("no/x"), FileNodes.FIFO, 0, 0), "ENOENT");
  }

  @Test
  void device_numbers_areSplitAsTheKernelDoes() {
    assertThat(FileNodes.device(1, 3)).isEqualTo(0x103);
    assertThat(FileNodes.device(259, 0x12345)).isEqualTo(0x12310345L);
    assertThat(FileNodes.device(0x12345, 1)).isEqualTo(0x12000_00034501L);
  }

  @Test
  void attribute_ofMissingFile_saysEnoent() {
    assertErrno(
        () -> FileNodes.attribute(folder.resolve("no"), "user.x", Bytes.of((byte) 1)), "ENOENT");
  }

  @Test
  void attribute_userNamespace_isReadBack() throws Exception {
    Path file = Files.createFile(folder.resolve("f"));
    assumeTrue(
        Files.getFileStore(file).supportsFileAttributeView("user"), "no user attributes here");
    FileNodes.attribute(file, "user.x", Bytes.of((byte) 1, (byte) 2));
    assertThat((byte[]) Files.getAttribute(file, "user:x")).containsExactly(1, 2);
  }

  @Test
  void mount_unknownType_isRefusedWithItsName() {
    assertThatThrownBy(() -> Mounts.mount("none", folder, "nosuchfs", Mounts.NODEV, ""))
        .isInstanceOfSatisfying(
            LinuxException.class,
            e -> {
              assertThat(e.symbol()).isIn("ENODEV", "EPERM");
              assertThat(e.call()).isEqualTo("mount " + folder);
            });
  }

  @Test
  void mount_tmpfs_holdsItsBoundAndGoesAway() throws Exception {
    try {
      Mounts.mount("none", folder, "tmpfs", Mounts.NOSUID | Mounts.NODEV, "size=64k");
    } catch (LinuxException e) {
      assumeTrue(e.errno() != 1, "not allowed to mount here");
      throw e;
    }
    try {
      assertThatThrownBy(() -> Files.write(folder.resolve("big"), new byte[1 << 20]))
          .isInstanceOf(IOException.class);
    } finally {
      Mounts.unmount(folder);
    }
    assertThat(folder.resolve("big")).doesNotExist();
  }

  @Test
  void unmount_notMounted_saysEinval() {
    assertThatThrownBy(() -> Mounts.unmount(folder))
        .isInstanceOfSatisfying(
            LinuxException.class, e -> assertThat(e.symbol()).isIn("EINVAL", "EPERM"));
  }

  @Test
  void errno_unknown_isItsNumber() {
    assertThat(Errno.name(4000)).isEqualTo("errno 4000");
    assertThat(Errno.name(28)).isEqualTo("ENOSPC");
    assertThat(Errno.name(40)).isEqualTo("ELOOP");
    assertThat(Errno.name(95)).isEqualTo("EOPNOTSUPP");
  }

  @Test
  void tpmDevice_absent_saysSo() {
    assertThatThrownBy(() -> TpmDevice.open(folder.resolve("tpm0").resolve("x")))
        .isInstanceOf(FileNotFoundException.class);
  }

  @Test
  void tpmDevice_noResponse_isAnError() throws Exception {
    Path file = Files.createFile(folder.resolve("tpm"));
    try (TpmDevice device = TpmDevice.open(file)) {
      assertThatThrownBy(() -> device.transmit(Bytes.zeros(10)))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("no response");
    }
  }

  private static void assertErrno(
      org.assertj.core.api.ThrowableAssert.ThrowingCallable call, String symbol) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            LinuxException.class, e -> assertThat(e.symbol()).isEqualTo(symbol));
  }
}
