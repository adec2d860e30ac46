package io.vouchsafe.measure;

import io.vouchsafe.encoding.ByteReader;
import io.vouchsafe.encoding.ByteWriter;
import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.tpm.HashAlg;
import java.nio.charset.StandardCharsets;

/// Measurements of a Linux kernel that the launcher hands to the firmware together with its initrd
/// and command line (specs/evidence-other §2.9 a).
///
/// PCR 4 holds the kernel's Authenticode digest. The launcher changes the kernel's header on the
/// way, so that it depends on the size of the initrd and of the guest's RAM too. PCR 9 holds
/// command line and initrd, as the kernel's EFI stub measures them.
public final class DirectBoot {
  private static final HashAlg BANK = HashAlg.SHA256;

  // Fields of the Linux boot protocol's header (Documentation/arch/x86/boot.rst).
  private static final int OFF_MAGIC = 0x202;
  private static final long MAGIC = 0x5372_6448L; // "HdrS"
  private static final int OFF_VERSION = 0x206;
  private static final int OFF_TYPE_OF_LOADER = 0x210;
  private static final int OFF_LOADFLAGS = 0x211;
  private static final int OFF_RAMDISK_IMAGE = 0x218;
  private static final int OFF_RAMDISK_SIZE = 0x21C;
  private static final int OFF_HEAP_END = 0x224;
  private static final int OFF_COMMAND_LINE = 0x228;
  private static final int OFF_INITRD_ADDR_MAX = 0x22C;
  private static final int OFF_XLOADFLAGS = 0x236;
  private static final int HEADER_END = 0x238;

  private static final int VERSION_2_03 = 0x203;
  private static final int VERSION_2_12 = 0x20C;
  private static final int XLF_CAN_BE_LOADED_ABOVE_4G = 2;
  private static final int CAN_USE_HEAP = 0x80;

  // What QEMU writes (hw/i386/x86-common.c).
  private static final int QEMU_LOADER = 0xB0;
  private static final int QEMU_HEAP_END = 0xFE00;
  private static final int QEMU_COMMAND_LINE = 0x20000;
  private static final long QEMU_ACPI_DATA = 0x28000;
  private static final long OLD_INITRD_MAX = 0x37FF_FFFFL;
  private static final long PAGE_MASK = ~0xFFFL;

  // Where q35 splits memory that does not fit below 4 GiB (hw/i386/pc_q35.c).
  private static final long Q35_SPLIT = 0xB000_0000L;
  private static final long Q35_LOW = 0x8000_0000L;

  /// What the firmware adds to the command line when there is an initrd.
  private static final String INITRD_OPTION = " initrd=initrd";

  private DirectBoot() {}

  /// What the boot will leave behind, all in the SHA-256 bank.
  ///
  /// @param pcr4 the whole register
  /// @param pcr9 the whole register
  /// @param kernelEvent digest of the kernel in PCR 4
  /// @param commandLineEvent digest of the command line in PCR 9
  /// @param initrdEvent digest of the initrd in PCR 9
  public record Prediction(
      Bytes pcr4, Bytes pcr9, Bytes kernelEvent, Bytes commandLineEvent, Bytes initrdEvent) {}

  /// Predicts the measurements of one boot.
  ///
  /// @param kernel bzImage with EFI stub
  /// @param initrd as handed to the launcher, not empty
  /// @param commandLine as handed to the launcher
  /// @param ramBytes memory of the guest
  /// @throws FormatException if the kernel is no PE image with a Linux header, or the initrd does
  ///   not fit into the memory
  public static Prediction predict(
      Bytes kernel, Bytes initrd, String commandLine, long ramBytes, Launcher launcher)
      throws FormatException {
    if (initrd.isEmpty()) {
      throw new IllegalArgumentException("no initrd");
    }
    Bytes kernelEvent = kernelEvent(kernel, initrd.size(), ramBytes, launcher, BANK);
    Bytes commandLineEvent = commandLineEvent(commandLine, BANK);
    Bytes initrdEvent = BANK.digest(initrd);
    return new Prediction(
        pcr4(kernelEvent),
        pcr9(commandLineEvent, initrdEvent),
        kernelEvent,
        commandLineEvent,
        initrdEvent);
  }

  /// The Authenticode digest of the kernel as the firmware sees it.
  ///
  /// @throws FormatException as [#predict]
  public static Bytes kernelEvent(
      Bytes kernel, int initrdSize, long ramBytes, Launcher launcher, HashAlg alg)
      throws FormatException {
    PeImage image = PeImage.parse(kernel);
    return switch (launcher) {
      case QEMU_Q35 -> image.authenticode(alg, patchedHead(kernel, initrdSize, ramBytes));
      case UNCHANGED -> image.authenticode(alg);
    };
  }

  /// PCR 4: the kernel, the action, the separator. The kernel comes before the action because the
  /// firmware loads it before it calls it.
  static Bytes pcr4(Bytes kernelEvent) {
    Bytes value = BANK.extend(Bytes.zeros(BANK.size()), kernelEvent);
    value = BANK.extend(value, BANK.digest(Bytes.utf8("Calling EFI Application from Boot Option")));
    return BANK.extend(value, BANK.digest(Bytes.zeros(4)));
  }

  /// PCR 9: the load options, the initrd.
  static Bytes pcr9(Bytes commandLineEvent, Bytes initrdEvent) {
    return BANK.extend(BANK.extend(Bytes.zeros(BANK.size()), commandLineEvent), initrdEvent);
  }

  /// The digest of the load options: UTF-16, with the terminating zero.
  public static Bytes commandLineEvent(String commandLine, HashAlg alg) {
    String loadOptions = commandLine + INITRD_OPTION + "\0";
    return alg.digest(Bytes.of(loadOptions.getBytes(StandardCharsets.UTF_16LE)));
  }

  /// The kernel's first bytes after QEMU filled in what a boot loader has to.
  private static Bytes patchedHead(Bytes kernel, int initrdSize, long ramBytes)
      throws FormatException {
    if (kernel.size() < HEADER_END) {
      throw FormatException.malformed(kernel.size(), "a Linux boot header", "end of the image");
    }
    Bytes head = kernel.slice(0, HEADER_END);
    if (field(head, OFF_MAGIC, 4).u32("magic") != MAGIC) {
      throw FormatException.malformed(OFF_MAGIC, "the magic HdrS of a bzImage", "another");
    }
    long address = initrdAddress(head, initrdSize, ramBytes);
    return ByteWriter.littleEndian()
        .bytes(head.slice(0, OFF_TYPE_OF_LOADER))
        .u8(QEMU_LOADER)
        .u8(head.at(OFF_LOADFLAGS) | CAN_USE_HEAP)
        .bytes(head.slice(OFF_LOADFLAGS + 1, OFF_RAMDISK_IMAGE))
        .u32(address)
        .u32(initrdSize)
        .bytes(head.slice(OFF_RAMDISK_SIZE + 4, OFF_HEAP_END))
        .u16(QEMU_HEAP_END)
        .bytes(head.slice(OFF_HEAP_END + 2, OFF_COMMAND_LINE))
        .u32(QEMU_COMMAND_LINE)
        .bytes(head.slice(OFF_COMMAND_LINE + 4, HEADER_END))
        .toBytes();
  }

  /// Where QEMU says that the initrd lies: as high as the kernel and the memory allow.
  static long initrdAddress(Bytes head, int initrdSize, long ramBytes) throws FormatException {
    int version = field(head, OFF_VERSION, 2).u16("boot protocol version");
    long highest = OLD_INITRD_MAX;
    if (version >= VERSION_2_12
        && (field(head, OFF_XLOADFLAGS, 2).u16("xloadflags") & XLF_CAN_BE_LOADED_ABOVE_4G) != 0) {
      highest = 0xFFFF_FFFFL;
    } else if (version >= VERSION_2_03) {
      highest = field(head, OFF_INITRD_ADDR_MAX, 4).u32("initrd_addr_max");
    }
    long low = ramBytes >= Q35_SPLIT ? Q35_LOW : ramBytes;
    if (highest >= low - QEMU_ACPI_DATA) {
      highest = low - QEMU_ACPI_DATA - 1;
    }
    if (initrdSize >= highest) {
      throw FormatException.unexpected(
          "an initrd smaller than the guest's memory", initrdSize + " bytes");
    }
    return (highest - initrdSize) & PAGE_MASK;
  }

  private static ByteReader field(Bytes head, int at, int length) {
    return ByteReader.littleEndian(head.slice(at, at + length));
  }
}
