package io.vouchsafe.trust.collateral;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.verdict.Code;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PercentTextTest {
  @Test
  void decode_ofEscapes_givesTheirBytes() throws FormatException {
    assertThat(PercentText.decode("a%20b%0Ac%2f+", 100)).isEqualTo(Bytes.utf8("a b\nc/+"));
    assertThat(PercentText.decode("", 0)).isEqualTo(Bytes.EMPTY);
    assertThat(PercentText.decode("%FF%00", 2)).isEqualTo(Bytes.of((byte) 0xff, (byte) 0));
  }

  @ParameterizedTest
  @ValueSource(strings = {"%", "%2", "a%", "%2g", "%-1", "% 1", "%%20", "ü", "%u0041"})
  void decode_ofBrokenEscapes_fails(String text) {
    assertThatThrownBy(() -> PercentText.decode(text, 100)).isInstanceOf(FormatException.class);
  }

  @Test
  void decode_ofMoreThanTheBound_fails() {
    for (String text : new String[] {"abcd", "%20%20%20%20", "a".repeat(1_000_000)}) {
      assertThatThrownBy(() -> PercentText.decode(text, 3))
          .isInstanceOfSatisfying(
              FormatException.class, e -> assertThat(e.code()).isEqualTo(Code.OVERSIZED));
    }
  }
}
