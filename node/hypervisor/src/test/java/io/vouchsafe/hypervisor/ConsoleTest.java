package io.vouchsafe.hypervisor;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConsoleTest {
  @TempDir Path folder;

  private List<String> lines(byte[] output) throws Exception {
    List<String> lines = new ArrayList<>();
    Console console =
        Console.follow(new ByteArrayInputStream(output), folder.resolve("log"), lines::add);
    console.awaitEnd(Duration.ofSeconds(20));
    return lines;
  }

  @Test
  void lines_withEscapeSequences_losesThem() throws Exception {
    String text = "\u001b[2J\u001b[01;01H\u001b[=3hEFI stub\r\n\u001b]0;title\u0007x\n\r\n";
    assertThat(lines(text.getBytes(StandardCharsets.UTF_8)))
        .containsExactly("EFI stub", "0;titlex");
  }

  @Test
  void lines_lastWithoutEnd_isKept() throws Exception {
    assertThat(lines("a\nb".getBytes(StandardCharsets.UTF_8))).containsExactly("a", "b");
  }

  @Test
  void lines_tooLong_areCut() throws Exception {
    assertThat(lines("x".repeat(Console.MAX_LINE + 5).getBytes(StandardCharsets.UTF_8)))
        .extracting(String::length)
        .containsExactly(Console.MAX_LINE, 5);
  }

  @Test
  void file_floodedByTheGuest_staysBounded() throws Exception {
    byte[] flood = "0123456789abcde\n".repeat(65_536).getBytes(StandardCharsets.UTF_8);
    InputStream many =
        new java.io.SequenceInputStream(
            java.util.Collections.enumeration(
                java.util.stream.IntStream.range(0, 18)
                    .mapToObj(_ -> (InputStream) new ByteArrayInputStream(flood))
                    .toList()));
    Console console = Console.follow(many, folder.resolve("flood"), _ -> {});
    console.awaitEnd(Duration.ofSeconds(60));
    assertThat(Files.size(folder.resolve("flood"))).isEqualTo(Console.MAX_FILE);
    assertThat(console.tail()).hasSize(40);
  }
}
