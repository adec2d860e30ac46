package io.vouchsafe.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.vouchsafe.encoding.Json;
import io.vouchsafe.encoding.JsonLimits;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RuntimeSpecTest {
  private static final ImageDefaults IMAGE =
      new ImageDefaults(
          List.of("PATH=/bin", "A=image", "B=image"),
          List.of("/entry"),
          List.of("default"),
          "/work",
          "app");
  private static final ContainerUser APP = new ContainerUser(1000, 1001, List.of(10L), "/home/app");
  private static final ContainerUser ROOT = new ContainerUser(0, 0, List.of(), "/root");

  private static Workload workload(List<String> args, List<String> env, Optional<String> cwd) {
    return new Workload("image", args, env, List.of(), cwd, false);
  }

  private static RuntimeSpec merge(Workload workload, ImageDefaults image, ContainerUser user) {
    return RuntimeSpec.merge(workload, image, user, "c1", Optional.empty(), Optional.empty());
  }

  @Test
  void toJson_wholeDocument_isTheGoldenFile() throws Exception {
    RuntimeSpec spec =
        RuntimeSpec.merge(
            workload(List.of("run"), List.of("A=1"), Optional.empty()),
            IMAGE,
            APP,
            "c1",
            Optional.of("/run/kata-containers/c1/secrets"),
            Optional.of("/run/kata-containers/resolv.conf"));
    try (InputStream in =
        Objects.requireNonNull(RuntimeSpecTest.class.getResourceAsStream("runtime-spec.json"))) {
      String golden = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      assertThat(spec.toJson()).isEqualTo(Json.parse(golden, JsonLimits.MESSAGE));
    }
  }

  @Test
  void merge_workloadArgs_replaceTheCommandNotTheEntryPoint() {
    assertThat(merge(workload(List.of("x", "y"), List.of(), Optional.empty()), IMAGE, APP).args())
        .containsExactly("/entry", "x", "y");
  }

  @Test
  void merge_noWorkloadArgs_takesTheImages() {
    assertThat(merge(workload(List.of(), List.of(), Optional.empty()), IMAGE, APP).args())
        .containsExactly("/entry", "default");
  }

  @Test
  void merge_env_overridesByNameAndKeepsTheOrder() {
    assertThat(
            merge(workload(List.of(), List.of("B=mine", "C=3"), Optional.empty()), IMAGE, APP)
                .env())
        .containsExactly("PATH=/bin", "A=image", "B=mine", "C=3", "HOME=/home/app");
  }

  @Test
  void merge_imageWithoutEnv_getsPathAndHome() {
    ImageDefaults bare = new ImageDefaults(List.of(), List.of(), List.of("sh"), "", "");
    RuntimeSpec spec = merge(workload(List.of(), List.of(), Optional.empty()), bare, ROOT);
    assertThat(spec.env()).hasSize(2).anyMatch(e -> e.startsWith("PATH=")).contains("HOME=/root");
    assertThat(spec.cwd()).isEqualTo("/");
  }

  @Test
  void merge_workloadCwd_wins() {
    assertThat(merge(workload(List.of(), List.of(), Optional.of("/x")), IMAGE, APP).cwd())
        .isEqualTo("/x");
  }

  @Test
  void toJson_otherThanRoot_holdsNoCapability() throws Exception {
    assertThat(capabilities(APP).array("effective")).isEmpty();
    assertThat(capabilities(ROOT).array("effective")).contains(Json.of("CAP_CHOWN"));
    assertThat(capabilities(ROOT).array("bounding")).doesNotContain(Json.of("CAP_SYS_ADMIN"));
  }

  private static Json.Obj capabilities(ContainerUser user) throws Exception {
    return merge(workload(List.of(), List.of(), Optional.empty()), IMAGE, user)
        .toJson()
        .object("process")
        .object("capabilities");
  }
}
