package io.vouchsafe.guest.image;

import io.vouchsafe.process.Toolbox;
import io.vouchsafe.verdict.Code;
import io.vouchsafe.verdict.RefusedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// The programs that a pod VM is built with, and those that go into it.
public final class ImageTools {

  /// A program and the Debian package that has it.
  public enum Tool implements Toolbox.Program {
    /// Goes into the image: every small program of the guest.
    BUSYBOX("busybox", "busybox-static"),
    /// Goes into the root: runs containers.
    CRUN("crun", "crun"),
    /// Goes into the initramfs: sets up the checked root.
    DMSETUP("dmsetup", "dmsetup"),
    /// Builds the root.
    MKFS_EROFS("mkfs.erofs", "erofs-utils"),
    /// Packs the initramfs.
    LZ4("lz4", "lz4"),
    /// Unpacks the kernel.
    DPKG_DEB("dpkg-deb", "dpkg"),
    /// Tells which shared libraries a program needs.
    LDD("ldd", "libc-bin"),
    /// Makes the Java runtime smaller.
    STRIP("strip", "binutils");

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

  /// Debian's firmware: the 2 MB build boots five seconds faster under emulation than the 4 MB one.
  public static final Path FIRMWARE_CODE = Path.of("/usr/share/OVMF/OVMF_CODE.fd");

  /// The variable store that belongs to it.
  public static final Path FIRMWARE_VARIABLES = Path.of("/usr/share/OVMF/OVMF_VARS.fd");

  private final Toolbox<Tool> tools;

  private ImageTools(Toolbox<Tool> tools) {
    this.tools = tools;
  }

  /// Looks for all programs and for the firmware.
  ///
  /// @param folders where to look, in order; usually those of `PATH`
  /// @throws RefusedException [Code#TOOL_MISSING], naming what is missing and its package
  public static ImageTools find(List<Path> folders) throws RefusedException {
    Toolbox<Tool> tools = Toolbox.find(folders, List.of(Tool.values()), ImageCheck.TOOLS);
    List<String> missing = new ArrayList<>();
    for (Path firmware : List.of(FIRMWARE_CODE, FIRMWARE_VARIABLES)) {
      if (!Files.isReadable(firmware)) {
        missing.add(firmware.toString());
      }
    }
    if (!missing.isEmpty()) {
      throw new RefusedException(
          ImageCheck.TOOLS,
          Code.TOOL_MISSING,
          "Debian's firmware for virtual machines",
          "no " + String.join(", no ", missing) + " (Debian package ovmf)");
    }
    return new ImageTools(tools);
  }

  /// Where a program is.
  public Path path(Tool tool) {
    return tools.path(tool);
  }
}
