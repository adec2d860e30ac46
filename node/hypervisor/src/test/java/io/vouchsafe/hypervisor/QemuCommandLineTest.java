package io.vouchsafe.hypervisor;

import static org.assertj.core.api.Assertions.assertThat;

import io.vouchsafe.encoding.Bytes;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/// The words for each kind of machine are golden files, one word per line: a change shows in
/// review.
class QemuCommandLineTest {
  private static final Path VM = Path.of("/home/u/.vouchsafe/vms/a1");
  private static final Path IMAGE = Path.of("/home/u/.vouchsafe/images/d0");
  private static final Firmware FLASH =
      new Firmware.Flash(IMAGE.resolve("OVMF_CODE.fd"), VM.resolve("vars.fd"));

  static VmSpec spec(Accelerator accelerator, Protection protection, Firmware firmware) {
    return new VmSpec(
        "a1",
        accelerator,
        protection,
        firmware,
        new VmSpec.Boot(
            IMAGE.resolve("vmlinuz"), IMAGE.resolve("initrd"), "console=ttyS0 panic=-1"),
        VmSpec.Size.DEFAULT,
        List.of(
            VmSpec.Disk.readOnly(IMAGE.resolve("root.img")),
            VmSpec.Disk.readOnly(VM.resolve("initdata.img"))),
        List.of(new VmSpec.Port("org.vouchsafe.agent", VM.resolve("agent.sock"))),
        List.of(new VmSpec.Forward(8080, 80)),
        VM.resolve("qmp.sock"));
  }

  @Test
  void of_plainMachine_isGolden() throws Exception {
    golden("plain", spec(Accelerator.TCG, new Protection.None(), FLASH));
  }

  @Test
  void of_machineWithTpm_isGolden() throws Exception {
    golden("vtpm", spec(Accelerator.TCG, vtpm(), FLASH));
  }

  @Test
  void of_machineWithTpmOnKvm_isGolden() throws Exception {
    golden("vtpm-kvm", spec(Accelerator.KVM, vtpm(), FLASH));
  }

  @Test
  void of_snpMachine_isGolden() throws Exception {
    Bytes digest = Bytes.fromHex("ab".repeat(32));
    golden(
        "snp",
        spec(
            Accelerator.KVM,
            new Protection.Snp(0x30000, digest, 51, 1),
            new Firmware.Image(Path.of("/usr/share/OVMF/AMDSEV.fd"))));
  }

  @Test
  void of_tdxMachine_isGolden() throws Exception {
    Bytes digest = Bytes.fromHex("cd".repeat(32)).fit(48);
    golden(
        "tdx",
        spec(
            Accelerator.KVM,
            new Protection.Tdx(digest, 2, 4050),
            new Firmware.Image(Path.of("/usr/share/OVMF/OVMF.inteltdx.fd"))));
  }

  @Test
  void of_pathWithComma_staysOnePath() {
    Firmware firmware = new Firmware.Flash(Path.of("/a,b/code"), Path.of("/a,id=x/vars"));
    List<String> words = QemuCommandLine.of(spec(Accelerator.TCG, vtpm(), firmware));
    assertThat(words)
        .contains(
            "if=pflash,format=raw,unit=0,readonly=on,file=/a,,b/code",
            "if=pflash,format=raw,unit=1,file=/a,,id=x/vars");
  }

  private static Protection vtpm() {
    return new Protection.Vtpm(VM.resolve("tpm.sock"));
  }

  private static void golden(String name, VmSpec spec) throws Exception {
    String actual = String.join("\n", QemuCommandLine.of(spec)) + "\n";
    Path written = Path.of("target", "golden", name + ".txt");
    Files.createDirectories(written.getParent());
    Files.writeString(written, actual);
    try (var golden = QemuCommandLineTest.class.getResourceAsStream("/golden/" + name + ".txt")) {
      assertThat(golden).as("golden file; what it would be: " + written).isNotNull();
      assertThat(actual).isEqualTo(new String(golden.readAllBytes(), StandardCharsets.UTF_8));
    }
  }
}
