package io.vouchsafe.cli;

import io.vouchsafe.hypervisor.VmSpec;
import io.vouchsafe.oci.ImageReference;
import io.vouchsafe.verdict.RefusedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// What `run` takes from its command line.
final class RunOptions {
  @Parameters(
      index = "0",
      paramLabel = "IMAGE",
      description = "oci:DIR[:TAG], oci-archive:FILE, docker-archive:FILE or a registry reference.")
  String image = "";

  @Parameters(
      index = "1..*",
      arity = "0..*",
      paramLabel = "ARG",
      description = "After --: arguments in place of the image's; its entrypoint, if any, stays.")
  List<String> args = List.of();

  @Option(
      names = {"-i", "--interactive"},
      description = "Give standard input to the container.")
  boolean interactive;

  @Option(
      names = {"-p", "--publish"},
      paramLabel = "HOSTPORT:PORT",
      description = "Lead a port of 127.0.0.1 to a port of the container.")
  List<String> ports = List.of();

  @Option(
      names = "--memory",
      paramLabel = "M",
      description = "Memory: 512, 512M, 2G. Default 512M.")
  String memory = "512M";

  @Option(names = "--cpus", paramLabel = "N", description = "Virtual processors. Default 1.")
  int cpus = 1;

  @Option(
      names = {"-e", "--env"},
      paramLabel = "K=V",
      description = "Set an environment variable.")
  List<String> env = List.of();

  @Option(
      names = "--secret",
      paramLabel = "NAME=FILE",
      description = "Release FILE to the guest as /run/secrets/NAME.")
  List<String> secrets = List.of();

  @Mixin TrustOptions trust = new TrustOptions();

  RunSpec toSpec() throws Failure, RefusedException {
    requireThere(ImageReference.parse(image));
    return new RunSpec(
        image, args, environment(), secretFiles(), forwards(), size(), interactive, trust.place());
  }

  /// What lies on this machine is looked for before anything is built for it.
  private static void requireThere(ImageReference reference) throws Failure {
    Optional<Path> place =
        switch (reference) {
          case ImageReference.Layout(Path folder, var _) -> Optional.of(folder);
          case ImageReference.OciArchive(Path file, var _) -> Optional.of(file);
          case ImageReference.DockerArchive(Path file, var _) -> Optional.of(file);
          case ImageReference.Registry _ -> Optional.empty();
        };
    if (place.isPresent() && !Files.isReadable(place.get())) {
      throw new Failure("cannot read the image " + reference);
    }
  }

  private List<String> environment() throws Failure {
    for (String entry : env) {
      if (entry.indexOf('=') < 1) {
        throw new Failure("--env wants NAME=VALUE, got '" + entry + "'");
      }
    }
    return env;
  }

  private Map<String, Path> secretFiles() throws Failure {
    Map<String, Path> files = new LinkedHashMap<>();
    for (String entry : secrets) {
      int split = entry.indexOf('=');
      if (split < 1 || !entry.substring(0, split).matches("[A-Za-z0-9_-][A-Za-z0-9_.-]*")) {
        throw new Failure("--secret wants NAME=FILE with a plain file name, got '" + entry + "'");
      }
      Path file = Path.of(entry.substring(split + 1));
      if (!Files.isReadable(file) || Files.isDirectory(file)) {
        throw new Failure("--secret: cannot read " + file);
      }
      if (files.put(entry.substring(0, split), file) != null) {
        throw new Failure("--secret: " + entry.substring(0, split) + " is given twice");
      }
    }
    return files;
  }

  private List<VmSpec.Forward> forwards() throws Failure {
    List<VmSpec.Forward> forwards = new ArrayList<>();
    Set<Integer> hostPorts = new HashSet<>();
    for (String entry : ports) {
      String[] parts = entry.split(":", -1);
      if (parts.length != 2) {
        throw new Failure("--publish wants HOSTPORT:PORT, got '" + entry + "'");
      }
      try {
        VmSpec.Forward forward =
            new VmSpec.Forward(Integer.parseInt(parts[0]), Integer.parseInt(parts[1]));
        if (!hostPorts.add(forward.hostPort())) {
          throw new Failure("--publish: port " + forward.hostPort() + " is given twice");
        }
        forwards.add(forward);
      } catch (NumberFormatException _) {
        throw new Failure("--publish wants HOSTPORT:PORT in numbers, got '" + entry + "'");
      } catch (IllegalArgumentException e) {
        throw new Failure("--publish " + entry + ": " + e.getMessage());
      }
    }
    return forwards;
  }

  private VmSpec.Size size() throws Failure {
    int mib = MemorySize.mib(memory);
    try {
      return new VmSpec.Size(cpus, mib);
    } catch (IllegalArgumentException e) {
      throw new Failure(String.valueOf(e.getMessage()));
    }
  }
}
