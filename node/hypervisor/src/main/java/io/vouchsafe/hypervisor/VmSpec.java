package io.vouchsafe.hypervisor;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;

/// Everything that decides what one machine is. Two equal specs give the same command line.
///
/// @param name shown in process lists; letters, digits and dashes
/// @param accelerator who executes it
/// @param protection what vouches for it
/// @param firmware what runs first
/// @param boot kernel, initrd and command line, loaded by the hypervisor and measured by the
///   firmware
/// @param size processors and memory
/// @param disks virtio disks, `vda` first
/// @param ports channels between host and guest over virtio-serial
/// @param forwards ports of the host's loopback that lead into the guest
/// @param control where QEMU's control socket (QMP) is made
public record VmSpec(
    String name,
    Accelerator accelerator,
    Protection protection,
    Firmware firmware,
    Boot boot,
    Size size,
    List<Disk> disks,
    List<Port> ports,
    List<Forward> forwards,
    Path control) {

  /// Longest path of a unix socket in Linux, without the final NUL.
  public static final int MAX_SOCKET_PATH = 107;

  /// Linux takes 2048 characters on x86; the firmware appends ` initrd=initrd`.
  public static final int MAX_COMMAND_LINE = 2000;

  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9-]{0,62}");

  public VmSpec {
    if (!NAME.matcher(name).matches()) {
      throw new IllegalArgumentException(
          "name of a machine: letters, digits and dashes, at most 63, got \"" + name + "\"");
    }
    Objects.requireNonNull(accelerator, "accelerator");
    Objects.requireNonNull(firmware, "firmware");
    Objects.requireNonNull(boot, "boot");
    Objects.requireNonNull(size, "size");
    disks = List.copyOf(disks);
    ports = List.copyOf(ports);
    forwards = List.copyOf(forwards);
    requireSocketPath(control);
    switch (protection) {
      case Protection.None _ -> {}
      case Protection.Vtpm(Path socket) -> requireSocketPath(socket);
      case Protection.Snp _, Protection.Tdx _ -> {
        if (accelerator != Accelerator.KVM) {
          throw new IllegalArgumentException("a confidential machine cannot be emulated");
        }
        if (!(firmware instanceof Firmware.Image)) {
          throw new IllegalArgumentException(
              "a confidential machine takes one firmware image, not flash chips");
        }
      }
    }
    if (forwards.stream().map(Forward::hostPort).distinct().count() != forwards.size()) {
      throw new IllegalArgumentException("a host port is forwarded twice");
    }
  }

  private static void requireSocketPath(Path socket) {
    int length = socket.toString().getBytes(StandardCharsets.UTF_8).length;
    if (length > MAX_SOCKET_PATH) {
      throw new IllegalArgumentException(
          "the path of a socket may have %d bytes, this one has %d: %s; choose a shorter home folder"
              .formatted(MAX_SOCKET_PATH, length, socket));
    }
  }

  /// What the hypervisor loads.
  ///
  /// @param kernel bzImage with EFI stub
  /// @param initrd initial file system
  /// @param commandLine printable ASCII; measured, so the same for every run of one image
  public record Boot(Path kernel, Path initrd, String commandLine) {
    private static final Pattern PRINTABLE = Pattern.compile("[ -~]*");

    public Boot {
      Objects.requireNonNull(kernel, "kernel");
      Objects.requireNonNull(initrd, "initrd");
      if (!PRINTABLE.matcher(commandLine).matches() || commandLine.length() > MAX_COMMAND_LINE) {
        throw new IllegalArgumentException(
            "kernel command line: printable ASCII, at most " + MAX_COMMAND_LINE + " characters");
      }
    }
  }

  /// How large the machine is. Both numbers are measured: PCR 0 moves with either, PCR 4 with the
  /// memory.
  ///
  /// @param vcpus virtual processors
  /// @param memoryMib memory in MiB
  public record Size(int vcpus, int memoryMib) {
    /// Default of a pod VM.
    public static final Size DEFAULT = new Size(1, 512);

    /// Most processors of q35 without an interrupt-remapping IOMMU.
    public static final int MAX_VCPUS = 255;

    /// The firmware, kernel and agent do not fit into less.
    public static final int MIN_MEMORY_MIB = 256;

    /// 4 TiB.
    public static final int MAX_MEMORY_MIB = 4 << 20;

    public Size {
      if (vcpus < 1 || vcpus > MAX_VCPUS) {
        throw new IllegalArgumentException("virtual processors: 1 to " + MAX_VCPUS);
      }
      if (memoryMib < MIN_MEMORY_MIB || memoryMib > MAX_MEMORY_MIB) {
        throw new IllegalArgumentException(
            "memory: %d to %d MiB, got %d".formatted(MIN_MEMORY_MIB, MAX_MEMORY_MIB, memoryMib));
      }
    }

    /// Memory in bytes.
    public long memoryBytes() {
      return (long) memoryMib << 20;
    }
  }

  /// A raw disk image.
  ///
  /// @param file the image
  /// @param access whether the guest may write
  public record Disk(Path file, Access access) {
    /// What the guest may do.
    public enum Access {
      READ_ONLY,
      READ_WRITE
    }

    public Disk {
      Objects.requireNonNull(file, "file");
      Objects.requireNonNull(access, "access");
    }

    /// A disk that the guest cannot write.
    public static Disk readOnly(Path file) {
      return new Disk(file, Access.READ_ONLY);
    }
  }

  /// A channel over virtio-serial. QEMU listens on the host's socket; the guest sees a character
  /// device of that name.
  ///
  /// @param name for example `org.vouchsafe.agent`
  /// @param socket unix socket that QEMU makes
  public record Port(String name, Path socket) {
    private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9.-]{0,62}");

    public Port {
      if (!NAME.matcher(name).matches()) {
        throw new IllegalArgumentException("name of a port: " + NAME + ", got \"" + name + "\"");
      }
      requireSocketPath(socket);
    }
  }

  /// A TCP port of the host's loopback that leads into the guest.
  ///
  /// @param hostPort on 127.0.0.1
  /// @param guestPort on the guest's address
  public record Forward(int hostPort, int guestPort) {
    private static final int MAX_PORT = 65_535;

    public Forward {
      for (int port : new int[] {hostPort, guestPort}) {
        if (port < 1 || port > MAX_PORT) {
          throw new IllegalArgumentException("port: 1 to 65535, got " + port);
        }
      }
    }
  }
}
