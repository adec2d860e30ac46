package io.vouchsafe.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/// `measure sev` and `measure sev-es`.
class MeasureSevTest extends MeasureTestCase {
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
}
