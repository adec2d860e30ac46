package io.vouchsafe.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;

/// The help of every command, as files. To write them again: `-Dvouchsafe.golden.update=true`.
class HelpTest {
  private static final Path GOLDEN =
      Path.of(System.getProperty("vouchsafe.root", ".."), "cli/src/test/resources/help");

  private static Map<String, CommandLine> commands() {
    Map<String, CommandLine> found = new TreeMap<>();
    collect(Vouchsafe.commandLine(), "vouchsafe", found);
    return found;
  }

  private static void collect(CommandLine line, String name, Map<String, CommandLine> found) {
    found.put(name, line);
    line.getSubcommands()
        .forEach((word, sub) -> {
          if (!sub.getCommandSpec().usageMessage().hidden()) {
            collect(sub, name + "-" + word, found);
          }
        });
  }

  static Stream<String> names() {
    return commands().keySet().stream();
  }

  @ParameterizedTest
  @MethodSource("names")
  void help_ofEveryCommand_isTheGoldenFile(String name) throws IOException {
    CommandLine line = commands().get(name);
    String help = line.getUsageMessage(CommandLine.Help.Ansi.OFF);
    Path file = GOLDEN.resolve(name + ".txt");
    if (Boolean.getBoolean("vouchsafe.golden.update")) {
      Files.createDirectories(GOLDEN);
      Files.writeString(file, help);
    }
    assertThat(file).content().isEqualTo(help);
  }

  @Test
  void help_goldenFilesOfNoCommand_thereAreNone() throws IOException {
    try (Stream<Path> files = Files.list(GOLDEN)) {
      assertThat(files.map(file -> file.getFileName().toString().replace(".txt", "")))
          .hasSameElementsAs(commands().keySet());
    }
  }

  @ParameterizedTest
  @MethodSource("names")
  void help_ofEveryOption_isThere(String name) {
    CommandLine line = commands().get(name);
    assertThat(line.getCommandSpec().options())
        .allSatisfy(option -> assertThat(option.description()).isNotEmpty());
    assertThat(line.getCommandSpec().usageMessage().description()).isNotEmpty();
  }
}
