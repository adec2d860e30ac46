package io.vouchsafe.hypervisor;

import io.vouchsafe.process.Toolbox;
import io.vouchsafe.verdict.RefusedException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// The programs that a machine needs, found once.
public final class HostTools {

  /// A program and the Debian package that has it.
  public enum Tool implements Toolbox.Program {
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

    @Override
    public String program() {
      return program;
    }

    @Override
    public String debianPackage() {
      return debianPackage;
    }
  }

  private final Toolbox<Tool> tools;

  private HostTools(Toolbox<Tool> tools) {
    this.tools = tools;
  }

  /// Looks for all programs.
  ///
  /// @param folders where to look, in order; usually those of `PATH`
  /// @throws RefusedException [Code#TOOL_MISSING], naming every missing program and its package
  public static HostTools find(List<Path> folders) throws RefusedException {
    return new HostTools(Toolbox.find(folders, List.of(Tool.values()), HypervisorCheck.TOOLS));
  }

  /// Looks for one program.
  public static Optional<Path> find(Tool tool, List<Path> folders) {
    return Toolbox.find(folders, tool);
  }

  /// Where a program is.
  public Path path(Tool tool) {
    return tools.path(tool);
  }
}
