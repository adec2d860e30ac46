package io.vouchsafe.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.vouchsafe.appraisal.ReferenceValue;
import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.encoding.JsonLimits;
import io.vouchsafe.testkit.Vectors;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// `measure sgx`.
class MeasureSgxTest extends MeasureTestCase {
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
}
