package io.vouchsafe.evidence.snp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.encoding.JsonLimits;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SnpPolicyTest {
  private static SnpPolicy of(String json) throws FormatException {
    return SnpPolicy.of(Json.parse(json, JsonLimits.MESSAGE).asObject("policy"));
  }

  @Test
  void policy_withoutMembers_isStrict() throws FormatException {
    assertThat(of("{}")).isEqualTo(SnpPolicy.STRICT);
  }

  @Test
  void policy_withMembers_hasThem() throws FormatException {
    SnpPolicy policy =
        of("{\"allowDebug\":true,\"requireVmpl\":1,\"minTcb\":{\"bl\":3,\"snp\":25}}");
    assertThat(policy.allowDebug()).isTrue();
    assertThat(policy.allowMigration()).isFalse();
    assertThat(policy.requireVmpl()).contains(1);
    assertThat(policy.minimumTcb()).contains(new SnpTcb(Optional.empty(), 3, 0, 25, 0));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"allowdebug\":false}",
        "{\"allowDebug\":1}",
        "{\"requireVmpl\":4}",
        "{\"requireVmpl\":-1}",
        "{\"requireVmpl\":4294967296}",
        "{\"minTcb\":{\"microcode\":1}}",
        "{\"minTcb\":{\"bl\":256}}",
        "{\"minTcb\":7}",
        "{\"reportData\":\"00\"}",
        "{\"measurement\":\"xy\"}"
      })
  void policy_thatIsMisspelt_isRefused(String json) {
    assertThatThrownBy(() -> of(json)).isInstanceOf(FormatException.class);
  }

  @Test
  void minimum_isComparedPartByPart() {
    SnpTcb low = new SnpTcb(Optional.of(1), 2, 3, 4, 5);
    assertThat(low.atMost(low)).isTrue();
    assertThat(new SnpTcb(Optional.of(2), 2, 3, 4, 5).atMost(low)).isFalse();
    assertThat(new SnpTcb(Optional.of(0), 3, 3, 4, 5).atMost(low)).isFalse();
    assertThat(new SnpTcb(Optional.of(0), 0, 4, 4, 5).atMost(low)).isFalse();
    assertThat(new SnpTcb(Optional.of(0), 0, 0, 5, 5).atMost(low)).isFalse();
    assertThat(new SnpTcb(Optional.of(0), 0, 0, 0, 6).atMost(low)).isFalse();
  }
}
