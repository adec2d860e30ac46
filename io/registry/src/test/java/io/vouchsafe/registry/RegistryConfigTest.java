package io.vouchsafe.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.oci.ImageName;
import io.vouchsafe.testkit.Vectors;
import io.vouchsafe.verdict.RefusedException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RegistryConfigTest {
  private static List<String> places(RegistryConfig config, String name) throws Exception {
    return config.endpoints(ImageName.parse(name)).stream()
        .map(place ->
            (place.insecure() ? "http " : "https ") + place.host() + "/" + place.repository())
        .toList();
  }

  private static RegistryConfig upstream() throws Exception {
    return RegistryConfig.parse(
        Bytes.of(Vectors.bytes("guest-components/upstream/registry/registry-configuration.toml")));
  }

  @Test
  void upstreamFile_rewritesAsItSays() throws Exception {
    assertThat(places(upstream(), "mirror-test.com/a/b"))
        .containsExactly("http 127.0.0.1:5000/a/b", "https mirror-test.com/a/b");
    assertThat(places(upstream(), "remapping-test.com/a")).containsExactly("http 127.0.0.1:5000/a");
    assertThat(places(upstream(), "127.0.0.1:5000/a")).containsExactly("http 127.0.0.1:5000/a");
    assertThat(places(upstream(), "quay.io/a")).containsExactly("https quay.io/a");
  }

  @Test
  void blockedName_isRefused_andItsNeighbourIsNot() throws Exception {
    assertThatThrownBy(() -> places(upstream(), "example.com/banned/x"))
        .isInstanceOf(RefusedException.class);
    assertThatThrownBy(() -> places(upstream(), "example.com/banned"))
        .isInstanceOf(RefusedException.class);
    assertThat(places(upstream(), "example.com/bannedbutnot"))
        .containsExactly("https example.com/bannedbutnot");
  }

  @ParameterizedTest
  @CsvSource({
    "mirror-test.com.evil.example/a",
    "mirror-test.com:5000/a",
    "evil.example/mirror-test.com/a",
    "127.0.0.1:50001/a",
  })
  void name_thatOnlyContainsThePrefix_isNotRewritten(String name) throws Exception {
    assertThat(places(upstream(), name)).containsExactly("https " + name);
  }

  @Test
  void longestPrefix_wins() throws Exception {
    RegistryConfig config =
        RegistryConfig.parse(
            Bytes.utf8(
                """
                [[registry]]
                prefix = "h.example"
                location = "one.example"
                [[registry]]
                prefix = "h.example/a"
                location = "two.example/x"
                [[registry]]
                prefix = "*.wild.example"
                insecure = true
                """));

    assertThat(places(config, "h.example/a/b")).containsExactly("https two.example/x/b");
    assertThat(places(config, "h.example/ab")).containsExactly("https one.example/ab");
    assertThat(places(config, "c.wild.example:80/z")).containsExactly("http c.wild.example:80/z");
    assertThat(places(config, "wild.example/z")).containsExactly("https wild.example/z");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "registry = 1",
        "[[registry]]",
        "[[registry]]\nprefix = 1",
        "[[registry]]\nprefix = \"\"",
        "[[registry]]\nprefix = \"a\"\ninsecure = \"yes\"",
        "[[registry]]\nprefix = \"a\"\n[[registry.mirror]]",
        "[[registry",
      })
  void configuration_thatIsMalformed_isRefused(String toml) {
    assertThatThrownBy(() -> RegistryConfig.parse(Bytes.utf8(toml)))
        .isInstanceOf(FormatException.class);
  }

  @Test
  void location_thatIsNoHost_isRefused() throws Exception {
    RegistryConfig config =
        RegistryConfig.parse(
            Bytes.utf8("[[registry]]\nprefix = \"h.example\"\nlocation = \"a b@c\""));

    assertThatThrownBy(() -> places(config, "h.example/x")).isInstanceOf(RefusedException.class);
  }

  @Test
  void credentials_areFoundByLongestPrefix() throws Exception {
    RegistryCredentials all =
        RegistryCredentials.parse(
            Bytes.utf8(
                """
                {"auths":{"https://index.docker.io/v1/":{"auth":"YTph"},
                 "h.example/team":{"auth":"Yjpi"},"h.example":{"auth":"Yzpj"},"x":{}}}
                """));

    assertThat(all.find("docker.io", "library/busybox")).contains("YTph");
    assertThat(all.find("h.example", "team/app")).contains("Yjpi");
    assertThat(all.find("h.example", "teams/app")).contains("Yzpj");
    assertThat(all.find("other.example", "team")).isEmpty();
    assertThat(all.toString()).doesNotContain("Yjpi");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[]",
        "{\"auths\":[]}",
        "{\"auths\":{\"h\":1}}",
        "{\"auths\":{\"h\":{\"auth\":\"%\"}}}",
        "{\"auths\":{\"h\":{\"auth\":\"YQ==\"}}}",
      })
  void credentials_thatAreMalformed_areRefused(String json) {
    assertThatThrownBy(() -> RegistryCredentials.parse(Bytes.utf8(json)))
        .isInstanceOf(FormatException.class);
  }

  @Test
  void challenge_isTakenApart() {
    assertThat(
            RegistryAuth.parameters(
                "Bearer realm=\"https://a/b\", service=c,scope=\"repository:x:pull,push\""))
        .containsEntry("realm", "https://a/b")
        .containsEntry("service", "c")
        .containsEntry("scope", "repository:x:pull,push");
    assertThat(RegistryAuth.parameters("Bearer")).isEmpty();
    assertThat(RegistryAuth.parameters("Bearer realm=\"open")).containsKey("realm");
    assertThat(RegistryAuth.parameters("Bearer =,=,\"")).isNotNull();
  }
}
