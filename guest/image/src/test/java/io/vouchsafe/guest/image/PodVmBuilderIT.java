package io.vouchsafe.guest.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Builds the real image.
class PodVmBuilderIT {
  private static final long MAX_ROOT = 120 << 20;
  private static final long MAX_INITRD = 8 << 20;

  @TempDir Path folder;

  @Test
  void build_inTwoFolders_givesTheSameBits() throws Exception {
    PodVmInputs inputs = TestImage.inputs();
    PodVm first = new PodVmBuilder(folder.resolve("a"), TestImage::say).build(inputs);
    // The class cache is an input: training twice does not give the same bytes.
    Path caches = Files.createDirectories(folder.resolve("b/aot"));
    try (var files = Files.list(folder.resolve("a/aot"))) {
      for (Path cache : files.filter(file -> file.toString().endsWith(".aot")).toList()) {
        Files.copy(cache, caches.resolve(cache.getFileName()), StandardCopyOption.COPY_ATTRIBUTES);
      }
    }
    PodVm second = new PodVmBuilder(folder.resolve("b"), TestImage::say).build(inputs);

    assertThat(second.digests()).isEqualTo(first.digests());
    assertThat(second.rootHash()).isEqualTo(first.rootHash());
    assertThat(second.folder().getFileName()).isEqualTo(first.folder().getFileName());
    assertThat(Files.readString(second.folder().resolve(PodVm.MANIFEST)))
        .isEqualTo(Files.readString(first.folder().resolve(PodVm.MANIFEST)));
    assertThat(Files.size(first.root())).isLessThanOrEqualTo(MAX_ROOT);
    assertThat(Files.size(first.initrd())).isLessThanOrEqualTo(MAX_INITRD);
    System.out.printf(
        "[image] root %d bytes, initrd %d bytes, cache %s %s%n",
        Files.size(first.root()), Files.size(first.initrd()), first.aotCache(), first.aotNote());

    long start = System.nanoTime();
    PodVm again = new PodVmBuilder(folder.resolve("a"), TestImage::say).build(inputs);
    System.out.printf("[image] found again in %d ms%n", (System.nanoTime() - start) / 1_000_000);
    assertThat(again).isEqualTo(first);
    try (var left = Files.list(folder.resolve("a"))) {
      assertThat(left.map(path -> path.getFileName().toString()))
          .containsExactlyInAnyOrder("aot", first.folder().getFileName().toString());
    }
  }
}
