package io.vouchsafe.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.protocol.HashAlgorithm;
import io.vouchsafe.protocol.InitData;
import java.net.URI;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GuestConfigTest {
  private static GuestConfig of(Map<String, String> data) throws FormatException {
    return GuestConfig.of(InitData.of(HashAlgorithm.SHA256, data));
  }

  @Test
  void of_bothFiles_theDataHubsBrokerWins() throws Exception {
    GuestConfig config =
        of(
            Map.of(
                "aa.toml",
                "[token_configs.kbs]\nurl = \"https://aa:1\"\ncert = \"A\"\n",
                "cdh.toml",
                """
                [kbc]
                name = "cc_kbc"
                url = "https://cdh:2/"
                kbs_cert = "C"
                [image]
                image_security_policy = "{}"
                registry_configuration = "x"
                """));
    assertThat(config.broker()).isEqualTo(URI.create("https://cdh:2"));
    assertThat(config.brokerCertificate()).contains("C");
    assertThat(config.imagePolicy()).contains("{}");
    assertThat(config.registries()).contains("x");
  }

  @Test
  void of_onlyTheAttestationAgents_isUsed() throws Exception {
    GuestConfig config =
        of(Map.of("aa.toml", "[token_configs.kbs]\nurl = \"http://aa:1\"\ncert = \"A\"\n"));
    assertThat(config.broker()).isEqualTo(URI.create("http://aa:1"));
    assertThat(config.brokerCertificate()).contains("A");
    assertThat(config.imagePolicy()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "[kbc]\n",
        "[kbc]\nurl = \"\"\n",
        "[kbc]\nurl = \"ftp://x\"\n",
        "[kbc]\nurl = \"https://\"\n",
        "[kbc]\nurl = \"https://x/?q=1\"\n",
        "[kbc]\nurl = \"10.0.2.2:80\"\n",
        "[kbc]\nurl = 1\n",
        "kbc = 1\n",
        "[kbc\n",
        "[kbc]\nurl = \"https://x\"\n[image]\nimage_security_policy = 1\n"
      })
  void of_unusable_isRefused(String cdh) {
    assertThatThrownBy(() -> of(Map.of("cdh.toml", cdh))).isInstanceOf(FormatException.class);
  }
}
