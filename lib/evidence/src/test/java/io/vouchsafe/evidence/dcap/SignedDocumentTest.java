package io.vouchsafe.evidence.dcap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SignedDocumentTest {
  private static final String SIGNATURE = "\"signature\":\"" + "ab".repeat(64) + "\"";

  private static Bytes signed(String text) throws FormatException {
    return SignedDocument.parse(Bytes.utf8(text), "tcbInfo").signed();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "{\"a\":1}",
        "{ \"a\" : [ 1, {\"b\":null} ] }",
        "{\"a\":\"}\"}",
        "{\"a\":\"\\\"}\"}",
        "{\"a\":\"\\\\\"}",
        "{\"tcbInfo\":{\"x\":1}}"
      })
  void signedBytes_areThoseOfTheMember(String member) throws Exception {
    Bytes expected = Bytes.utf8(member);
    assertThat(signed("{\"tcbInfo\":" + member + "," + SIGNATURE + "}")).isEqualTo(expected);
    assertThat(signed("{" + SIGNATURE + ",\"tcbInfo\":" + member + "}")).isEqualTo(expected);
    assertThat(signed("\n{ \"n\" : -1.5 , \"tcbInfo\" :\t" + member + " , " + SIGNATURE + " } "))
        .isEqualTo(expected);
    assertThat(signed("{\"a,{\\\"\":[true],\"tcb\\u0049nfo\":" + member + "," + SIGNATURE + "}"))
        .isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "[]",
        "{}",
        "{\"tcbInfo\":{}}",
        "{\"tcbInfo\":1,\"signature\":\"\"}",
        "{\"tcbInfo\":{},\"signature\":\"00\"}",
        "{\"tcbInfo\":{},\"signature\":1}",
        "{\"tcbInfo\":{\"a\":1,\"a\":2},\"signature\":\"00\"}"
      })
  void document_ofAnotherForm_isRefused(String text) {
    assertThatThrownBy(() -> signed(text)).isInstanceOf(FormatException.class);
  }

  @Test
  void document_withTextBehind_isRefused() {
    String whole = "{\"tcbInfo\":{}," + SIGNATURE + "}";
    assertThatThrownBy(() -> signed(whole + "x")).isInstanceOf(FormatException.class);
    assertThatThrownBy(() -> signed(whole + whole)).isInstanceOf(FormatException.class);
  }
}
