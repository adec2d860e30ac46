package io.vouchsafe.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.vouchsafe.testkit.Vectors;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Signed reference values from the build to the server, and on to another one.
class ReferenceSetIT {
  private static final String CODE = "REFERENCE_VALUE_";

  @TempDir Path dir;

  private Cli.Outcome run(String home, String... args) {
    return new Cli(dir.resolve(home)).run(args);
  }

  private Path statement(String version) {
    Path file = dir.resolve("v" + version + ".statement");
    Cli.Outcome made =
        run(
            "builder",
            "measure",
            "tdx",
            "--firmware",
            Vectors.path("measure/tdvf-a.bin").toString(),
            "--statement",
            file.toString(),
            "--set",
            "vm",
            "--set-version",
            version);
    assertThat(made.status()).as(made.err()).isZero();
    return file;
  }

  private String builderKey() {
    return dir.resolve("builder/keys/statement.pub").toString();
  }

  private static void assertRefused(Cli.Outcome outcome, String text) {
    assertThat(outcome.status()).as(outcome.out()).isNotZero();
    assertThat(outcome.err()).contains(text).doesNotContain("Exception");
  }

  @Test
  void statement_imported_isKnownDownToItsInputs() throws Exception {
    Path file = statement("5");
    assertRefused(run("server", "rv", "import", file.toString()), CODE + "SIGNER_UNTRUSTED");
    Cli.Outcome dry =
        run("server", "rv", "import", file.toString(), "--signer", builderKey(), "--dry-run");
    assertThat(dry.err()).contains("statement vm version 5");
    assertThat(run("server", "rv", "list").out()).isEmpty();

    Cli.Outcome taken = run("server", "rv", "import", file.toString(), "--signer", builderKey());
    assertThat(taken.err()).contains("1 in force by it");
    String value = run("server", "rv", "get", "tdx_mr_td").out().strip();
    assertThat(value).matches("[0-9a-f]{96}");
    Cli.Outcome provenance = run("server", "rv", "provenance", value);
    assertThat(provenance.out())
        .contains("tdx_mr_td", "vm version 5", Vouchsafe.VERSION, "firmware sha256:", "tdvf-a.bin")
        .contains("imported", "predicted");
    assertThat(run("server", "rv", "provenance", "tdx_mr_td", "--json").out())
        .contains("\"importedBy\"", "\"inputs\"");
    assertRefused(run("server", "rv", "provenance", "nothing"), "no value");
    assertRefused(run("server", "rv", "get", "nothing"), "is in force");

    assertRefused(
        run("server", "rv", "import", statement("4").toString(), "--signer", builderKey()),
        CODE + "ROLLBACK");
    assertThat(
            run(
                    "server",
                    "rv",
                    "import",
                    statement("6").toString(),
                    "--signer",
                    builderKey(),
                    "--replace")
                .err())
        .contains("1 in force by it, 1 taken out of force");
  }

  @Test
  void statement_rolledBack_isInForceAgain_andTheNewestStaysRemembered() {
    for (String version : new String[] {"5", "6"}) {
      Cli.Outcome taken =
          run(
              "server",
              "rv",
              "import",
              statement(version).toString(),
              "--signer",
              builderKey(),
              "--replace");
      assertThat(taken.status()).as(taken.err()).isZero();
    }

    Cli.Outcome back = run("server", "rv", "rollback", "vm", "5", "--comment", "6 does not boot");

    assertThat(back.out())
        .isEqualTo("vm version 5: 1 in force by it, 1 taken out of force, 0 past their end\n");
    assertThat(run("server", "rv", "provenance", "tdx_mr_td").out()).contains("vm version 5");
    assertThat(run("server", "rv", "history", "vm").out())
        .contains("import-reference-set", "rollback-reference-set", "  6 does not boot")
        .contains("  vm version 5, ", "  - tdx_mr_td ", "  + tdx_mr_td ");
    assertRefused(run("server", "rv", "rollback", "vm", "4"), "NO_SUCH_ENTRY");
    assertRefused(run("server", "rv", "rollback", "v m", "5"), "MALFORMED");
    assertRefused(
        run("server", "rv", "import", statement("5").toString(), "--signer", builderKey()),
        CODE + "ROLLBACK");
  }

  @Test
  void bundle_goesToAnotherServer_andNeverBack() throws Exception {
    run("server", "rv", "import", statement("5").toString(), "--signer", builderKey());
    run("server", "rv", "put", "svn", "[1, 2]");
    Path bundle = dir.resolve("bundle");
    Cli.Outcome exported =
        run("server", "rv", "export", bundle.toString(), "--set", "fleet", "--set-version", "1");
    assertThat(exported.out()).contains("2 values as fleet version 1");

    String key = bundle + ".pub";
    Cli.Outcome taken = run("other", "rv", "import", bundle.toString(), "--signer", key);
    assertThat(taken.status()).as(taken.err()).isZero();
    assertThat(run("other", "rv", "get", "svn").out()).isEqualTo("1\n2\n");
    assertThat(run("other", "rv", "provenance", "tdx_mr_td").out())
        .contains("fleet version 1", "passed on   vm version 5");

    run("server", "rv", "delete", "svn");
    Path newer = dir.resolve("newer");
    run("server", "rv", "export", newer.toString(), "--set", "fleet", "--set-version", "2");
    Cli.Outcome diff = run("other", "rv", "diff", "server", newer.toString());
    assertThat(diff.out()).contains("- svn", "2 only in the first", "0 of 0 kinds of guests");
    run("other", "rv", "import", newer.toString(), "--signer", key);
    assertRefused(run("other", "rv", "get", "svn"), "in force");
    assertRefused(
        run("other", "rv", "import", bundle.toString(), "--signer", key), CODE + "ROLLBACK");
  }

  @Test
  void file_altered_isRefused() throws Exception {
    Path file = statement("5");
    String text = Files.readString(file);
    int at = text.indexOf("\"payload\":\"") + 60;
    String other = text.charAt(at) == 'A' ? "B" : "A";
    Files.writeString(file, text.substring(0, at) + other + text.substring(at + 1));
    assertRefused(
        run("server", "rv", "import", file.toString(), "--signer", builderKey()),
        "SIGNATURE_INVALID");
    Files.writeString(file, "{\"payloadType\":1}");
    assertRefused(
        run("server", "rv", "import", file.toString(), "--signer", builderKey()), "MALFORMED");
    assertThat(run("server", "rv", "list").out()).isEmpty();
  }

  @Test
  void diff_ofFiles_needsNoServer() throws Exception {
    Path one = Files.writeString(dir.resolve("one.json"), "{\"a\":[\"x\",\"y\"],\"b\":1}");
    Path two = Files.writeString(dir.resolve("two.json"), "{\"a\":\"y\",\"b\":2}");
    Cli.Outcome diff = run("home", "rv", "diff", one.toString(), two.toString(), "--last", "0");
    assertThat(diff.err()).isEmpty();
    assertThat(diff.out().lines().map(line -> line.replaceAll(" +", " ")))
        .containsExactly(
            "- a x", "- b 1", "+ b 2", "2 only in the first, 1 only in the second, 1 in both");
    assertThat(
            run("home", "rv", "diff", one.toString(), two.toString(), "--last", "0", "--json")
                .out())
        .contains("\"removed\":[{\"name\":\"a\",\"value\":\"x\"}");
    assertRefused(run("home", "rv", "diff", one.toString(), "/nowhere", "--last", "0"), "/nowhere");
    assertRefused(
        run("home", "rv", "diff", one.toString(), two.toString(), "--last", "-1"), "--last");
  }
}
