package io.vouchsafe.oci;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.luben.zstd.Zstd;
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
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LayerUnpackerTest {
  @TempDir Path folder;

  private Path unpack(byte[]... tars) throws Exception {
    return unpack(UnpackLimits.DEFAULT, FileMetadata.unprivileged(), tars);
  }

  private Path unpack(UnpackLimits limits, FileMetadata metadata, byte[]... tars) throws Exception {
    return unpack(Images.layout(folder.resolve("layout"), tars), limits, metadata);
  }

  private Path unpack(OciLayout layout, UnpackLimits limits, FileMetadata metadata)
      throws Exception {
    Path root = folder.resolve("root");
    new LayerUnpacker(limits, metadata).unpack(Images.load(layout), layout, LayerKeys.none(), root);
    return root;
  }

  private void assertRefused(Code code, byte[]... tars) throws Exception {
    assertThatThrownBy(() -> unpack(tars))
        .isInstanceOfSatisfying(
            RefusedException.class, e -> assertThat(e.code()).as(e.getMessage()).isEqualTo(code));
    try (Stream<Path> left = Files.list(folder)) {
      assertThat(left.map(path -> path.getFileName().toString())).containsExactly("layout");
    }
  }

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

  @Test
  void gzipOfSeveralMembers_isOneLayer() throws Exception {
    byte[] tar = Tars.tar().file("a", "1").file("b", "2").bytes();
    byte[] first = Images.gzip(java.util.Arrays.copyOf(tar, 700));
    byte[] second = Images.gzip(java.util.Arrays.copyOfRange(tar, 700, tar.length));
    byte[] both = java.util.Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, both, first.length, second.length);

    Path root = unpack(compressed(MediaTypes.LAYER_GZIP, both, tar));

    assertThat(root.resolve("b")).hasContent("2");
  }

  @Test
  void zstd_isTaken() throws Exception {
    byte[] tar = Tars.tar().file("a", "1".repeat(300_000)).bytes();

    Path root = unpack(compressed(MediaTypes.LAYER_ZSTD, Zstd.compress(tar), tar));

    assertThat(root.resolve("a")).hasSize(300_000);
  }

  private OciLayout compressed(String type, byte[] blob, byte[] tar) throws Exception {
    OciLayout layout = OciLayout.create(folder.resolve("layout"));
    Digest digest = layout.write(Bytes.of(blob));
    Images.tag(layout, List.of(Descriptor.of(type, digest, blob.length)), List.of(tar));
    return layout;
  }

  private Path unpack(OciLayout layout) throws Exception {
    return unpack(layout, UnpackLimits.DEFAULT, FileMetadata.unprivileged());
  }

  private void assertRefused(Code code, String type, byte[] blob, byte[] tar) throws Exception {
    OciLayout layout = compressed(type, blob, tar);
    assertThatThrownBy(() -> unpack(layout))
        .isInstanceOfSatisfying(
            RefusedException.class, e -> assertThat(e.code()).as(e.getMessage()).isEqualTo(code));
    assertThat(folder.resolve("root")).doesNotExist();
  }

  @Test
  void mediaType_thatLies_isRefused() throws Exception {
    byte[] tar = Tars.tar().file("a", "1").bytes();
    assertRefused(Code.MALFORMED, MediaTypes.LAYER_GZIP, tar, tar);
    assertRefused(Code.MALFORMED, MediaTypes.LAYER, Images.gzip(tar), tar);
    assertRefused(Code.MALFORMED, MediaTypes.LAYER_ZSTD, Images.gzip(tar), tar);
    assertRefused(Code.UNSUPPORTED_ALGORITHM, "application/x-tar", tar, tar);
  }

  @Test
  void gzip_cut_isRefused() throws Exception {
    byte[] tar = Tars.tar().file("a", "1").bytes();
    byte[] packed = Images.gzip(tar);
    for (int length = 0; length < packed.length; length++) {
      byte[] cut = java.util.Arrays.copyOf(packed, length);
      assertRefused(Code.MALFORMED, MediaTypes.LAYER_GZIP, cut, tar);
    }
  }

  @Test
  void gzip_withSomethingBehind_isRefused() throws Exception {
    byte[] tar = Tars.tar().file("a", "1").bytes();
    byte[] packed = Images.gzip(tar);
    assertRefused(
        Code.MALFORMED,
        MediaTypes.LAYER_GZIP,
        java.util.Arrays.copyOf(packed, packed.length + 7),
        tar);
  }

  @Test
  void zstd_cut_isRefused() throws Exception {
    byte[] tar = Tars.tar().file("a", "1").bytes();
    byte[] packed = Zstd.compress(tar);
    assertRefused(
        Code.MALFORMED,
        MediaTypes.LAYER_ZSTD,
        java.util.Arrays.copyOf(packed, packed.length - 3),
        tar);
  }

  @Test
  void blob_longerOrShorterThanItsDescriptor_isRefused() throws Exception {
    byte[] tar = Tars.tar().file("a", "1").bytes();
    OciLayout layout = OciLayout.create(folder.resolve("layout"));
    Digest digest = layout.write(Bytes.of(tar));
    for (int wrong : List.of(tar.length - 1, tar.length + 1)) {
      Images.tag(layout, List.of(Descriptor.of(MediaTypes.LAYER, digest, wrong)), List.of(tar));
      assertThatThrownBy(() -> unpack(layout))
          .isInstanceOfSatisfying(
              RefusedException.class, e -> assertThat(e.code()).isEqualTo(Code.SIZE_MISMATCH));
      assertThat(folder.resolve("root")).doesNotExist();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"/abs", "../up", "a/../../up", "a/..", "x/../y", "..", "/"})
  void name_thatClimbs_isRefused(String name) throws Exception {
    assertRefused(Code.UNSAFE_PATH, Tars.tar().folder("a").file(name, "x").bytes());
  }

  @Test
  void nameInPax_thatClimbs_isRefused() throws Exception {
    assertRefused(Code.UNSAFE_PATH, Tars.tar().pax("path=../up").file("ok", "x").bytes());
  }

  @Test
  void linkThatClimbs_writtenThrough_isRefused() throws Exception {
    assertRefused(Code.UNSAFE_PATH, Tars.tar().symlink("l", "../../tmp").file("l/x", "1").bytes());
    assertRefused(
        Code.UNSAFE_PATH,
        Tars.tar().folder("d").symlink("d/l", "../..").bytes(),
        Tars.tar().file("d/l/x", "1").bytes());
  }

  @Test
  void linkThatClimbs_notWrittenThrough_isJustALink() throws Exception {
    Path root = unpack(Tars.tar().symlink("l", "../../../etc/passwd").bytes());

    assertThat(Files.readSymbolicLink(root.resolve("l"))).hasToString("../../../etc/passwd");
  }

  @Test
  void linkCircle_writtenThrough_isRefused() throws Exception {
    assertRefused(
        Code.UNSAFE_PATH, Tars.tar().symlink("a", "b").symlink("b", "a").file("a/x", "1").bytes());
  }

  @Test
  void linkThenFileOfThatName_replacesTheLinkAndNotItsTarget() throws Exception {
    Path outside = Files.writeString(folder.resolve("outside"), "safe");
    Path root = unpack(Tars.tar().symlink("l", outside.toString()).file("l", "changed").bytes());

    assertThat(outside).hasContent("safe");
    assertThat(root.resolve("l")).isRegularFile().hasContent("changed");
  }

  @Test
  void absoluteLink_writtenThrough_staysInTheRoot() throws Exception {
    Path outside = Files.createDirectory(folder.resolve("layout-outside"));
    Path root = unpack(Tars.tar().symlink("l", outside.toString()).file("l/x", "1").bytes());

    assertThat(outside).isEmptyDirectory();
    assertThat(root.resolve(outside.toString().substring(1)).resolve("x")).hasContent("1");
    Files.delete(outside);
  }

  @Test
  void hardLink_thatClimbsOrPointsNowhere_isRefused() throws Exception {
    assertRefused(Code.UNSAFE_PATH, Tars.tar().hardLink("h", "../layout/index.json").bytes());
    assertRefused(Code.UNSAFE_PATH, Tars.tar().hardLink("h", "/etc/passwd").bytes());
    assertRefused(Code.MALFORMED, Tars.tar().hardLink("h", "etc/passwd").bytes());
    assertRefused(Code.MALFORMED, Tars.tar().folder("d").hardLink("h", "d").bytes());
    assertRefused(
        Code.UNSAFE_PATH, Tars.tar().symlink("l", "../..").hardLink("h", "l/etc/passwd").bytes());
  }

  @Test
  void hardLinkToALink_thenWritten_doesNotFollow() throws Exception {
    Path outside = Files.writeString(folder.resolve("layout-file"), "safe");
    Path root =
        unpack(
            Tars.tar()
                .symlink("l", outside.toString())
                .hardLink("h", "l")
                .file("h", "changed")
                .bytes());

    assertThat(outside).hasContent("safe");
    assertThat(root.resolve("h")).isRegularFile();
    Files.delete(outside);
  }

  @Test
  void fileAsParent_isRefused() throws Exception {
    assertRefused(Code.MALFORMED, Tars.tar().file("f", "1").file("f/x", "2").bytes());
  }

  @ParameterizedTest
  @ValueSource(strings = {".wh.", ".wh..", ".wh...", "d/.wh..", "../.wh.x", "/.wh.x"})
  void whiteout_ofNoEntry_isRefused(String name) throws Exception {
    assertRefused(Code.UNSAFE_PATH, Tars.tar().folder("d").file(name, "").bytes());
  }

  @Test
  void rootAsFile_isRefused() throws Exception {
    assertRefused(Code.UNSAFE_PATH, Tars.tar().file(".", "x").bytes());
  }

  @ParameterizedTest
  @ValueSource(chars = {'S', 'D', 'M', 'V', 'A'})
  void entry_ofAnotherType_isRefused(char type) throws Exception {
    assertRefused(
        Code.UNSUPPORTED_VERSION, Tars.tar().entry(type, "x", "", 0644, new byte[0]).bytes());
  }

  @Test
  void tar_cutAtAnyByte_isRefusedOrEndsAtAnEntry() throws Exception {
    byte[] whole = Tars.tar().file("a", "1").pax("path=b").file("x", "2").unended();
    for (int length = 1; length < whole.length; length += 97) {
      boolean afterFirst = length >= 513 && length <= 1024;
      boolean afterSecond = length >= 2561;
      if (!afterFirst && !afterSecond) {
        assertRefused(Code.MALFORMED, java.util.Arrays.copyOf(whole, length));
      }
    }
  }

  @Test
  void header_withWrongChecksum_isRefused() throws Exception {
    byte[] header = Tars.header('0', "a", "", 0644, 0);
    header[0] = 'b';
    assertRefused(Code.MALFORMED, Tars.tar().raw(header).bytes());
  }

  @Test
  void numbers_outOfRange_areRefused() throws Exception {
    byte[] size = Tars.header('0', "a", "", 0644, 0);
    size[124] = (byte) 0xff;
    assertRefused(Code.MALFORMED, Tars.tar().raw(Tars.sum(size)).bytes());
    byte[] digits = Tars.header('0', "a", "", 0644, 0);
    Tars.put(digits, 124, "00000000009");
    assertRefused(Code.MALFORMED, Tars.tar().raw(Tars.sum(digits)).bytes());
    assertRefused(Code.MALFORMED, Tars.tar().pax("size=-1").file("a", "").bytes());
    assertRefused(Code.MALFORMED, Tars.tar().pax("uid=99999999999").file("a", "").bytes());
    assertRefused(Code.MALFORMED, Tars.tar().pax("mtime=1e999999999").file("a", "").bytes());
    assertRefused(
        Code.UNSUPPORTED_VERSION, Tars.tar().pax("GNU.sparse.major=1").file("a", "").bytes());
  }

  @Test
  void extendedHeader_tooLarge_isRefused() throws Exception {
    byte[] header = Tars.header('x', "pax", "", 0644, TarReader.MAX_EXTENDED + 1);
    assertRefused(Code.OVERSIZED, Tars.tar().raw(header).bytes());
  }

  @Test
  void names_thatAreNotUtf8_areRefused() throws Exception {
    byte[] header = Tars.header('0', "a", "", 0644, 0);
    header[0] = (byte) 0xff;
    assertRefused(Code.MALFORMED, Tars.tar().raw(Tars.sum(header)).bytes());
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
