package io.vouchsafe.measure.tdx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.measure.EfiGuid;
import io.vouchsafe.measure.Measurement;
import io.vouchsafe.measure.OvmfImage;
import io.vouchsafe.measure.TestFirmware;
import io.vouchsafe.verdict.Code;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TdxTest {
  private static final long TOP = 1L << 32;
  private static final int SIZE = 0x4000;
  private static final int CODE_AT = 0x1000;

  static TestFirmware whole() {
    return new TestFirmware().size(SIZE).tdx(sections());
  }

  private static long[] sections() {
    return new long[] {
      CODE_AT,
      SIZE - CODE_AT,
      TOP - SIZE + CODE_AT,
      SIZE - CODE_AT,
      0,
      1,
      0,
      CODE_AT,
      TOP - SIZE,
      CODE_AT,
      1,
      0,
      0,
      0,
      0x810000,
      0x10000,
      3,
      0,
      0,
      0,
      0x809000,
      0x2000,
      2,
      0,
      0,
      0,
      0x1000000,
      0x40000000,
      4,
      2
    };
  }

  private static OvmfImage image(TestFirmware made) throws FormatException {
    return OvmfImage.parse(made.build());
  }

  private static Bytes mrtd(OvmfImage image) throws FormatException {
    return Mrtd.predict(image, Mrtd.Order.SINGLE_PASS).value();
  }

  @Test
  void mrtd_partsAndOrders() throws Exception {
    Measurement measured = Mrtd.predict(image(whole()), Mrtd.Order.SINGLE_PASS);
    assertThat(measured.value().size()).isEqualTo(48);
    assertThat(measured.parts()).hasSize(4);
    assertThat(measured.parts().getFirst().name())
        .isEqualTo("boot-firmware at 0xffffd000, 12288 bytes");
    assertThat(measured.parts().get(1).name()).endsWith("content not measured");
    assertThat(Mrtd.predict(image(whole()), Mrtd.Order.TWO_PASSES).value())
        .isNotEqualTo(measured.value());
  }

  @Test
  void mrtd_byteOfTheCode_counts_byteOfTheVariables_doesNot() throws Exception {
    byte[] image = whole().build().toByteArray();
    byte[] code = image.clone();
    code[CODE_AT] ^= 1;
    byte[] variables = image.clone();
    variables[0] ^= 1;
    Bytes one = mrtd(image(whole()));
    assertThat(mrtd(OvmfImage.parse(Bytes.of(code)))).isNotEqualTo(one);
    assertThat(mrtd(OvmfImage.parse(Bytes.of(variables)))).isEqualTo(one);
  }

  @Test
  void mrtd_codePartAlone_isThatOfTheWholeImage() throws Exception {
    Bytes code = whole().build().slice(CODE_AT, SIZE);
    assertThat(mrtd(OvmfImage.parse(code))).isEqualTo(mrtd(image(whole())));
  }

  @Test
  void mrtd_partOfTheCodeMissing_isMalformed() throws Exception {
    OvmfImage part = OvmfImage.parse(whole().build().slice(CODE_AT + 0x1000, SIZE));
    assertThatThrownBy(() -> mrtd(part)).isInstanceOf(FormatException.class);
  }

  @Test
  void sections_noMetadata_isRefused() throws Exception {
    OvmfImage plain = image(new TestFirmware().number(TestFirmware.RESET, 1));
    assertThatThrownBy(() -> TdvfSection.of(plain))
        .isInstanceOf(FormatException.class)
        .hasMessageContaining("TDX metadata");
  }

  @ParameterizedTest
  @CsvSource({
    "2, 48, 1, 0, 0, 0x1000, 0x1000, 3, 0",
    "1, 47, 1, 0, 0, 0x1000, 0x1000, 3, 0",
    "1, 2096, 65, 0, 0, 0x1000, 0x1000, 3, 0",
    "1, 1616, 50, 0, 0, 0x1000, 0x1000, 3, 0",
    "1, 48, 1, 0, 0, 0x1001, 0x1000, 3, 0",
    "1, 48, 1, 0, 0, 0x1000, 0x1001, 3, 0",
    "1, 48, 1, 0, 0, -4096, 0x1000, 3, 0",
    "1, 48, 1, 0, 0, 0x1000, -4096, 3, 0",
    "1, 48, 1, 0, 0, 0x7ffffffffffff000, 0x1000, 3, 0",
    "1, 48, 1, 0, 0, 0x1000, 0x1000, 7, 0",
    "1, 48, 1, 0, 0, 0x1000, 0x1000, 3, 4",
    "1, 48, 1, 0, 0x2000, 0x1000, 0x1000, 0, 1",
    "1, 48, 1, 0x3fff, 0x1000, 0x1000, 0x1000, 0, 1",
    "1, 48, 1, 0, 0, 0x1000, 0x10000000, 3, 0",
    "1, 48, 1, 0, 0, 0x1000, 0x10000000, 3, 1"
  })
  void sections_damaged_areMalformed(
      long version,
      long length,
      long count,
      String data,
      String dataSize,
      String address,
      String size,
      long type,
      long attributes) {
    TestFirmware made =
        new TestFirmware()
            .size(SIZE)
            .tdxOf(
                version,
                length,
                count,
                Long.decode(data),
                Long.decode(dataSize),
                Long.decode(address),
                Long.decode(size),
                type,
                attributes);
    assertThatThrownBy(() -> mrtd(image(made))).isInstanceOf(FormatException.class);
  }

  @Test
  void sections_anotherVersion_isUnsupported() {
    assertThatThrownBy(() -> TdvfSection.of(image(new TestFirmware().tdxOf(2, 16, 0))))
        .isInstanceOfSatisfying(
            FormatException.class, e -> assertThat(e.code()).isEqualTo(Code.UNSUPPORTED_VERSION));
  }

  @Test
  void hob_memoryBelowFourGib_isOneRange() throws Exception {
    Bytes hob = TdHob.of(image(whole()), 0x4000_0000L);
    // Handoff; before, list, gap, temporary memory, after.
    assertThat(hob.size()).isEqualTo(56 + 5 * 48);
    assertThat(TdHob.of(image(whole()), 0xC000_0000L).size()).isEqualTo(56 + 6 * 48);
  }

  @Test
  void hob_withoutPlaceForIt_isRefused() {
    assertThatThrownBy(
            () -> TdHob.of(image(new TestFirmware().tdx(0, 0, 0x1000, 0x1000, 3, 0)), 1L << 30))
        .isInstanceOf(FormatException.class);
  }

  @ParameterizedTest
  @CsvSource({"0", "-1", "0x800000", "0x400000000001"})
  void hob_memoryThatDoesNotHoldTheSections_isRefused(String memory) {
    assertThatThrownBy(() -> TdHob.of(image(whole()), Long.decode(memory)))
        .isInstanceOf(FormatException.class);
  }

  @Test
  void hob_rangesOnEachOther_areRefused() {
    List<TdHob.Range> ranges =
        List.of(new TdHob.Range(0x1000, 0x2000), new TdHob.Range(0x2000, 0x1000));
    assertThatThrownBy(() -> TdHob.of(ranges, 0x1000, 1 << 30)).isInstanceOf(FormatException.class);
    assertThatThrownBy(() -> new TdHob.Range(-1, 1)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new TdHob.Range(Long.MAX_VALUE, 1))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void variable_nameAndData_areBothMeasured() {
    EfiGuid vendor = EfiVariable.GLOBAL;
    Bytes one = new EfiVariable(vendor, "PK", Bytes.EMPTY).digest();
    assertThat(new EfiVariable(vendor, "KEK", Bytes.EMPTY).digest()).isNotEqualTo(one);
    assertThat(new EfiVariable(vendor, "PK", Bytes.zeros(1)).digest()).isNotEqualTo(one);
    assertThat(new EfiVariable(EfiVariable.IMAGE_SECURITY, "PK", Bytes.EMPTY).digest())
        .isNotEqualTo(one);
  }

  @Test
  void boot_eachArtifact_movesItsRegister() {
    Bytes zero = Bytes.zeros(48);
    Bytes one = Rtmr.event(Bytes.EMPTY);
    TdxBoot boot = TdxBoot.of(zero, zero, zero);
    assertThat(TdxBoot.of(one, zero, zero).rtmr1()).isNotEqualTo(boot.rtmr1());
    assertThat(TdxBoot.of(one, zero, zero).rtmr2()).isEqualTo(boot.rtmr2());
    assertThat(TdxBoot.of(zero, one, zero).rtmr2()).isNotEqualTo(boot.rtmr2());
    assertThat(TdxBoot.of(zero, zero, one).rtmr2())
        .isNotEqualTo(TdxBoot.of(zero, one, zero).rtmr2());
  }
}
