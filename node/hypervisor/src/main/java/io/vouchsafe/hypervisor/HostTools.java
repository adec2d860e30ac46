package io.vouchsafe.hypervisor;

import io.vouchsafe.verdict.Code;
import io.vouchsafe.verdict.RefusedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The programs that a machine needs, found once.
public final class HostTools {

  /// A program and the Debian package that has it.
  public enum Tool {
    QEMU("qemu-system-x86_64", "qemu-system-x86"),
    SWTPM("swtpm", "swtpm"),
    SWTPM_SETUP("swtpm_setup", "swtpm-tools"),
    SWTPM_LOCALCA("swtpm_localca", "swtpm-tools"),
    CERTTOOL("certtool", "gnutls-bin");

    private final String program;
    private final String debianPackage;

    Tool(String program, String debianPackage) {
      this.program = program;
      this.debianPackage = debianPackage;
    }

    /// Its file name.
    public String program() {
      return program;
    }

    /// What to install on Debian.
    public String debianPackage() {
      return debianPackage;
    }
  }

  private final Map<Tool, Path> paths;

  private HostTools(Map<Tool, Path> paths) {
    this.paths = paths;
  }

  /// Looks for all programs.
  ///
  /// @param folders where to look, in order; usually those of `PATH`
  /// @throws RefusedException [Code#TOOL_MISSING], naming every missing program and its package
  public static HostTools find(List<Path> folders) throws RefusedException {
    Map<Tool, Path> found = new EnumMap<>(Tool.class);
    List<String> missing = new ArrayList<>();
    for (Tool tool : Tool.values()) {
      Optional<Path> path = find(tool, folders);
      path.ifPresent(value -> found.put(tool, value));
      if (path.isEmpty()) {
        missing.add(tool.program() + " (Debian package " + tool.debianPackage() + ")");
      }
    }
    if (!missing.isEmpty()) {
      throw new RefusedException(
          HypervisorCheck.TOOLS,
          Code.TOOL_MISSING,
          "the programs of a virtual machine in PATH",
          "no " + String.join(", no ", missing));
    }
    return new HostTools(found);
  }

  /// Looks for one program.
  public static Optional<Path> find(Tool tool, List<Path> folders) {
    return folders.stream()
        .map(folder -> folder.resolve(tool.program()))
        .filter(Files::isExecutable)
        .findFirst();
  }

  /// Where a program is.
  public Path path(Tool tool) {
    Path path = paths.get(tool);
    if (path == null) {
      throw new IllegalStateException("not looked for: " + tool);
    }
    return path;
  }
}
