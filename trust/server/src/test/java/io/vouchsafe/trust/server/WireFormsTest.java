package io.vouchsafe.trust.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class WireFormsTest {

  @Test
  void path_isDecodedBeforeItIsSplit() {
    assertThat(RawTarget.segments("resource/a%2Fb/%6bey"))
        .containsExactly("resource", "a", "b", "key");
    assertThat(RawTarget.segments("resource/../x/")).containsExactly("resource", "..", "x", "");
    assertThat(RawTarget.segments("")).containsExactly("");
    assertThat(RawTarget.decode("%zz%2")).isEqualTo("%zz%2");
    assertThat(RawTarget.decode("%ff")).isEqualTo("\ufffd");
  }

  @Test
  void query_isReadLenientlyAndTheLastValueCounts() {
    assertThat(RawTarget.query("a=1&a=2&b&=c&d=e=f&g+h=%20"))
        .isEqualTo(Map.of("a", "2", "b", "", "", "c", "d", "e=f", "g h", " "));
    assertThat(RawTarget.query("%ZZ=%ff&&&=")).containsEntry("%ZZ", "\ufffd");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"policy\":|Illegal SetPolicy Request Json",
        "{}|No `policy` field inside SetPolicy Request Json",
        "{\"policy\":1}|`policy` field is not a string in SetPolicy Request Json",
        "{\"policy\":\"***\"}|Failed to decode policy: Invalid symbol 42, offset 0.",
        "{\"policy\":\"YQ==\"}|Failed to decode policy: Invalid padding",
        "{\"policy\":\"__4\"}|Failed to decode policy: invalid utf-8 sequence of 1 bytes from index 0",
        "{\"policy\":\"YQYQY\"}|Failed to decode policy: Invalid input length: 5"
      })
  void policyUpload_flaws_areInTheReferencesWords(String body, String flaw) {
    assertThat(PolicyUpload.flaw(Bytes.utf8(body))).contains(flaw);
  }

  @Test
  void policyUpload_wellFormed_hasNoFlaw() {
    assertThat(PolicyUpload.flaw(Bytes.utf8("{\"policy\":\"YWJj\"}"))).isEmpty();
  }

  @Test
  void referenceMessage_sample_givesAnEntryPerName() throws Exception {
    String payload = Bytes.utf8("{\"a\":[1],\"b\":null}").base64();
    Instant end = Instant.parse("2027-01-01T00:00:00Z");

    assertThat(
            ReferenceMessage.parse(
                Bytes.utf8("{\"type\":\"sample\",\"payload\":\"" + payload + "\"}"), end))
        .extracting(value -> value.name() + value.value() + value.expires())
        .hasSize(2)
        .allMatch(text -> text.endsWith("2027-01-01T00:00:00Z"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{}",
        "{\"type\":\"sample\"}",
        "{\"type\":\"nope\",\"payload\":\"e30=\"}",
        "{\"type\":\"sample\",\"payload\":\"***\"}",
        "{\"type\":\"corim\",\"payload\":\"oA==\"}",
        "{\"type\":\"swid\",\"payload\":\"PGEvPg==\"}",
        "{\"type\":\"sample\",\"payload\":\"W10=\"}",
        "{\"version\":\"9.0.0\",\"type\":\"sample\",\"payload\":\"e30=\"}",
        "{\"type\":\"sample\",\"payload\":\"eyIiOjF9\"}"
      })
  void referenceMessage_otherForms_areRefused(String message) {
    assertThatThrownBy(() -> ReferenceMessage.parse(Bytes.utf8(message), Instant.EPOCH))
        .isInstanceOf(FormatException.class);
  }

  @Test
  void cookie_isInTheFormOfTheReference() {
    assertThat(SessionCookie.set("0".repeat(32), Instant.parse("2026-11-25T16:47:22Z")))
        .startsWith("kbs-session-id=" + "0".repeat(32) + "; Expires=Wed, 25 Nov 2026 16:47:22 GMT");
  }

  @Test
  void log_textFromOutside_staysOnOneLine() {
    assertThat(Replies.clean("a\r\nb\u0000")).isEqualTo("a??b?");
    assertThat(Replies.clean("x".repeat(1000))).hasSizeLessThan(310);
  }

  @Test
  void metrics_histograms_areCumulative() {
    Metrics metrics = new Metrics("1");
    metrics.began();
    metrics.ended(Duration.ofMillis(3), 100, 5000);

    assertThat(metrics.text())
        .contains("kbs_http_request_duration_seconds_bucket{le=\"0.001\"} 0")
        .contains("kbs_http_request_duration_seconds_bucket{le=\"0.005\"} 1")
        .contains("kbs_http_request_duration_seconds_bucket{le=\"+Inf\"} 1")
        .contains("kbs_http_request_size_bytes_bucket{le=\"128\"} 1")
        .contains("kbs_http_response_size_bytes_bucket{le=\"2048\"} 0")
        .contains("kbs_http_active_connections 0");
  }
}
