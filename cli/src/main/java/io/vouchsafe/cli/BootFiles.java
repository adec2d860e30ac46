package io.vouchsafe.cli;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.measure.sev.KernelHashes;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Option;

/// The options that name a kernel which the launcher hands to the firmware.
final class BootFiles {
  @Option(
      names = "--kernel",
      paramLabel = "FILE",
      description = "The kernel that the launcher hands to the firmware.")
  Optional<Path> kernel = Optional.empty();

  @Option(names = "--initrd", paramLabel = "FILE", description = "With --kernel: its initrd.")
  Optional<Path> initrd = Optional.empty();

  @Option(
      names = "--cmdline",
      paramLabel = "TEXT",
      description = "With --kernel: its command line, to the last space. Default: empty.")
  Optional<String> commandLine = Optional.empty();

  /// Kernel, initrd and command line, read.
  ///
  /// @param initrd empty if there is none
  record Content(Bytes kernel, Bytes initrd, String commandLine) {}

  Optional<Content> read(Artifacts artifacts) throws IOException, Failure {
    if (kernel.isEmpty()) {
      if (initrd.isPresent() || commandLine.isPresent()) {
        throw new Failure("--initrd and --cmdline belong to --kernel FILE, which is missing");
      }
      return Optional.empty();
    }
    Bytes image = artifacts.read("kernel", kernel.get());
    Bytes root = artifacts.read("initrd", initrd);
    String text = artifacts.note("command-line", commandLine.orElse(""));
    return Optional.of(new Content(image, root, text));
  }

  Optional<KernelHashes> hashes(Artifacts artifacts) throws IOException, Failure {
    return read(artifacts)
        .map(content -> KernelHashes.of(content.kernel(), content.initrd(), content.commandLine()));
  }
}
