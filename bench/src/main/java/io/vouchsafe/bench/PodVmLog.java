package io.vouchsafe.bench;

import io.vouchsafe.encoding.ByteWriter;
import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.tpm.EventLog;
import io.vouchsafe.tpm.HashAlg;
import java.util.List;

/// An event log as large as the one of a pod VM: 24 events in the four banks that firmware keeps.
/// What a server spends on evidence depends on that.
final class PodVmLog {
  static final Bytes KERNEL = HashAlg.SHA256.digest(Bytes.utf8("kernel"));
  static final Bytes COMMAND_LINE = HashAlg.SHA256.digest(Bytes.utf8("command line"));
  static final Bytes INITRD = HashAlg.SHA256.digest(Bytes.utf8("initrd"));

  private static final List<HashAlg> BANKS =
      List.of(HashAlg.SHA1, HashAlg.SHA256, HashAlg.SHA384, HashAlg.SHA512);

  // Types of the TCG PC Client Platform Firmware Profile that EventLog has no need to know.
  private static final long EV_NO_ACTION = 3;
  private static final long EV_EFI_VARIABLE_DRIVER_CONFIG = 0x8000_0001L;
  private static final long EV_EFI_VARIABLE_BOOT = 0x8000_0002L;
  private static final long EV_EFI_PLATFORM_FIRMWARE_BLOB = 0x8000_0008L;

  // Tags under which the Linux EFI stub measures.
  private static final long TAG_LOAD_OPTIONS = 0x8F3B_22EDL;
  private static final long TAG_INITRD = 0x8F3B_22ECL;

  private final ByteWriter out = ByteWriter.littleEndian();

  private PodVmLog() {
    ByteWriter spec =
        ByteWriter.littleEndian()
            .bytes(Bytes.utf8("Spec ID Event03\0"))
            .u32(0)
            .u8(0)
            .u8(2)
            .u8(0)
            .u8(2)
            .u32(BANKS.size());
    BANKS.forEach(bank -> spec.u16(bank.id()).u16(bank.size()));
    out.u32(0)
        .u32(EV_NO_ACTION)
        .bytes(Bytes.zeros(HashAlg.SHA1.size()))
        .sized32(spec.u8(0).toBytes());
  }

  /// The log of a direct boot, the events in the order and of the sizes that QEMU's firmware and
  /// Linux 6.12 write.
  static Bytes direct() {
    PodVmLog log = new PodVmLog();
    log.event(0, EventLog.EV_S_CRTM_VERSION, Bytes.zeros(2));
    log.event(0, EV_EFI_PLATFORM_FIRMWARE_BLOB, Bytes.zeros(16));
    log.event(0, EV_EFI_PLATFORM_FIRMWARE_BLOB, Bytes.zeros(16));
    for (int size : new int[] {53, 36, 38, 36, 38}) {
      log.event(7, EV_EFI_VARIABLE_DRIVER_CONFIG, Bytes.zeros(size));
    }
    log.event(7, EventLog.EV_SEPARATOR, Bytes.zeros(4));
    log.measured(4, EventLog.EV_EFI_BOOT_SERVICES_APPLICATION, KERNEL, Bytes.zeros(74));
    log.event(1, EV_EFI_VARIABLE_BOOT, Bytes.zeros(52));
    log.event(1, EV_EFI_VARIABLE_BOOT, Bytes.zeros(110));
    log.event(4, EventLog.EV_EFI_ACTION, Bytes.utf8("Calling EFI Application from Boot Option"));
    for (int pcr = 0; pcr <= 6; pcr++) {
      log.event(pcr, EventLog.EV_SEPARATOR, Bytes.zeros(4));
    }
    log.measured(
        9, EventLog.EV_EVENT_TAG, COMMAND_LINE, tag(TAG_LOAD_OPTIONS, "LOADED_IMAGE::LoadOptions"));
    log.measured(9, EventLog.EV_EVENT_TAG, INITRD, tag(TAG_INITRD, "Linux initrd"));
    log.event(5, EventLog.EV_EFI_ACTION, Bytes.utf8("Exit Boot Services Invocation"));
    log.event(5, EventLog.EV_EFI_ACTION, Bytes.utf8("Exit Boot Services Returned with Success"));
    return log.out.toBytes();
  }

  private static Bytes tag(long tag, String description) {
    Bytes text = Bytes.utf8(description + "\0");
    return ByteWriter.littleEndian().u32(tag).sized32(text).toBytes();
  }

  private void event(int pcr, long type, Bytes data) {
    measured(pcr, type, HashAlg.SHA256.digest(data), data);
  }

  /// @param sha256 digest in the bank that is quoted; the other banks take the event's data
  private void measured(int pcr, long type, Bytes sha256, Bytes data) {
    out.u32(pcr).u32(type).u32(BANKS.size());
    for (HashAlg bank : BANKS) {
      out.u16(bank.id()).bytes(bank == HashAlg.SHA256 ? sha256 : bank.digest(data));
    }
    out.sized32(data);
  }
}
