package io.vouchsafe.measure.sev;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.measure.Measurement;
import io.vouchsafe.measure.OvmfImage;
import io.vouchsafe.measure.TestFirmware;
import io.vouchsafe.testkit.Vectors;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SnpLaunchTest {
  private static final VcpuSignature MILAN = VcpuSignature.of(25, 1, 1);
  private static final KernelHashes KERNEL =
      KernelHashes.of(Bytes.utf8("kernel"), Bytes.utf8("initrd"), "quiet");

  private static TestFirmware whole() {
    return new TestFirmware()
        .number(TestFirmware.RESET, 0x80b004)
        .hashTable(0x810c00)
        .sev(
            0x800000, 0x9000, 1, 0x80a000, 0x1000, 2, 0x80b000, 0x1000, 3, 0x80c000, 0x1000, 4,
            0x810000, 0x1000, 16);
  }

  private static SnpFirmware firmware(TestFirmware made) throws FormatException {
    return SnpFirmware.of(OvmfImage.parse(made.build()));
  }

  private static SnpLaunch launch() throws FormatException {
    return SnpLaunch.of(firmware(whole()), MILAN);
  }

  private static Bytes digest(SnpLaunch launch) throws FormatException {
    return launch.measure().value();
  }

  @Test
  void measure_parts_endWithTheLaunchDigest() throws Exception {
    Measurement measured = launch().withVcpus(3).withKernel(KERNEL).measure();
    assertThat(measured.value().size()).isEqualTo(48);
    assertThat(measured.parts()).hasSize(1 + 5 + 3);
    assertThat(measured.parts().getFirst().name()).isEqualTo("firmware");
    assertThat(measured.parts().get(1).name()).isEqualTo("sec-memory at 0x800000, 36864 bytes");
    assertThat(measured.parts().getLast().name()).isEqualTo("vcpu 2");
    assertThat(measured.parts().getLast().value()).isEqualTo(measured.value());
  }

  @Test
  void measure_eachInput_changesTheDigest() throws Exception {
    Bytes one = digest(launch());
    assertThat(one)
        .isNotEqualTo(digest(launch().withVcpus(2)))
        .isNotEqualTo(digest(launch().withFeatures(0x21)))
        .isNotEqualTo(digest(launch().withKernel(KERNEL)))
        .isNotEqualTo(digest(launch().withVmm(Vmm.EC2)))
        .isNotEqualTo(digest(launch().withVmm(Vmm.GCE)))
        .isNotEqualTo(digest(SnpLaunch.of(firmware(whole()), VcpuSignature.of(25, 17, 0))));
  }

  @Test
  void measure_cloudVmms_doNotMeasureTheSignature() throws Exception {
    SnpLaunch other = SnpLaunch.of(firmware(whole()), VcpuSignature.of(25, 17, 0));
    for (Vmm vmm : new Vmm[] {Vmm.EC2, Vmm.GCE}) {
      assertThat(digest(launch().withVmm(vmm))).isEqualTo(digest(other.withVmm(vmm)));
    }
  }

  @Test
  void measure_onEc2_takesTheCpuidPageLast() throws Exception {
    Measurement measured = launch().withVmm(Vmm.EC2).measure();
    assertThat(measured.parts().get(5).name()).startsWith("cpuid at");
  }

  @Test
  void measure_ofASeed_needsNoImage() throws Exception {
    SnpFirmware known = firmware(whole());
    Bytes seed = SnpFirmware.digest(OvmfImage.parse(whole().build()));
    assertThat(digest(SnpLaunch.of(known.withDigest(seed), MILAN))).isEqualTo(digest(launch()));
    assertThat(digest(SnpLaunch.of(known.withDigest(Bytes.zeros(48)), MILAN)))
        .isNotEqualTo(digest(launch()));
  }

  @Test
  void measure_kernelWithoutSection_isRefused() throws Exception {
    SnpFirmware none = firmware(new TestFirmware().hashTable(0x810c00).sev(0x800000, 0x9000, 1));
    assertThatThrownBy(() -> SnpLaunch.of(none, MILAN).withKernel(KERNEL).measure())
        .isInstanceOf(FormatException.class)
        .hasMessageContaining("hashes of a kernel");
  }

  @Test
  void measure_kernelWithoutHashTable_isRefused() throws Exception {
    SnpFirmware none = firmware(new TestFirmware().sev(0x810000, 0x1000, 16));
    assertThatThrownBy(() -> SnpLaunch.of(none, MILAN).withKernel(KERNEL).measure())
        .isInstanceOf(FormatException.class);
    SnpFirmware zero = firmware(new TestFirmware().hashTable(0).sev(0x810000, 0x1000, 16));
    assertThatThrownBy(() -> SnpLaunch.of(zero, MILAN).withKernel(KERNEL).measure())
        .isInstanceOf(FormatException.class);
  }

  @Test
  void measure_hashTableAcrossThePage_isRefused() throws Exception {
    SnpFirmware across = firmware(new TestFirmware().hashTable(0x810fff).sev(0x810000, 0x1000, 16));
    assertThatThrownBy(() -> SnpLaunch.of(across, MILAN).withKernel(KERNEL).measure())
        .isInstanceOf(FormatException.class);
  }

  @Test
  void measure_twoPagesOfHashes_isRefused() throws Exception {
    SnpFirmware two = firmware(new TestFirmware().hashTable(0x810c00).sev(0x810000, 0x2000, 16));
    assertThatThrownBy(() -> SnpLaunch.of(two, MILAN).withKernel(KERNEL).measure())
        .isInstanceOf(FormatException.class);
  }

  @Test
  void measure_severalProcessorsWithoutResetAddress_isRefused() throws Exception {
    SnpFirmware silent = firmware(new TestFirmware().sev(0x800000, 0x9000, 1));
    assertThat(SnpLaunch.of(silent, MILAN).measure().value().size()).isEqualTo(48);
    assertThatThrownBy(() -> SnpLaunch.of(silent, MILAN).withVcpus(2).measure())
        .isInstanceOf(FormatException.class);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, -1, SnpLaunch.MAX_VCPUS + 1})
  void withVcpus_outOfBounds_isRefused(int vcpus) {
    assertThatThrownBy(() -> launch().withVcpus(vcpus))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void firmware_withoutMetadata_isRefused() {
    assertThatThrownBy(() -> firmware(new TestFirmware().number(TestFirmware.RESET, 1)))
        .isInstanceOf(FormatException.class);
  }

  @Test
  void firmware_notOfWholePages_isRefused() {
    assertThatThrownBy(() -> firmware(whole().size(4100))).isInstanceOf(FormatException.class);
  }

  @ParameterizedTest
  @CsvSource({
    "2, 28, 1, 0x800000, 0x1000, 1",
    "1, 29, 1, 0x800000, 0x1000, 1",
    "1, 28, 1, 0x800000, 0x1000, 5",
    "1, 28, 1, 0x800000, 0x1000, 0",
    "1, 28, 1, 0x800001, 0x1000, 1",
    "1, 28, 1, 0x800000, 0x1001, 1",
    "1, 28, 1, 0x800000, 0x2000000, 1",
    "1, 796, 65, 0x800000, 0x1000, 1",
    "1, 1216, 100, 0x800000, 0x1000, 1"
  })
  void firmware_damagedMetadata_isMalformed(
      long version, long length, long count, String address, String size, long type) {
    assertThatThrownBy(() ->
            firmware(
                new TestFirmware()
                    .sevOf(version, length, count, Long.decode(address), Long.decode(size), type)))
        .isInstanceOf(FormatException.class);
  }

  @Test
  void sev_kernelWithoutHashTable_isRefused() throws Exception {
    OvmfImage plain = OvmfImage.parse(new TestFirmware().build());
    assertThat(SevLaunchDigest.sev(plain, Optional.empty()).value().size()).isEqualTo(32);
    assertThatThrownBy(() -> SevLaunchDigest.sev(plain, Optional.of(KERNEL)))
        .isInstanceOf(FormatException.class);
    assertThatThrownBy(
            () -> SevLaunchDigest.sevEs(plain, Optional.empty(), 2, Vmm.QEMU, MILAN, FpuState.ZERO))
        .isInstanceOf(FormatException.class);
  }

  @Test
  void sevEs_everyProcessor_counts() throws Exception {
    OvmfImage image = OvmfImage.parse(whole().build());
    Bytes sev = SevLaunchDigest.sev(image, Optional.of(KERNEL)).value();
    Bytes one =
        SevLaunchDigest.sevEs(image, Optional.of(KERNEL), 1, Vmm.QEMU, MILAN, FpuState.AFTER_RESET)
            .value();
    Bytes two =
        SevLaunchDigest.sevEs(image, Optional.of(KERNEL), 2, Vmm.QEMU, MILAN, FpuState.AFTER_RESET)
            .value();
    assertThat(sev).isNotEqualTo(one);
    assertThat(one).isNotEqualTo(two);
  }

  @Test
  void sevEs_saveAreasOfARealLaunch_areThoseWithoutFpuState() throws Exception {
    assertThat(SevLaunchDigest.page(Vmm.QEMU, Vmsa.RESET_VECTOR, MILAN, FpuState.ZERO))
        .isEqualTo(Bytes.of(Vectors.bytes("sev/vmsa0.bin")));
    assertThat(SevLaunchDigest.page(Vmm.QEMU, 0x80b004, MILAN, FpuState.ZERO))
        .isEqualTo(Bytes.of(Vectors.bytes("sev/vmsa1.bin")));
    assertThat(SevLaunchDigest.page(Vmm.QEMU, 0x80b004, MILAN, FpuState.AFTER_RESET))
        .isNotEqualTo(Bytes.of(Vectors.bytes("sev/vmsa1.bin")));
  }

  @Test
  void svsm_withoutItsMetadata_isRefused() throws Exception {
    OvmfImage image = OvmfImage.parse(whole().build());
    assertThatThrownBy(() -> Svsm.of(image, image, 0)).isInstanceOf(FormatException.class);
  }

  @Test
  void svsm_belowFirmwareAndVariables_startsThere() throws Exception {
    OvmfImage image = OvmfImage.parse(whole().build());
    OvmfImage module =
        OvmfImage.parse(
            new TestFirmware()
                .size(8192)
                .number(TestFirmware.SVSM, 0x40)
                .sev(0, 0x3000, 1, 0x3000, 0x1000, 2, 0x4000, 0x1000, 3)
                .build());
    Svsm svsm = Svsm.of(image, module, 0x1000);
    assertThat(svsm.address()).isEqualTo((1L << 32) - 4096 - 4096 - 8192);
    assertThat(svsm.entryPoint()).isEqualTo(svsm.address() + 0x40);
    Measurement measured = SnpLaunch.measureSvsm(svsm, MILAN, 2, 1);
    assertThat(measured.parts()).hasSize(2 + 3 + 2);
    assertThat(measured.value())
        .isNotEqualTo(SnpLaunch.measureSvsm(Svsm.of(image, module, 0), MILAN, 2, 1).value());
    assertThatThrownBy(() -> Svsm.of(image, module, 100)).isInstanceOf(FormatException.class);
    assertThatThrownBy(() -> Svsm.of(image, module, -4096)).isInstanceOf(FormatException.class);
    assertThatThrownBy(() -> SnpLaunch.measureSvsm(svsm, MILAN, 0, 1))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
