package io.vouchsafe.evidence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.encoding.JsonLimits;
import io.vouchsafe.verdict.CheckResult;
import io.vouchsafe.verdict.Code;
import io.vouchsafe.verdict.RefusedException;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class InsecureSampleVerifierTest {
  private static final Instant NOW = Instant.parse("2026-11-25T00:00:00Z");
  private static final Bytes DIGEST = Bytes.zeros(47).concat(Bytes.of((byte) 7));
  private static final ExpectedBinding BINDING = new ExpectedBinding(DIGEST, Optional.empty());

  private static Json evidence(Bytes reportData) {
    return Json.object().put("svn", "1").put("report_data", reportData.base64()).build();
  }

  @Test
  void sample_boundToTheRequest_hasTheBrokersClaims() throws Exception {
    VerifiedEvidence verified =
        InsecureSampleVerifier.sample().verify(evidence(DIGEST), BINDING, NOW);
    assertThat(verified.claims())
        .isEqualTo(
            Json.parse(
                "{\"svn\":\"1\",\"report_data\":\""
                    + DIGEST.base64()
                    + "\",\"launch_digest\":\"abcde\",\"debug\":false,"
                    + "\"platform_version\":{\"major\":1,\"minor\":4}}",
                JsonLimits.MESSAGE));
    assertThat(verified.anchor()).isEqualTo(Anchor.INSECURE_SAMPLE);
    assertThat(verified.teeClass()).isEqualTo("cpu");
  }

  @Test
  void sample_withInitData_repeatsTheDigestInBase64() throws Exception {
    ExpectedBinding binding = new ExpectedBinding(DIGEST, Optional.of(Bytes.zeros(32)));
    VerifiedEvidence verified =
        InsecureSampleVerifier.sample().verify(evidence(DIGEST), binding, NOW);
    assertThat(verified.claims().string("init_data")).isEqualTo(Bytes.zeros(32).base64());
  }

  @Test
  void device_boundToTheRequest_isAGpuWithTwoClaims() throws Exception {
    VerifiedEvidence verified =
        InsecureSampleVerifier.device().verify(evidence(DIGEST), BINDING, NOW);
    assertThat(verified.tee()).isEqualTo("sampledevice");
    assertThat(verified.teeClass()).isEqualTo("gpu");
    assertThat(verified.claims().members()).containsOnlyKeys("svn", "report_data");
  }

  @Test
  void device_withoutExpectedReportData_isNotChecked() throws Exception {
    VerifiedEvidence verified =
        InsecureSampleVerifier.device()
            .verify(
                Json.object().put("svn", "2").build(),
                new ExpectedBinding(Bytes.EMPTY, Optional.empty()),
                NOW);
    assertThat(verified.claims().string("report_data")).isEmpty();
    assertThat(verified.checks())
        .last()
        .extracting(CheckResult::outcome)
        .isEqualTo(CheckResult.Outcome.NOT_CHECKED);
  }

  @Test
  void sample_boundToAnotherRequest_isRefused() {
    assertThatThrownBy(
            () -> InsecureSampleVerifier.sample().verify(evidence(Bytes.zeros(48)), BINDING, NOW))
        .isInstanceOfSatisfying(
            RefusedException.class, e -> assertThat(e.code()).isEqualTo(Code.REPORT_DATA_MISMATCH));
  }

  @Test
  void sample_boundToAPrefix_isRefused() {
    assertThatThrownBy(() ->
            InsecureSampleVerifier.sample().verify(evidence(DIGEST.slice(0, 32)), BINDING, NOW))
        .isInstanceOf(RefusedException.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "null",
        "[]",
        "\"text\"",
        "{}",
        "{\"svn\":1}",
        "{\"svn\":\"1\",\"report_data\":5}",
        "{\"svn\":null}"
      })
  void sample_ofAnotherShape_isMalformed(String text) throws Exception {
    Json evidence = Json.parse(text, JsonLimits.MESSAGE);
    assertThatThrownBy(() -> InsecureSampleVerifier.sample().verify(evidence, BINDING, NOW))
        .isInstanceOfSatisfying(
            RefusedException.class, e -> assertThat(e.code()).isEqualTo(Code.MALFORMED));
  }
}
