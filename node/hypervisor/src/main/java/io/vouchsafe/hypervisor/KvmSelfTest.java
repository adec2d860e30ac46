package io.vouchsafe.hypervisor;

import io.vouchsafe.process.Command;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/// Finds out whether KVM is worth using. A `/dev/kvm` that opens proves nothing: where ring 0 is
/// emulated below it, a kernel runs a thousand times too slow and looks as if it hung. So a small
/// program counts to twenty million in ring 0: a processor takes a hundredth of a second, QEMU's
/// emulation a quarter, such a KVM twenty.
public final class KvmSelfTest {
  private static final int ROM_SIZE = 64 * 1024;
  private static final int RESET_VECTOR = 0xfff0;
  private static final int COUNT = 20_000_000;

  /// The guest writes 0x10 to the exit device, which ends QEMU with (0x10 << 1) | 1.
  private static final int EXIT_COUNTED = 33;

  private static final Duration LIMIT = Duration.ofSeconds(2);

  private KvmSelfTest() {}

  /// What was found.
  ///
  /// @param accelerator what to use
  /// @param reason why, in one sentence
  public record Result(Accelerator accelerator, String reason) {}

  /// Runs the test; takes two seconds at most.
  ///
  /// @param qemu the program
  /// @param folder where the test program is written for its run
  /// @throws IOException if the folder cannot be written
  public static Result run(Path qemu, Path folder) throws IOException {
    Path device = Path.of("/dev/kvm");
    if (!Files.exists(device)) {
      return new Result(Accelerator.TCG, "This machine has no /dev/kvm.");
    }
    if (!Files.isReadable(device) || !Files.isWritable(device)) {
      return new Result(
          Accelerator.TCG, "This user may not open /dev/kvm; join the group kvm to use it.");
    }
    Path rom = Files.createTempFile(folder, "selftest", ".rom");
    try {
      Files.write(rom, rom());
      return judge(
          Command.of(
                  qemu.toString(),
                  "-M",
                  "microvm",
                  "-accel",
                  "kvm",
                  "-nodefaults",
                  "-display",
                  "none",
                  "-monitor",
                  "none",
                  "-serial",
                  "none",
                  "-m",
                  "16",
                  "-bios",
                  rom.toString(),
                  "-device",
                  "isa-debug-exit,iobase=0xf4,iosize=4")
              .within(LIMIT));
    } finally {
      Files.deleteIfExists(rom);
    }
  }

  private static Result judge(Command test) {
    try {
      int status = test.run().status();
      return status == EXIT_COUNTED
          ? new Result(Accelerator.KVM, "KVM counted to twenty million within two seconds.")
          : new Result(Accelerator.TCG, "KVM does not run a test program (status " + status + ").");
    } catch (IOException e) {
      return new Result(
          Accelerator.TCG, "KVM is there and too slow to use (" + e.getMessage() + ").");
    }
  }

  /// The test program: at the reset vector a jump to F000:0000, there a loop and the exit.
  static byte[] rom() {
    ByteBuffer rom = ByteBuffer.allocate(ROM_SIZE).order(ByteOrder.LITTLE_ENDIAN);
    rom.put(new byte[] {0x66, (byte) 0xb9}).putInt(COUNT); // mov ecx, COUNT
    rom.put(new byte[] {0x66, 0x49, 0x75, (byte) 0xfc}); // dec ecx; jnz
    rom.put(new byte[] {(byte) 0xb0, 0x10, (byte) 0xe6, (byte) 0xf4}); // mov al, 16; out 0xf4, al
    rom.put((byte) 0xf4); // hlt
    rom.position(RESET_VECTOR);
    rom.put(new byte[] {(byte) 0xea, 0, 0, 0, (byte) 0xf0}); // jmp f000:0000
    return rom.array();
  }
}
