package io.vouchsafe.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.vouchsafe.encoding.FormatException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConformanceCommandTest {
  private static final String RIGHT =
      """
      {"valid":[{"uri":"kbs:///a/b/c","path":"a/b/c","kbs_url_path":"/kbs/v0/resource/a/b/c"}]}\
      """;

  @TempDir private Path folder;

  private Cli.Outcome run(String name, String text, String... words) throws IOException {
    Path file = folder.resolve("cases").resolve(name).resolve("cases.json");
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
    String[] all = new String[words.length + 2];
    all[0] = "conformance";
    all[1] = folder.resolve("cases").toString();
    System.arraycopy(words, 0, all, 2, words.length);
    return new Cli(folder.resolve("home")).run(all);
  }

  @Test
  void conformance_allAsExpected_ends0() throws IOException {
    Cli.Outcome outcome = run("uris", RIGHT);
    assertThat(outcome.status()).isZero();
    assertThat(outcome.out()).contains("resource-uri");
  }

  @Test
  void conformance_oneDiffers_ends1() throws IOException {
    assertThat(run("uris", RIGHT.replace("\"a/b/c\"", "\"a/b/d\"")).status()).isEqualTo(1);
  }

  @Test
  void conformance_folderWithoutCases_isNoSuccess() throws IOException {
    Cli.Outcome outcome = new Cli(folder.resolve("home")).run("conformance", folder.toString());
    assertThat(outcome.status()).isEqualTo(125);
    assertThat(outcome.err()).contains("no cases below " + folder);
  }

  @Test
  void conformance_unknownKind_ends3UnlessSkipped() throws IOException, FormatException {
    String unknown = "[{\"name\":\"x\",\"kind\":\"martian\",\"expect\":\"accept\"}]";
    Cli.Outcome refused = run("odd", unknown);
    assertThat(refused.status()).isEqualTo(3);
    assertThat(refused.out()).contains("martian");
    Cli.Outcome skipped = run("odd", unknown, "--skip", "martian", "--json");
    assertThat(skipped.status()).isZero();
    assertThat(skipped.json().members()).isNotEmpty();
  }
}
