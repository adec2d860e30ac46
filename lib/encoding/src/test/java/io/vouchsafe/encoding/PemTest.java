package io.vouchsafe.encoding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vouchsafe.verdict.Code;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PemTest {
  private static final String BLOCK = "-----BEGIN X-----\naGVsbG8=\n-----END X-----\n";
  private static final PemBlock HELLO = new PemBlock("X", Bytes.utf8("hello"));

  @Test
  void parse_severalBlocksWithTextAround_givesAll() throws FormatException {
    String text = "subject=CN = a\n\n" + BLOCK + "# and\r\n" + BLOCK.replace("\n", "\r\n") + "end";
    assertThat(Pem.parse(text)).containsExactly(HELLO, HELLO);
  }

  @Test
  void parse_withoutLineFeedAtTheEnd_givesTheBlock() throws FormatException {
    assertThat(Pem.parse(BLOCK.strip())).containsExactly(HELLO);
  }

  @Test
  void encode_ofAnyLength_roundTripsInLinesOf64() throws FormatException {
    for (int size : List.of(1, 47, 48, 49, 96, 1000)) {
      String text = Pem.encode("CERTIFICATE", Bytes.zeros(size));
      assertThat(text.lines()).allMatch(line -> line.length() <= 64);
      assertThat(Pem.parse(text)).containsExactly(new PemBlock("CERTIFICATE", Bytes.zeros(size)));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "hello",
        "-----BEGIN X-----",
        "-----BEGIN X-----\naGVsbG8=\n",
        "-----BEGIN X-----\naGVsbG8=\n-----END Y-----\n",
        "-----BEGIN X-----\n-----BEGIN X-----\naGVsbG8=\n-----END X-----\n",
        "-----END X-----\n",
        "-----BEGIN X-----\n-----END X-----\n",
        "-----BEGIN X-----\n\naGVsbG8=\n-----END X-----\n",
        "-----BEGIN X-----\naGVsbG8=\n\n-----END X-----\n",
        "-----BEGIN X-----\naGVs bG8=\n-----END X-----\n",
        "-----BEGIN X-----\n aGVsbG8=\n-----END X-----\n",
        "-----BEGIN X-----\naGVsbG8= \n-----END X-----\n",
        "-----BEGIN X-----\naGVsbG8\n-----END X-----\n",
        "-----BEGIN X-----\naGVsbG9=\n-----END X-----\n",
        "-----BEGIN X-----\naGVs=bG8=\n-----END X-----\n",
        "-----BEGIN X-----\naGVsbG8=\naGVsbG8=\n-----END X-----\n",
        "-----BEGIN X-----\naGVs-_8=\n-----END X-----\n",
        "-----BEGIN X-----\nProc-Type: 4,ENCRYPTED\n\naGVsbG8=\n-----END X-----\n",
        "-----BEGIN X-----\naGVs\rbG8=\n-----END X-----\n",
        "-----BEGIN X-----aGVsbG8=-----END X-----\n",
        "-----BEGIN X----- \naGVsbG8=\n-----END X-----\n",
        "-----BEGIN -----\naGVsbG8=\n-----END -----\n",
        "-----BEGIN X\u0007-----\naGVsbG8=\n-----END X\u0007-----\n",
        "-----begin X-----\naGVsbG8=\n-----end X-----\n",
        " -----BEGIN X-----\naGVsbG8=\n-----END X-----\n"
      })
  void parse_malformed_isRefused(String text) {
    assertThatThrownBy(() -> Pem.parse(text))
        .isInstanceOfSatisfying(
            FormatException.class, e -> assertThat(e.code()).isEqualTo(Code.MALFORMED));
  }

  @Test
  void parse_lineBeyondTheBound_isRefused() throws FormatException {
    String line = "A".repeat(76);
    assertThat(Pem.parse("-----BEGIN X-----\n" + line + "\n-----END X-----")).hasSize(1);
    assertThatThrownBy(() -> Pem.parse("-----BEGIN X-----\n" + line + "AAAA\n-----END X-----"))
        .isInstanceOf(FormatException.class);
  }

  @Test
  void parse_beyondTheBounds_isOversized() {
    List<String> texts =
        List.of(
            BLOCK.repeat(1_001),
            "x".repeat((4 << 20) + 1),
            "-----BEGIN " + "X".repeat(65) + "-----\n");
    for (String text : texts) {
      assertThatThrownBy(() -> Pem.parse(text))
          .isInstanceOfSatisfying(
              FormatException.class, e -> assertThat(e.code()).isEqualTo(Code.OVERSIZED));
    }
  }

  @Test
  void parse_ofOneLabel_refusesOthers() throws FormatException {
    String other = BLOCK.replace('X', 'Y');
    assertThat(Pem.parse(Bytes.utf8(BLOCK), "X")).containsExactly(HELLO.content());
    assertThatThrownBy(() -> Pem.parse(Bytes.utf8(BLOCK + other), "X"))
        .isInstanceOf(FormatException.class);
  }

  private static SecretBytes secret(String text) {
    return SecretBytes.copyOf(text.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void secret_oneBlock_isReadWithoutAString() throws FormatException {
    try (SecretBytes key = Pem.secret(secret(BLOCK), "X")) {
      assertThat(key.matches(secret("hello"))).isTrue();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {BLOCK + BLOCK, "", "-----BEGIN Y-----\naGVsbG8=\n-----END Y-----\n"})
  void secret_notExactlyOneBlockOfTheLabel_isRefused(String text) {
    assertThatThrownBy(() -> Pem.secret(secret(text), "X")).isInstanceOf(FormatException.class);
  }

  @Test
  void secret_malformed_isNotQuotedInTheError() {
    String text = BLOCK.replace("aGVsbG8=", "hunter2!");
    assertThatThrownBy(() -> Pem.secret(secret(text), "X"))
        .isInstanceOf(FormatException.class)
        .hasMessageNotContaining("hunter2");
  }
}
