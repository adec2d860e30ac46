package io.vouchsafe.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.vouchsafe.appraisal.EvidenceClaims;
import io.vouchsafe.appraisal.Provenance;
import io.vouchsafe.appraisal.ReferenceValue;
import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.encoding.JsonLimits;
import io.vouchsafe.testkit.Vectors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// `measure snp`.
class MeasureSnpTest extends MeasureTestCase {
  private static final String DIGEST =
      "803f691094946e42068aaa3a8f9e26a5c89f36f7b73ecfb28c653360fe4b3aba7e534442e7e1e17895dfe778d0228977";
  private static final String TURIN_TCB = "bl=2,tee=3,snp=4,ucode=72,fmc=1";

  @Test
  void snp_vector_printsDigestPartsAndInputs() {
    Cli.Outcome outcome = snp();
    assertThat(outcome.err()).isEmpty();
    assertThat(outcome.status()).isZero();
    assertThat(outcome.out())
        .startsWith("snp_launch_digest  " + DIGEST)
        .contains("  firmware ", "  kernel-hashes at ", "  vcpu 0 ", "command-line", "sha256:");
  }

  @Test
  void snp_asJson_hasMeasurementsAndInputs() throws Exception {
    Json.Obj found = snp("--json").json();
    assertThat(found.string("tee")).isEqualTo("snp");
    Json.Obj measurement = found.array("measurements").getFirst().asObject("measurement");
    assertThat(measurement.string("name")).isEqualTo("snp_launch_digest");
    assertThat(measurement.string("value")).isEqualTo(DIGEST);
    assertThat(measurement.array("parts").getLast().asObject("part").string("value"))
        .isEqualTo(DIGEST);
    // Nothing stands for an initrd that there is none of.
    assertThat(found.array("inputs")).hasSize(3);
  }

  @Test
  void snp_referenceValues_areThoseOfTheTrustServer() throws Exception {
    Path file = dir.resolve("values.json");
    assertThat(snp("--reference-values", file.toString(), "--days", "3").status()).isZero();
    Json.Obj written = Json.parseObject(Bytes.of(Files.readAllBytes(file)), JsonLimits.MESSAGE);
    ReferenceValue value =
        ReferenceValue.parse(written.array("entries").getFirst().asObject("entry"));
    assertThat(value.name()).isEqualTo("snp_launch_digest");
    assertThat(value.value()).isEqualTo(Json.of(DIGEST));
    assertThat(value.provenance()).isEqualTo(Provenance.PREDICTED);
    assertThat(value.origin()).contains("firmware sha256:", "kernel sha256:");
    assertThat(value.inForce(Instant.now().plusSeconds(2 * 86_400))).isTrue();
    assertThat(value.inForce(Instant.now().plusSeconds(4 * 86_400))).isFalse();
    assertThat(written.array("inputs")).hasSize(3);
  }

  @Test
  void snp_minimumTcb_isAReferenceValueThatAppraisalTakes() throws Exception {
    ReferenceValue value = minimum("--product", "Turin", "--minimum-tcb", TURIN_TCB);
    assertThat(value.value().compact())
        .isEqualTo(
            "{\"product\":\"Turin\",\"fmc\":1,\"bootloader\":2,\"tee\":3,\"snp\":4,"
                + "\"microcode\":72}");
    assertThat(value.provenance()).isEqualTo(Provenance.DECLARED);
    EvidenceClaims claims = claims("Turin", 1, 2, 3, 4, 72);
    assertThat(passes(value, claims)).isTrue();
    assertThat(passes(value, claims("Turin", 1, 2, 3, 4, 71))).isFalse();
    assertThat(passes(value, claims("Turin", 0, 2, 3, 4, 72))).isFalse();
    assertThat(passes(value, claims("Genoa", 1, 2, 3, 4, 72))).isFalse();
  }

  private ReferenceValue minimum(String... options) throws Exception {
    Path file = dir.resolve("values.json");
    List<String> all = new ArrayList<>(List.of(options));
    all.addAll(List.of("--reference-values", file.toString()));
    Cli.Outcome outcome = snp(all.toArray(String[]::new));
    assertThat(outcome.err()).isEmpty();
    Json.Obj written = Json.parseObject(Bytes.of(Files.readAllBytes(file)), JsonLimits.MESSAGE);
    assertThat(written.array("entries")).hasSize(2);
    ReferenceValue value = ReferenceValue.parse(written.array("entries").get(1).asObject("entry"));
    assertThat(value.name()).isEqualTo("snp_minimum_tcb");
    return value;
  }

  @Test
  void snp_minimumTcbOfAReport_isTheOneThatItNames() throws Exception {
    ReferenceValue turin = minimum("--minimum-tcb-of", vector("snp/ms-turin-v5.report.bin"));
    assertThat(turin.value().asObject("value").string("product")).isEqualTo("Turin");
    assertThat(turin.provenance()).isEqualTo(Provenance.RECORDED);
    assertThat(turin.origin()).contains("report sha256:");
    String old = vector("snp/gosevguest-milan-v2.report.bin");
    assertFails(snp("--minimum-tcb-of", old), "does not name its processor");
    assertThat(minimum("--product", "Milan", "--minimum-tcb-of", old).value().compact())
        .contains("\"product\":\"Milan\"")
        .doesNotContain("fmc");
    assertFails(snp("--product", "Turin", "--minimum-tcb-of", old), "is not of Turin");
  }

  @Test
  void snp_minimumTcbThatIsNone_fails() {
    assertFails(snp("--minimum-tcb", TURIN_TCB), "needs --product");
    assertFails(snp("--product", "Milan"), "belongs to --minimum-tcb");
    assertFails(snp("--product", "Rome", "--minimum-tcb", TURIN_TCB), "Milan, Genoa or Turin");
    assertFails(snp("--product", "Milan", "--minimum-tcb", TURIN_TCB), "wants bl, tee, snp");
    assertFails(snp("--product", "Milan", "--minimum-tcb", "00"), "16 hexadecimal digits");
    assertFails(
        snp("--product", "Milan", "--minimum-tcb", "bl=1,tee=1,snp=1,ucode=256"), "ucode=255");
    assertFails(
        snp("--product", "Milan", "--minimum-tcb", "0000ff0000000000"), "with zeros between");
    assertFails(snp("--minimum-tcb-of", vector("sgx/phala-sgx.quote.bin")), "a report of SEV-SNP");
    assertFails(snp("--minimum-tcb-of", dir.resolve("absent").toString()), "cannot read");
  }

  @Test
  void snp_idKey_makesBlockAndAuth() throws Exception {
    Path block = dir.resolve("block");
    Path auth = dir.resolve("auth");
    Cli.Outcome outcome =
        snp(
            "--id-key",
            vector("measure/idblock_test_id_key.pem"),
            "--author-key",
            vector("measure/idblock_test_auth_key.pem"),
            "--id-block",
            block.toString(),
            "--id-auth",
            auth.toString(),
            "--json");
    assertThat(outcome.err()).isEmpty();
    assertThat(Bytes.of(Files.readAllBytes(block)).hex())
        .startsWith(DIGEST)
        .endsWith("0000030000000000");
    assertThat(Files.size(auth)).isEqualTo(4096);
    Json.Obj facts = outcome.json().object("facts");
    assertThat(Bytes.fromHex(facts.string("id_key_digest")).base64())
        .isEqualTo("WfssaG36T+9J84M5qndckAUcKNVzg93DuvO160sUlt87DbvcuuX+J2d6ZEggdz/i");
  }

  @Test
  void snp_idKeyThatIsNone_fails() {
    assertFails(snp("--id-key", empty.toString()), "is no P-384 key");
    assertFails(snp("--id-key", dir.resolve("absent").toString()), "cannot read the key");
    assertFails(snp("--id-auth", dir.resolve("x").toString()), "belong to --id-key");
  }

  @Test
  void snp_svsm_isTheVector() throws Exception {
    Path firmware = unpack("measure/svsm_ovmf.fd.gz");
    Path svsm = unpack("measure/svsm.bin.gz");
    Cli.Outcome outcome =
        run(
            "snp",
            "--firmware",
            firmware.toString(),
            "--svsm",
            svsm.toString(),
            "--svsm-variables-size",
            "540672",
            "--vcpus",
            "4",
            "--vcpu-type",
            "23/1/2");
    assertThat(outcome.out()).startsWith("snp_launch_digest  27d154c27b7b359c935e250ec6fee72a");
  }

  private Path unpack(String name) throws IOException {
    Path file = Files.createTempFile(dir, "unpacked", "");
    try (var in = new GZIPInputStream(Files.newInputStream(Vectors.path(name)))) {
      Files.write(file, in.readAllBytes());
    }
    return file;
  }

  @Test
  void snp_kernelThatTheFirmwareDoesNotMeasure_fails() {
    assertFails(
        run(
            "snp",
            "--firmware",
            vector("measure/ovmf_OvmfX64_suffix.bin"),
            "--kernel",
            empty.toString(),
            "--vcpu-type",
            "EPYC"),
        "MALFORMED",
        "hashes of a kernel");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--vcpus 0|--vcpus takes",
        "--vcpus 5000|--vcpus takes",
        "--vcpu-type host|--vcpu-type: MALFORMED",
        "--vcpu-type 25/999/1|--vcpu-type: no family",
        "--guest-features x|--guest-features takes",
        "--days 0|--days takes",
        "--vmm xen|xen"
      })
  void snp_optionsThatCannotBe_fail(String options, String message) {
    String[] parts = options.split(" ");
    List<String> all =
        new ArrayList<>(List.of("snp", "--firmware", vector("measure/ovmf_AmdSev_suffix.bin")));
    if (!options.contains("--vcpu-type")) {
      all.addAll(List.of("--vcpu-type", "EPYC"));
    }
    all.addAll(List.of(parts));
    assertFails(run(all.toArray(String[]::new)), message);
  }

  @Test
  void snp_withoutVcpuType_failsForQemuOnly() {
    String firmware = vector("measure/ovmf_AmdSev_suffix.bin");
    assertFails(run("snp", "--firmware", firmware), "--vcpu-type is needed");
    assertThat(run("snp", "--firmware", firmware, "--vmm", "ec2").status()).isZero();
  }

  @Test
  void snp_filesThatAreMissing_fail() {
    assertFails(run("snp"), "--firmware");
    assertFails(
        run("snp", "--firmware", dir.resolve("absent").toString(), "--vcpu-type", "EPYC"),
        "cannot read the firmware");
    assertFails(
        run(
            "snp",
            "--firmware",
            vector("measure/ovmf_AmdSev_suffix.bin"),
            "--vcpu-type",
            "EPYC",
            "--cmdline",
            "x"),
        "belong to --kernel");
  }
}
