package io.vouchsafe.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.vouchsafe.appraisal.AttestationPolicy;
import io.vouchsafe.appraisal.DecisionTime;
import io.vouchsafe.appraisal.EvidenceClaims;
import io.vouchsafe.appraisal.Finding;
import io.vouchsafe.appraisal.Provenance;
import io.vouchsafe.appraisal.ReferenceValue;
import io.vouchsafe.appraisal.ReferenceValues;
import io.vouchsafe.appraisal.SnpAppraisalCheck;
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
import java.util.Optional;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What `measure` prints, with the values of the shared vectors.
class MeasureCommandTest {
  private static final String DIGEST =
      "803f691094946e42068aaa3a8f9e26a5c89f36f7b73ecfb28c653360fe4b3aba7e534442e7e1e17895dfe778d0228977";

  @TempDir Path dir;
  private Path empty;

  @BeforeEach
  void emptyFile() throws IOException {
    empty = Files.createFile(dir.resolve("empty"));
  }

  private static String vector(String name) {
    return Vectors.path(name).toString();
  }

  private Cli.Outcome run(String... args) {
    List<String> all = new ArrayList<>(List.of("measure"));
    all.addAll(List.of(args));
    return new Cli(dir.resolve("home")).run(all.toArray(String[]::new));
  }

  private Cli.Outcome snp(String... more) {
    List<String> all =
        new ArrayList<>(
            List.of(
                "snp",
                "--firmware",
                vector("measure/ovmf_AmdSev_suffix.bin"),
                "--kernel",
                empty.toString(),
                "--cmdline",
                "console=ttyS0 loglevel=7",
                "--vcpu-type",
                "EPYC-v4",
                "--guest-features",
                "0x21"));
    all.addAll(List.of(more));
    return run(all.toArray(String[]::new));
  }

  private static void assertFails(Cli.Outcome outcome, String... texts) {
    assertThat(outcome.status()).isEqualTo(Failure.STATUS);
    assertThat(outcome.err()).contains(texts);
    assertThat(outcome.out()).isEmpty();
  }

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

  private static final String TURIN_TCB = "bl=2,tee=3,snp=4,ucode=72,fmc=1";

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

  private static EvidenceClaims claims(
      String product, int fmc, int bootLoader, int tee, int snp, int microcode) {
    Json.Obj claims =
        Json.object()
            .put("product", product)
            .put("reported_tcb_fmc", fmc)
            .put("reported_tcb_bootloader", bootLoader)
            .put("reported_tcb_tee", tee)
            .put("reported_tcb_snp", snp)
            .put("reported_tcb_microcode", microcode)
            .build();
    return new EvidenceClaims("snp", "cpu", "production", claims, Json.NULL, Optional.empty());
  }

  /// Whether the built-in appraisal's check of the TCB passes with this value alone.
  private static boolean passes(ReferenceValue value, EvidenceClaims claims) {
    return AttestationPolicy.DEFAULT
        .appraise(
            claims,
            ReferenceValues.of(List.of(value)),
            new DecisionTime(Instant.now(), System::nanoTime))
        .findings()
        .stream()
        .filter(finding -> finding.result().check().equals(SnpAppraisalCheck.TCB.id()))
        .noneMatch(Finding::failed);
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

  @Test
  void sev_vector_isItsDigest() {
    assertThat(
            run(
                    "sev",
                    "--firmware",
                    vector("measure/ovmf_el9_amdsev_trimmed.bin"),
                    "--kernel",
                    vector("measure/kernel-fake.bin"),
                    "--initrd",
                    vector("measure/initrd-fake.bin"),
                    "--cmdline",
                    "foo bar baz fake kernel=cmdline")
                .out())
        .startsWith(
            "sev_launch_digest  4b47fec6f851487c33714c8a00a832a1b705ad0a7cac4a647388eccfa9f0c570");
  }

  private Cli.Outcome launchMeasure(String policy) {
    return run(
        "sev",
        "--firmware",
        vector("sev/ovmf_el9_amdsev_trimmed.bin"),
        "--launch-measure",
        "oMDewIouJSpbpNRHj7Mk3p08H2dPZQdsZMU14qIymBnDE/q1EcIWsVBbGy6pkDxA",
        "--tik",
        vector("sev/tik1.bin"),
        "--platform",
        "1.40.40",
        "--policy",
        policy);
  }

  @Test
  void sev_launchMeasure_isCompared() {
    assertThat(launchMeasure("0x3").out()).contains("launch_measure     as expected");
    assertFails(launchMeasure("0x1"), "refused   MEASUREMENT_MISMATCH", "sev.launch.expected");
    assertFails(launchMeasure("x"), "--platform, --policy");
  }

  @Test
  void sevEs_vector_isItsDigest() {
    assertThat(
            run(
                    "sev-es",
                    "--firmware",
                    vector("measure/ovmf_AmdSev_suffix.bin"),
                    "--kernel",
                    empty.toString(),
                    "--vcpu-type",
                    "EPYC-v4")
                .out())
        .startsWith(
            "sev_es_launch_digest 13810ae661ea11e2bb205621f582fee268f0367c8f97bc297b7fadef3e12002c");
  }

  @Test
  void sevEs_realLaunchMeasure_isAsExpected() {
    Cli.Outcome outcome =
        run(
            "sev-es",
            "--firmware",
            vector("sev/ovmf_el9_amdsev_trimmed.bin"),
            "--vcpus",
            "4",
            "--vcpu-type",
            "EPYC-Milan",
            "--zero-fpu",
            "--launch-measure",
            "/o0nzDKE5XgtVnUZWPhUea/WZYrTKLExR7KCwuMdbActvpWfXTFk21KMZIAAhQny",
            "--tik",
            vector("sev/tik1.bin"),
            "--platform",
            "1.49.6",
            "--policy",
            "0x5");
    assertThat(outcome.err()).isEmpty();
    assertThat(outcome.out()).contains("launch_measure     as expected");
  }

  @Test
  void tdx_vector_isItsMrtd() {
    assertThat(run("tdx", "--firmware", vector("measure/tdvf-a.bin")).out())
        .startsWith("tdx_mr_td          ea5c89ccba3af50caa41c05c621cee98");
    assertThat(
            run("tdx", "--firmware", vector("measure/tdvf-a.bin"), "--order", "two-passes").out())
        .startsWith("tdx_mr_td          86c5204c5ada1345a533452eaeddc2cd");
  }

  @Test
  void tdx_kernel_addsTheRegistersThatItDecides() throws Exception {
    Path initrd = Files.writeString(dir.resolve("initrd"), "initrd");
    Cli.Outcome outcome =
        run(
            "tdx",
            "--firmware",
            vector("measure/tdvf-a.bin"),
            "--kernel",
            vector("eventlog/synthetic/mini-kernel.efi"),
            "--initrd",
            initrd.toString(),
            "--cmdline",
            "quiet",
            "--memory",
            "2G",
            "--launcher",
            "unchanged");
    assertThat(outcome.err()).isEmpty();
    assertThat(outcome.out()).contains("tdx_rtmr_1 ", "tdx_rtmr_2 ").doesNotContain("tdx_rtmr_0");
  }

  @Test
  void tdx_whatCannotBe_fails() {
    String firmware = vector("measure/tdvf-a.bin");
    assertFails(run("tdx", "--firmware", empty.toString()), "TDX metadata");
    assertFails(run("tdx", "--firmware", firmware, "--order", "x"), "--order takes");
    assertFails(run("tdx", "--firmware", firmware, "--launcher", "x"), "--launcher takes");
    assertFails(
        run("tdx", "--firmware", firmware, "--kernel", empty.toString()), "--memory is needed");
    assertFails(
        run("tdx", "--firmware", firmware, "--kernel", empty.toString(), "--memory", "1G"),
        "--initrd is needed");
    assertFails(
        run("tdx", "--firmware", firmware, "--event-log", empty.toString(), "--memory", "1G"),
        "MALFORMED");
  }

  @Test
  void sgx_streamAndSigstruct_ofOneEnclave() {
    Cli.Outcome outcome =
        run(
            "sgx",
            "--sgxs",
            vector("measure/test_enclave.sgxs"),
            "--sigstruct",
            vector("measure/test_enclave.sigstruct"));
    assertThat(outcome.err()).isEmpty();
    assertThat(outcome.out())
        .contains(
            "sgx_mr_enclave     784acfd7d5096a8f0fbd3265760bff21b120f62407a9a9e5ba31aa3c8ed198fc",
            "sgx_mr_signer      fb4bab3d6036ac1d730fa83d7366df1dd2dfeac194ef335d6854d8a6c6475542",
            "isv_prod_id        65535");
  }

  @Test
  void sgx_bySigner_writesWhatAppraisalByTheSignerNeeds() throws Exception {
    Path file = dir.resolve("values.json");
    Cli.Outcome outcome =
        run(
            "sgx",
            "--sigstruct",
            vector("measure/test_enclave.sigstruct"),
            "--by-signer",
            "--reference-values",
            file.toString());
    assertThat(outcome.err()).isEmpty();
    Json.Obj written = Json.parseObject(Bytes.of(Files.readAllBytes(file)), JsonLimits.MESSAGE);
    List<String> values = new ArrayList<>();
    for (Json entry : written.array("entries")) {
      ReferenceValue value = ReferenceValue.parse(entry.asObject("entry"));
      values.add(value.name() + "=" + value.value().compact());
    }
    assertThat(values)
        .containsExactly(
            "sgx_mr_signer=\"fb4bab3d6036ac1d730fa83d7366df1dd2dfeac194ef335d6854d8a6c6475542\"",
            "sgx_isv_prod_id=65535",
            "sgx_minimum_isv_svn=0");
    assertFails(
        run("sgx", "--sgxs", vector("measure/test_enclave.sgxs"), "--by-signer"),
        "--by-signer needs --sigstruct");
  }

  @Test
  void sgx_sigstructThatDoesNotVerify_isRefused() {
    assertFails(
        run("sgx", "--sigstruct", vector("measure/bad-enclavehash.sigstruct")),
        "refused   SIGNATURE_INVALID",
        "sgx.sigstruct.signature");
  }

  @Test
  void sgx_sigstructOfAnotherEnclave_isRefused() throws Exception {
    byte[] stream = Vectors.bytes("measure/test_enclave.sgxs");
    stream[stream.length - 1] ^= 1;
    Path other = Files.write(dir.resolve("other.sgxs"), stream);
    assertFails(
        run(
            "sgx",
            "--sgxs",
            other.toString(),
            "--sigstruct",
            vector("measure/test_enclave.sigstruct")),
        "refused   MEASUREMENT_MISMATCH",
        "sgx.sigstruct.enclave");
  }

  @Test
  void sgx_whatCannotBe_fails() throws Exception {
    Path manifest = Files.writeString(dir.resolve("a.manifest.sgx"), "[sgx]\nmax_threads = 1\n");
    assertFails(run("sgx"), "one of --sgxs, --manifest and --sigstruct");
    assertFails(run("sgx", "--manifest", manifest.toString()), "belong together");
    assertFails(
        run("sgx", "--manifest", manifest.toString(), "--libpal", empty.toString()),
        "enclave_size");
    Files.writeString(manifest, "[sgx]\nmax_threads = 1\nenclave_size = \"16M\"\n");
    assertFails(
        run("sgx", "--manifest", manifest.toString(), "--libpal", empty.toString()), "MALFORMED");
    assertFails(
        run(
            "sgx",
            "--manifest",
            manifest.toString(),
            "--libpal",
            empty.toString(),
            "--sgxs",
            empty.toString()),
        "give one");
  }

  @Test
  void tpm_kernelAndInitrd_predictRegisters() throws Exception {
    Path initrd = Files.writeString(dir.resolve("initrd"), "initrd");
    String kernel = vector("eventlog/synthetic/mini-kernel.efi");
    Cli.Outcome outcome =
        run(
            "tpm",
            "--kernel",
            kernel,
            "--initrd",
            initrd.toString(),
            "--memory",
            "512M",
            "--launcher",
            "unchanged");
    assertThat(outcome.err()).isEmpty();
    assertThat(outcome.out()).contains("tpm_kernel ", "tpm_pcr04 ", "tpm_pcr09 ");
    assertFails(run("tpm", "--memory", "1G"), "--kernel FILE is needed");
    assertFails(run("tpm", "--kernel", kernel, "--memory", "1G"), "--initrd is needed");
    assertFails(run("tpm", "--kernel", kernel, "--memory", "0"), "--memory wants");
  }
}
