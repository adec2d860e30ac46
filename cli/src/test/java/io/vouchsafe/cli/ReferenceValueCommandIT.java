package io.vouchsafe.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.vouchsafe.testkit.Vectors;
import java.nio.file.Files;
import java.nio.file.Path;
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
