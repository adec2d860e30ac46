package io.vouchsafe.guest.image;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.vouchsafe.process.Toolbox;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// The real inputs of a pod VM, from what this build and this machine have.
final class TestImage {
  static final List<Path> PATH = Stream.of(System.getenv("PATH").split(":")).map(Path::of).toList();

  /// Survives the run: a kernel is downloaded once.
  static final Path CACHE = Path.of("target", "podvm").toAbsolutePath();

  /// What the agent's own build leaves.
  private static final Path AGENT =
      Path.of(System.getProperty("vouchsafe.root"), "guest/agent/target/guest");

  private TestImage() {}

  static ImageTools tools() throws Exception {
    for (ImageTools.Tool tool : ImageTools.Tool.values()) {
      assumeTrue(Toolbox.find(PATH, tool).isPresent(), "not installed: " + tool.program());
    }
    assumeTrue(Files.exists(ImageTools.FIRMWARE_CODE), "not installed: ovmf");
    return ImageTools.find(PATH);
  }

  static PodVmInputs inputs() throws Exception {
    ImageTools tools = tools();
    Optional<KernelPackage> kernel = kernel();
    assumeTrue(kernel.isPresent(), "apt does not deliver the kernel");
    return PodVmInputs.ofAgent(
        tools, kernel.get(), Path.of(System.getProperty("java.home")), AGENT);
  }

  private static Optional<KernelPackage> kernel() throws IOException {
    try {
      return Optional.of(KernelPackage.fetch(CACHE.resolve("kernel"), TestImage::say));
    } catch (io.vouchsafe.verdict.RefusedException e) {
      say(String.valueOf(e.getMessage()));
      return Optional.empty();
    }
  }

  static void say(String step) {
    System.out.println("[image] " + step);
  }
}
