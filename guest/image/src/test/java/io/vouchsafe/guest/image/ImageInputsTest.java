package io.vouchsafe.guest.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.verdict.RefusedException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ImageInputsTest {
  private static final Path CRUN = Path.of("/usr/bin/crun");

  @TempDir Path folder;

  @Test
  void libraries_listed_areThePathsAndTheLoader() throws Exception {
    String text =
        """
        \tlinux-vdso.so.1 (0x00007f881b388000)
        \tlibcap.so.2 => /lib/x86_64-linux-gnu/libcap.so.2 (0x00007f881b202000)
        \tlibc.so.6 => /lib/x86_64-linux-gnu/libc.so.6 (0x00007f881b014000)
        \t/lib64/ld-linux-x86-64.so.2 (0x00007f881b38a000)
        """;
    assertThat(SharedLibraries.parse(CRUN, text))
        .containsExactly(
            Path.of("/lib/x86_64-linux-gnu/libc.so.6"),
            Path.of("/lib/x86_64-linux-gnu/libcap.so.2"),
            Path.of("/lib64/ld-linux-x86-64.so.2"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "\tnot a dynamic executable\n",
        "\tlibyajl.so.2 => not found\n\tlibc.so.6 => /lib/libc.so.6 (0x00007f881b014000)\n"
      })
  void libraries_missingOrNone_areRefused(String text) {
    assertThatThrownBy(() -> SharedLibraries.parse(CRUN, text))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("/usr/bin/crun");
  }

  @Test
  void kernel_newest_isByNumberNotByText() {
    String found =
        """
        linux-image-6.12.99+deb12-cloud-amd64 - Linux 6.12 for x86-64 cloud (signed)
        linux-image-6.12.117+deb12-cloud-amd64-unsigned - Linux 6.12 for x86-64 cloud
        linux-image-6.12.107+deb12-cloud-amd64 - Linux 6.12 for x86-64 cloud (signed)
        linux-image-6.1.0-99-cloud-amd64 - Linux 6.1
        """;
    assertThat(KernelPackage.newestOf(found)).contains("linux-image-6.12.107+deb12-cloud-amd64");
    assertThat(KernelPackage.newestOf("")).isEmpty();
  }

  @Test
  void kernel_file_tellsReleaseAndVersion() {
    Path file = Path.of("/c/linux-image-6.12.117+deb12-cloud-amd64_6.12.117-1~deb12u1_amd64.deb");
    assertThat(KernelPackage.of(file))
        .contains(new KernelPackage(file, "6.12.117+deb12-cloud-amd64", "6.12.117-1~deb12u1"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "linux-image-6.1.0-50-cloud-amd64_6.1.170-1_amd64.deb",
        "linux-image-6.12.117+deb12-cloud-amd64_6.12.117-1~deb12u1_arm64.deb",
        "linux-image-6.12.117+deb12-cloud-amd64.deb",
        "notes.txt"
      })
  void kernel_otherFile_isNone(String name) {
    assertThat(KernelPackage.of(Path.of(name))).isEmpty();
  }

  @Test
  void tools_missing_namesThePackages() {
    assertThatThrownBy(() -> ImageTools.find(List.of(folder)))
        .isInstanceOf(RefusedException.class)
        .hasMessageContaining("TOOL_MISSING")
        .hasMessageContaining("crun (Debian package crun)");
  }

  @Test
  void agent_twoJarsOfOneName_isRefused() {
    List<Path> jars = List.of(Path.of("/a/x.jar"), Path.of("/b/x.jar"));
    assertThatThrownBy(() -> new PodVmInputs.Agent(jars, "Main", List.of(), List.of()))
        .hasMessageContaining("different names");
  }

  @Test
  void digest_ofNamedValues_knowsWhereOneEnds() {
    Bytes one = new Sha256().add("ab", "c").finish();
    assertThat(new Sha256().add("a", "bc").finish()).isNotEqualTo(one);
    assertThat(new Sha256().add("ab", "c").add("", "").finish()).isNotEqualTo(one);
    assertThat(new Sha256().add("ab", "c").finish()).isEqualTo(one);
  }
}
