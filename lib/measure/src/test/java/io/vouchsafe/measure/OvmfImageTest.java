package io.vouchsafe.measure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.verdict.Code;
import org.junit.jupiter.api.Test;

class OvmfImageTest {
  private static final int FOOTER_LENGTH_AT = 4096 - 32 - 18;

  private static Bytes with(Bytes image, int at, int value) {
    byte[] changed = image.toByteArray();
    changed[at] = (byte) value;
    changed[at + 1] = (byte) (value >> 8);
    return Bytes.of(changed);
  }

  private static Bytes image() {
    return new TestFirmware().number(TestFirmware.RESET, 0x80b004).hashTable(0x810c00).build();
  }

  @Test
  void parse_tableOfTwoEntries_findsBoth() throws Exception {
    OvmfImage image = OvmfImage.parse(image());
    assertThat(image.entry(TestFirmware.RESET)).contains(Bytes.fromHex("04b08000"));
    assertThat(image.entry(TestFirmware.HASHES)).isPresent();
    assertThat(image.entry(TestFirmware.SEV)).isEmpty();
    assertThat(image.address()).isEqualTo(0xffff_f000L);
  }

  @Test
  void parse_noTable_hasNoEntries() throws Exception {
    assertThat(OvmfImage.parse(Bytes.zeros(4096)).entry(TestFirmware.RESET)).isEmpty();
    assertThat(OvmfImage.parse(Bytes.EMPTY).entry(TestFirmware.RESET)).isEmpty();
  }

  @Test
  void parse_tableLongerThanTheImage_isMalformed() {
    assertMalformed(with(image(), FOOTER_LENGTH_AT, 0xffff));
  }

  @Test
  void parse_tableShorterThanItsFooter_isMalformed() {
    assertMalformed(with(image(), FOOTER_LENGTH_AT, 17));
  }

  @Test
  void parse_tableThatCutsAnEntry_isMalformed() {
    assertMalformed(with(image(), FOOTER_LENGTH_AT, 18 + 10));
  }

  @Test
  void parse_entryLongerThanTheTable_isMalformed() {
    assertMalformed(with(image(), FOOTER_LENGTH_AT - 18, 0x1000));
  }

  @Test
  void parse_entryShorterThanItsHeader_isMalformed() {
    assertMalformed(with(image(), FOOTER_LENGTH_AT - 18, 2));
  }

  @Test
  void parse_entryTwice_isMalformed() {
    assertMalformed(
        new TestFirmware().number(TestFirmware.RESET, 1).number(TestFirmware.RESET, 2).build());
  }

  private static void assertMalformed(Bytes image) {
    assertThatThrownBy(() -> OvmfImage.parse(image)).isInstanceOf(FormatException.class);
  }

  @Test
  void parse_imageBeyondTheBound_isOversized() {
    assertThatThrownBy(() -> OvmfImage.parse(Bytes.zeros(OvmfImage.MAX_SIZE + 1)))
        .isInstanceOfSatisfying(
            FormatException.class, e -> assertThat(e.code()).isEqualTo(Code.OVERSIZED));
  }

  @Test
  void at_offsetOutOfTheImage_isMalformed() throws Exception {
    OvmfImage image = OvmfImage.parse(new TestFirmware().number(TestFirmware.RESET, 4097).build());
    assertThatThrownBy(() -> image.at(TestFirmware.RESET, 16)).isInstanceOf(FormatException.class);
  }

  @Test
  void at_lessThanTheLengthFromTheEnd_isMalformed() throws Exception {
    OvmfImage image = OvmfImage.parse(new TestFirmware().number(TestFirmware.RESET, 15).build());
    assertThatThrownBy(() -> image.at(TestFirmware.RESET, 16)).isInstanceOf(FormatException.class);
    assertThat(image.at(TestFirmware.SEV, 16)).isEmpty();
  }
}
