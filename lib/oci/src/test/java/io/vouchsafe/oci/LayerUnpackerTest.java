package io.vouchsafe.oci;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.verdict.Code;
import io.vouchsafe.verdict.RefusedException;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Layers over layers: what is there in the end.
class LayerUnpackerTest extends LayerTestCase {
  @Test
  void file_withSetIdBit_keepsModeAndTime() throws Exception {
    Path root = unpack(Tars.tar().entry('0', "bin/su", "", 04755, new byte[] {1}).bytes());

    Path file = root.resolve("bin/su");
    assertThat((int) Files.getAttribute(file, "unix:mode") & 07777).isEqualTo(04755);
    assertThat(Files.getLastModifiedTime(file).toMillis()).isEqualTo(1_700_000_000_000L);
    assertThat((int) Files.getAttribute(root.resolve("bin"), "unix:mode") & 07777).isEqualTo(0755);
  }

  @Test
  void folder_withoutWritePermission_isStillFilled() throws Exception {
    Path root =
        unpack(
            Tars.tar()
                .entry('5', "closed/", "", 0555, new byte[0])
                .file("closed/inside", "x")
                .bytes());

    assertThat(root.resolve("closed/inside")).hasContent("x");
    assertThat((int) Files.getAttribute(root.resolve("closed"), "unix:mode") & 07777)
        .isEqualTo(0555);
    assertThat(Files.getLastModifiedTime(root.resolve("closed")).toMillis())
        .isEqualTo(1_700_000_000_000L);
  }

  @Test
  void rootEntry_setsTheModeOfTheRoot() throws Exception {
    Path root = unpack(Tars.tar().entry('5', "./", "", 0711, new byte[0]).bytes());

    assertThat((int) Files.getAttribute(root, "unix:mode") & 07777).isEqualTo(0711);
  }

  @Test
  void duplicate_lastWins() throws Exception {
    Path root = unpack(Tars.tar().file("a", "first").file("a", "second").bytes());

    assertThat(root.resolve("a")).hasContent("second");
  }

  @Test
  void fileOverHardLink_leavesTheOtherNameAlone() throws Exception {
    Path root =
        unpack(
            Tars.tar().file("a", "old").hardLink("b", "a").bytes(),
            Tars.tar().file("a", "new").bytes());

    assertThat(root.resolve("a")).hasContent("new");
    assertThat(root.resolve("b")).hasContent("old");
  }

  @Test
  void fileOverFolder_replacesTheTree() throws Exception {
    Path root =
        unpack(Tars.tar().folder("d").file("d/x", "1").bytes(), Tars.tar().file("d", "2").bytes());

    assertThat(root.resolve("d")).isRegularFile().hasContent("2");
  }

  @Test
  void folderOverLink_replacesTheLink() throws Exception {
    Path root =
        unpack(
            Tars.tar().folder("real").symlink("lib", "real").bytes(),
            Tars.tar().folder("lib").file("lib/x", "1").bytes());

    assertThat(Files.isSymbolicLink(root.resolve("lib"))).isFalse();
    assertThat(root.resolve("real/x")).doesNotExist();
  }

  @Test
  void fileThroughLinkOfLowerLayer_landsWhereItPoints() throws Exception {
    Path root =
        unpack(
            Tars.tar().folder("usr/lib").symlink("lib", "usr/lib").symlink("abs", "/usr").bytes(),
            Tars.tar().file("lib/x", "1").file("abs/lib/y", "2").bytes());

    assertThat(root.resolve("usr/lib/x")).hasContent("1");
    assertThat(root.resolve("usr/lib/y")).hasContent("2");
    assertThat(Files.isSymbolicLink(root.resolve("lib"))).isTrue();
  }

  @Test
  void whiteout_hidesLowerLayersOnly() throws Exception {
    Path root =
        unpack(
            Tars.tar().file("d/old", "1").file("d/keep", "2").file("gone/x", "3").bytes(),
            Tars.tar()
                .file("d/new", "4")
                .file("d/.wh.new", "")
                .file("d/.wh.old", "")
                .file(".wh.gone", "")
                .file(".wh.never", "")
                .bytes());

    assertThat(root.resolve("d/old")).doesNotExist();
    assertThat(root.resolve("d/keep")).exists();
    assertThat(root.resolve("d/new")).hasContent("4");
    assertThat(root.resolve("gone")).doesNotExist();
    assertThat(root.resolve("d/.wh.old")).doesNotExist();
  }

  @Test
  void opaqueFolder_afterItsNewEntries_keepsThem() throws Exception {
    Path root =
        unpack(
            Tars.tar().file("d/a", "1").file("d/sub/b", "2").bytes(),
            Tars.tar().file("d/sub/c", "3").file("d/.wh..wh..opq", "").bytes());

    assertThat(root.resolve("d/a")).doesNotExist();
    assertThat(root.resolve("d/sub/b")).doesNotExist();
    assertThat(root.resolve("d/sub/c")).hasContent("3");
  }

  @Test
  void whiteoutOfALink_removesTheLinkOnly() throws Exception {
    Path root =
        unpack(
            Tars.tar().file("real/x", "1").symlink("lnk", "real").bytes(),
            Tars.tar().file(".wh.lnk", "").bytes());

    assertThat(root.resolve("real/x")).exists();
    assertThat(Files.exists(root.resolve("lnk"), LinkOption.NOFOLLOW_LINKS)).isFalse();
  }

  @Test
  void folderThatCameBack_hasNotItsOldMode() throws Exception {
    Path root =
        unpack(
            Tars.tar().entry('5', "d/", "", 0700, new byte[0]).file("d/x", "1").bytes(),
            Tars.tar().file(".wh.d", "").bytes(),
            Tars.tar().file("d/y", "2").bytes());

    assertThat((int) Files.getAttribute(root.resolve("d"), "unix:mode") & 07777).isEqualTo(0755);
  }

  @Test
  void privileges_areAskedOfTheSink() throws Exception {
    List<String> asked = new ArrayList<>();
    FileMetadata sink =
        new FileMetadata() {
          @Override
          public void owner(Path path, int uid, int gid) {
            asked.add("owner " + path.getFileName() + " " + uid + ":" + gid);
          }

          @Override
          public void xattr(Path path, String name, Bytes value) {
            asked.add("xattr " + name + "=" + value);
          }

          @Override
          public void node(Path path, Node node) {
            asked.add(path.getFileName() + " " + node);
          }
        };
    byte[] device = Tars.header('3', "dev/null", "", 0666, 0);
    Tars.put(device, 329, "0000001");
    Tars.put(device, 337, "0000003");
    unpack(
        UnpackLimits.DEFAULT,
        sink,
        Tars.tar()
            .pax("SCHILY.xattr.security.capability=\u0001\u0002")
            .file("ping", "x")
            .raw(Tars.sum(device))
            .entry('6', "pipe", "", 0600, new byte[0])
            .bytes());

    assertThat(asked)
        .containsExactly(
            "owner ping 1000:1000",
            "xattr security.capability=0102",
            "null Node[kind=CHARACTER_DEVICE, mode=438, major=1, minor=3]",
            "pipe Node[kind=FIFO, mode=384, major=0, minor=0]");
  }

  @Test
  void paxNamesAndNumbers_override() throws Exception {
    String name = "long/" + "n".repeat(200) + "/é";
    Path root =
        unpack(
            Tars.tar()
                .pax("path=" + name, "mtime=1700000000.5", "size=3")
                .file("short", "abc")
                .bytes());

    assertThat(root.resolve(name)).hasContent("abc");
    assertThat(Files.getLastModifiedTime(root.resolve(name)).toMillis())
        .isEqualTo(1_700_000_000_500L);
  }

  @Test
  void gnuLongName_isTaken() throws Exception {
    String name = "g".repeat(150);
    Path root =
        unpack(
            Tars.tar()
                .entry('L', "././@LongLink", "", 0, (name + "\0").getBytes())
                .file("cut", "abc")
                .bytes());

    assertThat(root.resolve(name)).hasContent("abc");
  }

  @ParameterizedTest
  @ValueSource(strings = {".wh.", ".wh..", ".wh...", "d/.wh..", "../.wh.x", "/.wh.x"})
  void whiteout_ofNoEntry_isRefused(String name) throws Exception {
    assertRefused(Code.UNSAFE_PATH, Tars.tar().folder("d").file(name, "").bytes());
  }

  @Test
  void bounds_areKept() throws Exception {
    byte[] tar = Tars.tar().file("a", "1").file("b", "2").bytes();
    FileMetadata metadata = FileMetadata.unprivileged();
    assertThatThrownBy(() -> unpack(new UnpackLimits(tar.length - 1, 10), metadata, tar))
        .isInstanceOfSatisfying(
            RefusedException.class, e -> assertThat(e.code()).isEqualTo(Code.OVERSIZED));
    assertThatThrownBy(() -> unpack(new UnpackLimits(1 << 20, 1), metadata, tar))
        .isInstanceOfSatisfying(
            RefusedException.class, e -> assertThat(e.code()).isEqualTo(Code.OVERSIZED));
    unpack(new UnpackLimits(tar.length, 2), metadata, tar);
  }

  @Test
  void fullDisk_isRefusedWithItsCode() throws Exception {
    FileMetadata full =
        new FileMetadata() {
          @Override
          public void owner(Path path, int uid, int gid) throws IOException {
            throw new java.nio.file.FileSystemException(
                path.toString(), null, "No space left on device");
          }

          @Override
          public void xattr(Path path, String name, Bytes value) {}

          @Override
          public void node(Path path, Node node) {}
        };
    byte[] tar = Tars.tar().file("a", "1").bytes();
    assertThatThrownBy(() -> unpack(UnpackLimits.DEFAULT, full, tar))
        .isInstanceOfSatisfying(
            RefusedException.class, e -> assertThat(e.code()).isEqualTo(Code.DISK_FULL));
    assertThat(folder.resolve(".root.partial")).doesNotExist();
  }

  @Test
  void target_thatExists_isLeftAlone() throws Exception {
    Files.writeString(Files.createDirectory(folder.resolve("root")).resolve("x"), "mine");

    assertThatThrownBy(() -> unpack(Tars.tar().file("a", "1").bytes()))
        .isInstanceOf(FileAlreadyExistsException.class);
    assertThat(folder.resolve("root/x")).hasContent("mine");
  }
}
