package io.vouchsafe.guest.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vouchsafe.encoding.Bytes;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CpioArchiveTest {

  @Test
  void encode_entries_areInTheKernelsForm() {
    Bytes archive =
        new CpioArchive()
            .folder("bin")
            .file("bin/a", 0755, Bytes.utf8("hello"))
            .link("bin/sh", "a")
            .encode();
    String text = new String(archive.toByteArray(), StandardCharsets.ISO_8859_1);
    String folder =
        "070701"
            + "00000001"
            + "000041ED"
            + "00000000"
            + "00000000"
            + "00000002"
            + "00000000"
            + "00000000"
            + "00000000".repeat(4)
            + "00000004"
            + "00000000"
            + "bin\0"
            + "\0\0";
    String file =
        "070701"
            + "00000002"
            + "000081ED"
            + "00000000"
            + "00000000"
            + "00000001"
            + "00000000"
            + "00000005"
            + "00000000".repeat(4)
            + "00000006"
            + "00000000"
            + "bin/a\0"
            + "hello\0\0\0";
    assertThat(text).startsWith(folder + file);
    assertThat(text).contains("0000A1FF").contains("bin/sh\0").endsWith("TRAILER!!!\0\0\0\0");
    assertThat(archive.size() % 4).isZero();
  }

  @Test
  void encode_twice_givesTheSameBytes() {
    CpioArchive archive = new CpioArchive().file("init", 0755, Bytes.utf8("x"));
    assertThat(archive.encode()).isEqualTo(archive.encode());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "/init", "bin/a", "TRAILER!!!"})
  void add_pathThatIsNoneHere_isRefused(String path) {
    CpioArchive archive = new CpioArchive();
    assertThatThrownBy(() -> archive.file(path, 0644, Bytes.EMPTY))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void add_pathTwice_isRefused() {
    CpioArchive archive = new CpioArchive().folder("a");
    assertThatThrownBy(() -> archive.link("a", "b")).isInstanceOf(IllegalArgumentException.class);
  }
}
