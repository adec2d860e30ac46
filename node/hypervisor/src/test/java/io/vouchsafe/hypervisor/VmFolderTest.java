package io.vouchsafe.hypervisor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vouchsafe.process.Daemon;
import io.vouchsafe.process.ProcessIdentity;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VmFolderTest {
  private static final InstantSource CLOCK = InstantSource.system();

  @TempDir Path machines;

  /// A folder whose owner has ended.
  private Path orphan(String name) throws Exception {
    Process owner = new ProcessBuilder("sleep", "60").start();
    VmFolder folder = VmFolder.create(machines, name);
    String stat = Files.readString(Path.of("/proc/" + owner.pid() + "/stat"));
    String boot = Files.readString(Path.of("/proc/sys/kernel/random/boot_id"));
    Files.writeString(folder.file("owner"), ProcessIdentity.parse(stat + boot).encode());
    owner.destroyForcibly().waitFor();
    return folder.path();
  }

  @Test
  void create_folder_isForItsUserOnlyAndGoesWithClose() throws Exception {
    VmFolder folder = VmFolder.create(machines.resolve("vms"), "a");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.path())))
        .isEqualTo("rwx------");
    Files.createDirectories(folder.file("tpm/deep"));
    folder.close();
    assertThat(machines.resolve("vms")).isEmptyDirectory();
  }

  @Test
  void create_nameThatIsTaken_isRefused() throws Exception {
    try (VmFolder _ = VmFolder.create(machines, "a")) {
      assertThatThrownBy(() -> VmFolder.create(machines, "a"))
          .isInstanceOf(FileAlreadyExistsException.class);
    }
  }

  @Test
  void endOwn_ownFolder_endsItsProcessesAndRemovesIt() throws Exception {
    VmFolder own = VmFolder.create(machines, "own");
    Path record = own.file("qemu.process");
    try (Daemon daemon = Daemon.start(List.of("/bin/sleep", "60"), own.path(), record)) {
      while (Daemon.recorded(record).isEmpty()) {
        assertThat(daemon.awaitEnd(Duration.ofMillis(10))).isFalse();
      }
      VmFolder.endOwn(machines);
      assertThat(daemon.process().isAlive()).isFalse();
    }
    assertThat(machines).isEmptyDirectory();
  }

  @Test
  void endOwn_folderOfAnother_isLeftAlone() throws Exception {
    Path other = orphan("other");
    VmFolder.endOwn(machines);
    assertThat(other).exists();
  }

  @Test
  void endOwn_noFolder_doesNothing() throws Exception {
    VmFolder.endOwn(machines.resolve("none"));
    assertThat(machines).isEmptyDirectory();
  }

  @Test
  void sweep_ownerGone_endsItsProcessesAndRemovesTheFolder() throws Exception {
    Path folder = orphan("a");
    try (Daemon daemon =
        Daemon.start(List.of("/bin/sleep", "60"), folder, folder.resolve("qemu.process"))) {
      while (Daemon.recorded(folder.resolve("qemu.process")).isEmpty()) {
        assertThat(daemon.awaitEnd(Duration.ofMillis(10))).isFalse();
      }
      assertThat(VmFolder.sweep(machines, CLOCK))
          .containsExactly("ended qemu, process " + daemon.process().pid(), "removed " + folder);
      assertThat(daemon.awaitEnd(Duration.ofSeconds(30))).isTrue();
    }
    assertThat(folder).doesNotExist();
    assertThat(VmFolder.sweep(machines, CLOCK)).isEmpty();
  }

  @Test
  void sweep_ownerRuns_touchesNothing() throws Exception {
    try (VmFolder folder = VmFolder.create(machines, "a")) {
      assertThat(VmFolder.sweep(machines, CLOCK)).isEmpty();
      assertThat(folder.path()).exists();
    }
  }

  @Test
  void sweep_recordOfAnotherProcessWithThatNumber_endsNothing() throws Exception {
    Path folder = orphan("a");
    Process bystander = new ProcessBuilder("sleep", "60").start();
    try {
      ProcessIdentity stale =
          new ProcessIdentity(bystander.pid(), 1, ProcessIdentity.current().bootId());
      Files.writeString(folder.resolve("qemu.process"), stale.encode());
      Files.writeString(folder.resolve("swtpm.process"), "garbage");
      assertThat(VmFolder.sweep(machines, CLOCK)).containsExactly("removed " + folder);
      assertThat(bystander.isAlive()).isTrue();
    } finally {
      bystander.destroyForcibly();
    }
  }

  @Test
  void sweep_foreignFolderWithoutOwner_isLeftAlone() throws Exception {
    Path foreign = Files.createDirectory(machines.resolve("notes"));
    InstantSource later = () -> Instant.now().plus(Duration.ofDays(1));
    assertThat(VmFolder.sweep(machines, later)).isEmpty();
    assertThat(foreign).exists();
  }

  @Test
  void sweep_unfinishedFolder_isRemovedOnceItIsOld() throws Exception {
    Path unfinished = Files.createDirectory(machines.resolve(".new-1"));
    assertThat(VmFolder.sweep(machines, CLOCK)).isEmpty();
    InstantSource later = () -> Instant.now().plus(Duration.ofMinutes(2));
    assertThat(VmFolder.sweep(machines, later)).containsExactly("removed " + unfinished);
  }

  @Test
  void sweep_noFolderAtAll_doesNothing() throws Exception {
    assertThat(VmFolder.sweep(machines.resolve("none"), CLOCK)).isEmpty();
  }
}
