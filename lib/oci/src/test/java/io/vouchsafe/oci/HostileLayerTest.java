package io.vouchsafe.oci;

import static org.assertj.core.api.Assertions.assertThat;

import io.vouchsafe.verdict.Code;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Layers that lead out of their root, or are no archives.
class HostileLayerTest extends LayerTestCase {
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
}
