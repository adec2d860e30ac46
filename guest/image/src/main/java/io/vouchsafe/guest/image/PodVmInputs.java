package io.vouchsafe.guest.image;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.guest.image.ImageTools.Tool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/// Everything that decides what a pod VM is.
///
/// @param tools programs that it is built with and from
/// @param kernel Debian's kernel package
/// @param java what the agent's runtime is made of
/// @param agent what runs in it
public record PodVmInputs(ImageTools tools, KernelPackage kernel, Java java, Agent agent) {

  /// Changes whenever the builder makes something else of the same inputs.
  private static final String BUILDER = "1";

  private static final String AGENT_MAIN = "io.vouchsafe.agent.Agent";

  /// `jdk.unsupported` is for the messages of the guest channel: protobuf needs `sun.misc.Unsafe`.
  private static final List<String> AGENT_MODULES =
      List.of("java.base", "java.net.http", "jdk.unsupported");

  private static final List<String> AGENT_OPTIONS =
      List.of(
          // System calls without native code of our own.
          "--enable-native-access=ALL-UNNAMED",
          // The same, without a warning on the console.
          "--sun-misc-unsafe-memory-access=allow",
          // A few virtual threads wait in files and hold their carriers.
          "-Djdk.virtualThreadScheduler.parallelism=4");

  /// A whole start against stand-ins on loopback.
  private static final List<String> AGENT_TRAINING = List.of("rehearse");

  private static final List<String> SCRIPTS =
      List.of("initramfs-init.sh", "recording-init.sh", "root-init.sh");

  /// The inputs of the pod VM with our own agent.
  ///
  /// @param javaHome a JDK 25
  /// @param agentFolder the agent's jar and everything that it needs, and nothing else
  /// @throws IOException if the folder cannot be read or has no jar
  public static PodVmInputs ofAgent(
      ImageTools tools, KernelPackage kernel, Path javaHome, Path agentFolder) throws IOException {
    List<Path> jars;
    try (Stream<Path> files = Files.list(agentFolder)) {
      jars = files.filter(file -> file.toString().endsWith(".jar")).sorted().toList();
    }
    if (jars.isEmpty()) {
      throw new IOException("no jar of the agent in " + agentFolder + "; build the project first");
    }
    return new PodVmInputs(
        tools,
        kernel,
        new Java(javaHome, AGENT_MODULES),
        new Agent(jars, AGENT_MAIN, AGENT_OPTIONS, AGENT_TRAINING));
  }

  /// What the agent's runtime is made of.
  ///
  /// @param home a JDK 25
  /// @param modules that the agent needs, for example `java.base`
  public record Java(Path home, List<String> modules) {
    public Java {
      modules = List.copyOf(modules);
      if (modules.isEmpty()) {
        throw new IllegalArgumentException("no Java modules");
      }
    }

    /// `jlink` of that JDK.
    Path jlink() {
      return home.resolve("bin/jlink");
    }
  }

  /// What runs in the guest.
  ///
  /// @param jars class path, in order; the names must differ
  /// @param mainClass its main class
  /// @param options of the virtual machine, beyond those that every agent gets
  /// @param training arguments of a run that exercises what a start needs and ends by itself; the
  ///   cache of loaded and linked classes is made from it
  public record Agent(
      List<Path> jars, String mainClass, List<String> options, List<String> training) {
    public Agent {
      jars = List.copyOf(jars);
      options = List.copyOf(options);
      training = List.copyOf(training);
      if (jars.isEmpty()
          || jars.stream().map(Path::getFileName).distinct().count() != jars.size()) {
        throw new IllegalArgumentException("jars: at least one, with different names: " + jars);
      }
    }
  }

  /// Digest of everything that goes in, by content: of the JDK its release file.
  ///
  /// @throws IOException if an input cannot be read
  Bytes digest() throws IOException {
    Sha256 digest = new Sha256().add("builder", BUILDER).add("command-line", PodVm.COMMAND_LINE);
    for (String script : SCRIPTS) {
      digest.add(script, Initramfs.script(script).hex());
    }
    for (Tool tool : Tool.values()) {
      digest.add(tool.program(), tools.path(tool).toRealPath());
    }
    List<Path> programs = List.of(tools.path(Tool.CRUN), tools.path(Tool.DMSETUP));
    for (Path library : SharedLibraries.of(programs, tools)) {
      digest.add(library.toString(), library);
    }
    digest.add("kernel", kernel.file());
    digest.add("firmware", ImageTools.FIRMWARE_CODE);
    digest.add("firmware-variables", ImageTools.FIRMWARE_VARIABLES);
    // Names the build exactly; the classes themselves are 130 MB, too much to hash at every start.
    digest.add("java/release", java.home().resolve("release"));
    digest.add("java-modules", String.join(",", java.modules()));
    for (Path jar : agent.jars()) {
      digest.add(jar.getFileName().toString(), jar);
    }
    digest.add("main", agent.mainClass());
    digest.add("options", String.join("\n", agent.options()));
    digest.add("training", String.join("\n", agent.training()));
    return digest.finish();
  }
}
