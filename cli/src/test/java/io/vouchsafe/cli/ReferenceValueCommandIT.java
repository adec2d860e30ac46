package io.vouchsafe.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.vouchsafe.testkit.Vectors;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReferenceValueCommandIT {
  @TempDir Path folder;

  private Cli.Outcome run(String... args) throws Exception {
    return new Cli(folder.resolve("home")).run(args);
  }

  private String file(String name, String text) throws Exception {
    return Files.writeString(folder.resolve(name), text).toString();
  }

  @Test
  void rv_putListDelete_areOneLife() throws Exception {
    assertThat(run("rv", "put", "tpm_kernel", "ab12", "--origin", "a test").status()).isZero();
    assertThat(run("rv", "put", "svn", "[1, 2]").status()).isZero();

    Cli.Outcome all = run("rv", "list");
    assertThat(all.out())
        .contains("\"name\":\"tpm_kernel\"", "\"value\":\"ab12\"", "\"origin\":\"a test\"")
        .contains("\"value\":[1,2]", "\"provenance\":\"declared\"");
    assertThat(run("rv", "list", "svn").out()).doesNotContain("tpm_kernel");

    assertThat(run("rv", "delete", "svn").status()).isZero();
    Cli.Outcome gone = run("rv", "list", "svn");
    assertThat(gone.status()).isEqualTo(Failure.STATUS);
    assertThat(gone.err()).contains("no value is registered as svn");
    assertThat(run("rv", "delete", "svn").status()).isEqualTo(Failure.STATUS);
  }

  @Test
  void rv_rollbackOfAName_bringsBackWhatWasDeleted() throws Exception {
    run("rv", "put", "svn", "7", "--days", "3", "--origin", "a test");
    run("rv", "put", "svn", "8");
    run("rv", "put", "other", "1");
    String before = run("rv", "list", "svn").out().replaceAll("\"id\":[0-9]+,", "");
    assertThat(run("rv", "rollback", "svn").err()).contains("was ever taken out of force");

    assertThat(run("rv", "delete", "svn").status()).isZero();
    assertThat(run("rv", "delete", "other").status()).isZero();
    Cli.Outcome back = run("rv", "rollback", "svn");
    assertThat(back.status()).as(back.err()).isZero();
    assertThat(back.out()).contains("2 in force again, 0 were already, 0 past their end");
    assertThat(run("rv", "list", "svn").out().replaceAll("\"id\":[0-9]+,", "")).isEqualTo(before);
    assertThat(run("rv", "list", "other").status()).isEqualTo(Failure.STATUS);
    assertThat(run("rv", "rollback", "svn", "--json").json().integer("known")).isEqualTo(2);
    assertThat(run("rv", "rollback", "nosuch").err()).contains("rv rollback SET N");
    assertThat(run("rv", "rollback", "svn", "1").err()).contains("NO_SUCH_ENTRY");
    assertThat(run("rv", "rollback", "svn", "--comment", "x").err())
        .contains("goes with a version");
    assertThat(run("rv", "history", "svn", "--json").out()).startsWith("[{").endsWith("}]\n");
  }

  @Test
  void rv_withJson_printsOneDocumentEach() throws Exception {
    assertThat(run("rv", "put", "huge", "1e999999", "--json").json().string("error"))
        .contains("expected a number of at most 4096 digits");
    assertThat(run("rv", "put", "svn", "1e999", "--json").json().integer("added")).isEqualTo(1);
    assertThat(run("rv", "put", "svn", "1e999", "--json").json().integer("added")).isZero();
    assertThat(run("rv", "get", "svn", "--json").out()).isEqualTo("[1e999]\n");
    assertThat(run("rv", "provenance", "svn").out()).contains("1e999");
    assertThat(run("rv", "list", "--json").out()).startsWith("[{\"id\":").endsWith("}]\n");
    assertThat(run("rv", "history", "none", "--json").out()).isEqualTo("[]\n");
    String bundle = folder.resolve("b.json").toString();
    assertThat(run("rv", "export", bundle, "--json").json().integer("values")).isEqualTo(1);
    assertThat(run("rv", "import", bundle, "--json").json().string("form")).isEqualTo("bundle");
    String plain = file("plain.json", "{\"a\":1}");
    assertThat(run("rv", "import", plain, "--dry-run", "--json").json().array("values")).hasSize(1);
    assertThat(run("rv", "key", "--json").json().string("pem")).contains("PUBLIC KEY");
    assertThat(run("rv", "delete", "svn", "--json").json().integer("deleted")).isPositive();
    assertThat(run("rv", "delete", "svn", "--json").json().integer("exitCode"))
        .isEqualTo(Failure.STATUS);
    assertThat(run("resource", "list", "--json").out()).isEqualTo("[]\n");
    assertThat(run("tenant", "list", "--json").json().array("tenants")).hasSize(1);
    assertThat(run("trust", "admin", "list", "--json").json().array("administrators")).isEmpty();
  }

  @Test
  void rv_textThatCommandsATerminal_isShownEscaped() throws Exception {
    run("rv", "put", "a\nb", "\u001b[31mred", "--origin", "\u001b[0m");
    for (String command : List.of("get", "history", "provenance")) {
      Cli.Outcome outcome = run("rv", command, "a\nb");
      assertThat(outcome.status()).as(outcome.err()).isZero();
      assertThat(outcome.out()).contains("\\u001b[31mred").doesNotContain("\u001b");
    }
    assertThat(run("rv", "history").out()).contains("a\\u000ab");
  }

  @Test
  void rv_importOfWhatIsNoSuchFile_isSaid() throws Exception {
    String text = file("app.rego", "package app");
    assertThat(run("rv", "import", text).err())
        .contains("app.rego", "expected a statement or bundle");
    assertThat(run("rv", "import", folder.toString()).err()).contains("a folder, where a file");
    String empty = file("empty", "");
    assertThat(run("rv", "import", empty).err()).contains("0 bytes of something else");
    String xml = file("m.xml", "<a/>");
    assertThat(run("rv", "import", xml, "--root", text).err()).contains("--root: " + text);
  }

  @Test
  void rv_exportWithAKeyThatOthersCanRead_signsNothing() throws Exception {
    run("rv", "put", "svn", "1");
    String key = folder.resolve("open.key").toString();
    run("trust", "admin", "key", key);
    Files.setPosixFilePermissions(Path.of(key), PosixFilePermissions.fromString("rw-r--r--"));
    Cli.Outcome outcome = run("rv", "export", folder.resolve("c.json").toString(), "--key", key);
    assertThat(outcome.status()).isEqualTo(Failure.STATUS);
    assertThat(outcome.err()).contains("has mode rw-r--r--");
    assertThat(folder.resolve("c.json")).doesNotExist();
  }

  @Test
  void rv_import_takesWhatMeasureWrites() throws Exception {
    String values =
        file(
            "values.json",
            "{\"entries\":[{\"name\":\"snp_launch_digest\",\"value\":\"00\","
                + "\"expires\":\"2099-01-01T00:00:00Z\",\"provenance\":\"predicted\","
                + "\"origin\":\"measure\"}],\"inputs\":[]}");
    Cli.Outcome imported = run("rv", "import", values);
    assertThat(imported.err()).contains("entries: 1 values");
    assertThat(run("rv", "list").out())
        .contains("snp_launch_digest", "\"provenance\":\"predicted\"", "2099-01-01");
  }

  @Test
  void rv_importDryRun_registersNothing() throws Exception {
    String values = file("values.json", "{\"launch_digest\":[\"abcde\"]}");
    assertThat(run("rv", "import", values, "--dry-run").out()).contains("launch_digest");
    assertThat(run("rv", "list").out()).isEmpty();
  }

  @Test
  void rv_importOfAManifest_wantsItsSigner() throws Exception {
    Path corim = Vectors.path("corim/corim/unsigned-good-corim.cbor");
    Cli.Outcome refused = run("rv", "import", corim.toString());
    assertThat(refused.status()).isEqualTo(Failure.STATUS);
    assertThat(refused.err()).contains("--signer", "--unsigned");

    Cli.Outcome taken = run("rv", "import", corim.toString(), "--unsigned");
    assertThat(taken.status()).as(taken.err()).isZero();
    assertThat(taken.err()).contains("CoRIM, unsigned: 1 values");
    assertThat(run("rv", "list").out()).contains("ACME/RoadRunner/");
  }

  @Test
  void rv_importOfASwidManifest_checksItsSignature() throws Exception {
    String rim = Vectors.path("nvidia/rim/VBIOS_960074001A.swidtag").toString();
    Cli.Outcome otherRoot =
        run(
            "rv",
            "import",
            rim,
            "--root",
            Vectors.path("nvidia/verifier_device_root.pem").toString());
    assertThat(otherRoot.status()).isNotZero();
    assertThat(otherRoot.err()).contains("CHAIN_INVALID");
    assertThat(run("rv", "list").out()).isEmpty();

    Cli.Outcome unsigned = run("rv", "import", rim, "--unsigned");
    assertThat(unsigned.err()).contains("its signature not checked");
    assertThat(run("rv", "list").out()).contains("NVIDIA_Corporation.GPU.measurement_12");
  }

  @Test
  void rv_brokenFiles_areRefusedAndRegisterNothing() throws Exception {
    for (String text : new String[] {"", "{", "{\"entries\":[{}]}", "<a/>", "[]", "\u0000"}) {
      Cli.Outcome refused = run("rv", "import", file("broken", text), "--unsigned");
      assertThat(refused.status()).as(text).isNotZero();
      assertThat(refused.err()).as(text).isNotBlank().doesNotContain("Exception");
    }
    assertThat(run("rv", "put", "", "x").status()).isNotZero();
    assertThat(run("rv", "put", "x", "y", "--days", "0").err()).contains("--days wants");
    assertThat(run("rv", "list").out()).isEmpty();
  }
}
