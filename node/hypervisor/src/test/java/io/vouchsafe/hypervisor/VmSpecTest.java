package io.vouchsafe.hypervisor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vouchsafe.encoding.Bytes;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class VmSpecTest {
  private static final Firmware FLASH = new Firmware.Flash(Path.of("/c"), Path.of("/v"));
  private static final VmSpec VALID =
      QemuCommandLineTest.spec(Accelerator.TCG, new Protection.None(), FLASH);

  @ParameterizedTest
  @ValueSource(strings = {"", "-a", "a b", "a,b", "a/b", "ä"})
  void spec_nameThatIsNone_isRefused(String name) {
    assertThatThrownBy(() -> named(name)).hasMessageContaining("name of a machine");
  }

  @Test
  void spec_longestName_isTaken() {
    assertThat(named("a".repeat(63)).name()).hasSize(63);
    assertThatThrownBy(() -> named("a".repeat(64))).isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @CsvSource({"0,512", "256,512", "1,255", "1,-1", "1,4194305"})
  void size_outOfBounds_isRefused(int vcpus, int memory) {
    assertThatThrownBy(() -> new VmSpec.Size(vcpus, memory))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @CsvSource({"0,80", "80,0", "65536,80", "80,65536", "-1,80"})
  void forward_portOutOfRange_isRefused(int host, int guest) {
    assertThatThrownBy(() -> new VmSpec.Forward(host, guest)).hasMessageContaining("port");
  }

  @Test
  void spec_hostPortTwice_isRefused() {
    List<VmSpec.Forward> twice = List.of(new VmSpec.Forward(80, 80), new VmSpec.Forward(80, 81));
    assertThatThrownBy(() ->
            new VmSpec(
                "a",
                VALID.accelerator(),
                VALID.protection(),
                VALID.firmware(),
                VALID.boot(),
                VALID.size(),
                List.of(),
                List.of(),
                twice,
                VALID.control()))
        .hasMessageContaining("twice");
  }

  @ParameterizedTest
  @ValueSource(strings = {"a\nb", "a\u0000b", "naïve"})
  void boot_commandLineThatIsNotPrintable_isRefused(String commandLine) {
    Path file = Path.of("/f");
    assertThatThrownBy(() -> new VmSpec.Boot(file, file, commandLine))
        .hasMessageContaining("printable");
  }

  @Test
  void boot_commandLineTooLong_isRefused() {
    Path file = Path.of("/f");
    assertThatThrownBy(() -> new VmSpec.Boot(file, file, "a".repeat(2001)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void port_socketPathTooLong_saysSo() {
    Path socket = Path.of("/" + "x".repeat(107));
    assertThatThrownBy(() -> new VmSpec.Port("p", socket)).hasMessageContaining("shorter home");
  }

  @Test
  void port_nameWithComma_isRefused() {
    assertThatThrownBy(() -> new VmSpec.Port("a,chardev=x", Path.of("/s")))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void spec_confidentialMachineEmulated_isRefused() {
    Protection snp = new Protection.Snp(0x30000, Bytes.zeros(32), 51, 1);
    Firmware image = new Firmware.Image(Path.of("/f"));
    assertThatThrownBy(() -> QemuCommandLineTest.spec(Accelerator.TCG, snp, image))
        .hasMessageContaining("emulated");
  }

  @Test
  void spec_confidentialMachineWithFlash_isRefused() {
    Protection tdx = new Protection.Tdx(Bytes.zeros(48), 2, 4050);
    assertThatThrownBy(() -> QemuCommandLineTest.spec(Accelerator.KVM, tdx, FLASH))
        .hasMessageContaining("flash");
  }

  @Test
  void protection_digestOfWrongLength_isRefused() {
    assertThatThrownBy(() -> new Protection.Snp(0, Bytes.zeros(31), 51, 1))
        .hasMessageContaining("32 bytes");
    assertThatThrownBy(() -> new Protection.Tdx(Bytes.zeros(32), 2, 4050))
        .hasMessageContaining("48 bytes");
  }

  private static VmSpec named(String name) {
    return new VmSpec(
        name,
        VALID.accelerator(),
        VALID.protection(),
        VALID.firmware(),
        VALID.boot(),
        VALID.size(),
        VALID.disks(),
        VALID.ports(),
        VALID.forwards(),
        VALID.control());
  }
}
