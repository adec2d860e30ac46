package io.vouchsafe.oci;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vouchsafe.verdict.Code;
import io.vouchsafe.verdict.RefusedException;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ImageReferenceTest {
  private static final String HEX =
      "884b4c7a698903636bb37c4372a821108272c5181b241d2f232267a7815414ee";

  @ParameterizedTest
  @CsvSource({
    "busybox, docker.io/library/busybox:latest",
    "busybox:1.36, docker.io/library/busybox:1.36",
    "team/app, docker.io/team/app:latest",
    "index.docker.io/team/app, docker.io/team/app:latest",
    "docker.io/busybox, docker.io/library/busybox:latest",
    "localhost/app, localhost/app:latest",
    "localhost:5000/app:v1, localhost:5000/app:v1",
    "10.0.2.2:40123/vouchsafe/app:v1, 10.0.2.2:40123/vouchsafe/app:v1",
    "[fd00::1]:5000/a/b__c.d-e:T_1, [fd00::1]:5000/a/b__c.d-e:T_1",
    "Host/app, Host/app:latest",
    "quay.io/a/b/c/d, quay.io/a/b/c/d:latest",
  })
  void name_asUsersWriteIt_isCompleted(String text, String complete) throws Exception {
    ImageName name = ImageName.parse(text);

    assertThat(name).hasToString(complete);
    assertThat(ImageName.parse(complete)).isEqualTo(name);
  }

  @Test
  void nameWithDigest_selectsByDigest() throws Exception {
    ImageName name = ImageName.parse("quay.io/a/b:v1@sha256:" + HEX);

    assertThat(name.selector()).isEqualTo("sha256:" + HEX);
    assertThat(name.tag()).contains("v1");
    assertThat(ImageName.parse("quay.io/a/b@sha256:" + HEX).tag()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        ":",
        "/",
        "a//b",
        "/a",
        "a/",
        "A",
        "a:",
        "a:-x",
        "a:b c",
        "a@",
        "a@sha256:12",
        "a@md5:00",
        "a..b",
        "-a",
        "a_",
        "a___b",
        "quay.io/",
        "quay.io/A",
        "quay.io:port/a",
        "quay.io:123456/a",
        "-quay.io/a",
        "[::1/a",
        "a/../b",
        "quay.io/../b",
        "a\nb",
        "ä",
        "https://quay.io/a",
      })
  void name_thatIsNone_isRefused(String text) {
    assertThatThrownBy(() -> ImageName.parse(text))
        .isInstanceOfSatisfying(
            RefusedException.class, e -> assertThat(e.code()).isEqualTo(Code.REFERENCE_INVALID));
  }

  @Test
  void name_thatIsTooLong_isRefused() {
    assertThatThrownBy(() -> ImageName.parse("a".repeat(300))).isInstanceOf(RefusedException.class);
    assertThatThrownBy(() -> ImageName.parse("a".repeat(100_000)))
        .isInstanceOf(RefusedException.class);
    assertThatThrownBy(() -> ImageName.parse("a:" + "b".repeat(129)))
        .isInstanceOf(RefusedException.class);
    assertThatThrownBy(() -> ImageName.parse("a" + "-".repeat(250)))
        .isInstanceOf(RefusedException.class);
  }

  @Test
  void places_areTold_apart() throws Exception {
    assertThat(ImageReference.parse("oci:dir/x"))
        .isEqualTo(new ImageReference.Layout(Path.of("dir/x"), Optional.empty()));
    assertThat(ImageReference.parse("oci:/a:name:1"))
        .isEqualTo(new ImageReference.Layout(Path.of("/a"), Optional.of("name:1")));
    assertThat(ImageReference.parse("oci-archive:f.tar:v1"))
        .isEqualTo(new ImageReference.OciArchive(Path.of("f.tar"), Optional.of("v1")));
    assertThat(ImageReference.parse("docker-archive:f.tar"))
        .isEqualTo(new ImageReference.DockerArchive(Path.of("f.tar"), Optional.empty()));
    assertThat(ImageReference.parse("docker://busybox"))
        .isEqualTo(ImageReference.parse("busybox"))
        .hasToString("docker.io/library/busybox:latest");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "oci:",
        "oci::tag",
        "oci:dir:",
        "oci:dir:a b",
        "oci-archive:",
        "docker-archive::x"
      })
  void place_withoutPathOrWithABadTag_isRefused(String text) {
    assertThatThrownBy(() -> ImageReference.parse(text))
        .isInstanceOfSatisfying(
            RefusedException.class, e -> assertThat(e.code()).isEqualTo(Code.REFERENCE_INVALID));
  }
}
