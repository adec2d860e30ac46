package io.vouchsafe.measure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vouchsafe.encoding.ByteReader;
import io.vouchsafe.encoding.FormatException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EfiGuidTest {
  private static final String TEXT = "96b582de-1fb2-45f7-baea-a366c55a082d";

  @Test
  void encode_firstGroups_areLeastSignificantByteFirst() {
    assertThat(EfiGuid.of(TEXT).encode().hex()).isEqualTo("de82b596b21ff745baeaa366c55a082d");
  }

  @Test
  void read_ofEncoded_isTheSame() throws Exception {
    EfiGuid guid = EfiGuid.parse(TEXT);
    assertThat(EfiGuid.read(ByteReader.littleEndian(guid.encode()), "guid")).isEqualTo(guid);
    assertThat(guid).hasToString(TEXT);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "96b582de",
        "1-1-1-1-1",
        "96b582de-1fb2-45f7-baea-a366c55a082",
        "96b582de-1fb2-45f7-baea-a366c55a082d0",
        "96b582dg-1fb2-45f7-baea-a366c55a082d"
      })
  void parse_whatIsNoGuid_isMalformed(String text) {
    assertThatThrownBy(() -> EfiGuid.parse(text)).isInstanceOf(FormatException.class);
  }
}
