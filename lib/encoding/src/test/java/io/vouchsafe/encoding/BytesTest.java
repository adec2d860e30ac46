package io.vouchsafe.encoding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ReadOnlyBufferException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BytesTest {
  @Test
  void of_anArray_copiesInAndOut() {
    byte[] array = {1, 2, 3};
    Bytes bytes = Bytes.of(array);
    array[0] = 9;
    bytes.toByteArray()[1] = 9;
    assertThat(bytes.hex()).isEqualTo("010203");
    assertThatThrownBy(() -> bytes.asBuffer().put(0, (byte) 9))
        .isInstanceOf(ReadOnlyBufferException.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"0", "0g", "0x00", "00 ", " 00", "0 0", "00\n", "-1", "\uff10\uff10", "٠٠"})
  void fromHex_malformed_isRefused(String text) {
    assertThatThrownBy(() -> Bytes.fromHex(text)).isInstanceOf(FormatException.class);
  }

  @Test
  void fromHex_ofEitherCase_isRead() throws FormatException {
    assertThat(Bytes.fromHex("aBcD")).isEqualTo(Bytes.of((byte) 0xab, (byte) 0xcd));
    assertThat(Bytes.fromHex("")).isEqualTo(Bytes.EMPTY);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "A",
        "AA",
        "AAA",
        "AA=",
        "AA===",
        "AB==",
        "AAB=",
        "AAAA=",
        "AA==AA==",
        "AAAA\n",
        "AA AA",
        "-_8=",
        "====",
        "=AAA",
        "Ä=="
      })
  void fromBase64_notCanonical_isRefused(String text) {
    assertThatThrownBy(() -> Bytes.fromBase64(text)).isInstanceOf(FormatException.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"A", "AA==", "AB", "AAB", "AAAA\n", "+/8", "A=", "AA AA"})
  void fromBase64Url_notCanonical_isRefused(String text) {
    assertThatThrownBy(() -> Bytes.fromBase64Url(text)).isInstanceOf(FormatException.class);
  }

  @Test
  void textForms_roundTrip() throws FormatException {
    for (int size = 0; size < 20; size++) {
      byte[] raw = new byte[size];
      for (int i = 0; i < size; i++) {
        raw[i] = (byte) (i * 37 + 250);
      }
      Bytes bytes = Bytes.of(raw);
      assertThat(Bytes.fromHex(bytes.hex())).isEqualTo(bytes);
      assertThat(Bytes.fromBase64(bytes.base64())).isEqualTo(bytes);
      assertThat(Bytes.fromBase64Url(bytes.base64Url())).isEqualTo(bytes);
    }
  }

  @Test
  void error_quotesNoMoreThanTheStart() {
    assertThatThrownBy(() -> Bytes.fromHex("z".repeat(1_000)))
        .satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(150));
  }

  @Test
  void slice_outsideOfTheBytes_isMisuse() {
    Bytes bytes = Bytes.zeros(4);
    assertThat(bytes.slice(4, 4)).isEqualTo(Bytes.EMPTY);
    assertThatThrownBy(() -> bytes.slice(0, 5)).isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> bytes.slice(3, 2)).isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> bytes.slice(-1, 2)).isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> Bytes.of(new byte[3], 2, 2))
        .isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> Bytes.of(new byte[3], 2, -1))
        .isInstanceOf(IndexOutOfBoundsException.class);
  }

  @Test
  void fit_padsAndCutsAtTheEnd() throws FormatException {
    assertThat(Bytes.fromHex("0102").fit(4).hex()).isEqualTo("01020000");
    assertThat(Bytes.fromHex("01020304").fit(2).hex()).isEqualTo("0102");
  }

  @Test
  void order_isUnsigned() throws FormatException {
    assertThat(Bytes.fromHex("7f")).isLessThan(Bytes.fromHex("80"));
    assertThat(Bytes.fromHex("01")).isLessThan(Bytes.fromHex("0100"));
    assertThat(Bytes.fromHex("ff").at(0)).isEqualTo(255);
  }

  @Test
  void matches_equalBytesOnly() throws FormatException {
    assertThat(Bytes.fromHex("0102").matches(Bytes.fromHex("0102"))).isTrue();
    assertThat(Bytes.fromHex("0102").matches(Bytes.fromHex("0103"))).isFalse();
    assertThat(Bytes.fromHex("0102").matches(Bytes.fromHex("01"))).isFalse();
    assertThat(Bytes.fromHex("01").concat(Bytes.fromHex("02")).hex()).isEqualTo("0102");
    assertThat(Bytes.utf8("ü").utf8Lossy()).isEqualTo("ü");
  }
}
