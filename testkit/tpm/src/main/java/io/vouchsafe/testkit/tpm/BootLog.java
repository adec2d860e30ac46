package io.vouchsafe.testkit.tpm;

import io.vouchsafe.encoding.ByteWriter;
import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.tpm.EventLog;
import io.vouchsafe.tpm.HashAlg;

/// Writes crypto-agile event logs with a SHA-256 bank only.
public final class BootLog {
  private static final HashAlg BANK = HashAlg.SHA256;
  private static final long EV_NO_ACTION = 3;
  private static final long EV_EFI_PLATFORM_FIRMWARE_BLOB = 0x8000_0008L;
  private static final long TAG_LOAD_OPTIONS = 0x8F3B_22EDL;
  private static final long TAG_INITRD = 0x8F3B_22ECL;
  private static final int LAST_SEPARATED_PCR = 7;

  private final ByteWriter out = ByteWriter.littleEndian();

  /// A log that holds its header only.
  public BootLog() {
    Bytes spec =
        ByteWriter.littleEndian()
            .bytes(Bytes.utf8("Spec ID Event03\0"))
            .u32(0)
            .u8(0)
            .u8(2)
            .u8(0)
            .u8(2)
            .u32(1)
            .u16(BANK.id())
            .u16(BANK.size())
            .u8(0)
            .toBytes();
    out.u32(0).u32(EV_NO_ACTION).bytes(Bytes.zeros(HashAlg.SHA1.size())).sized32(spec);
  }

  /// Appends an event.
  public BootLog event(int pcr, long type, Bytes digest, Bytes data) {
    out.u32(pcr).u32(type).u32(1).u16(BANK.id()).bytes(digest).sized32(data);
    return this;
  }

  /// Appends an event whose digest is the one of its data.
  public BootLog measured(int pcr, long type, Bytes data) {
    return event(pcr, type, BANK.digest(data), data);
  }

  /// Appends an event tag as the Linux EFI stub writes it.
  public BootLog tag(int pcr, long tag, Bytes digest, String description) {
    Bytes text = Bytes.utf8(description + "\0");
    return event(
        pcr,
        EventLog.EV_EVENT_TAG,
        digest,
        ByteWriter.littleEndian().u32(tag).sized32(text).toBytes());
  }

  public Bytes toBytes() {
    return out.toBytes();
  }

  /// The log of a direct boot by QEMU with firmware that is the same whenever it is asked for.
  public static Bytes direct(Bytes kernelEvent, Bytes commandLineEvent, Bytes initrdEvent) {
    BootLog log = new BootLog();
    log.measured(0, EventLog.EV_S_CRTM_VERSION, Bytes.zeros(2));
    Bytes firmware = BANK.digest(Bytes.utf8("test firmware"));
    log.event(0, EV_EFI_PLATFORM_FIRMWARE_BLOB, firmware, Bytes.zeros(16));
    log.measured(7, EventLog.EV_SEPARATOR, Bytes.zeros(4));
    log.event(4, EventLog.EV_EFI_BOOT_SERVICES_APPLICATION, kernelEvent, Bytes.zeros(32));
    log.measured(4, EventLog.EV_EFI_ACTION, Bytes.utf8("Calling EFI Application from Boot Option"));
    for (int pcr = 0; pcr < LAST_SEPARATED_PCR; pcr++) {
      log.measured(pcr, EventLog.EV_SEPARATOR, Bytes.zeros(4));
    }
    log.tag(9, TAG_LOAD_OPTIONS, commandLineEvent, "LOADED_IMAGE::LoadOptions");
    log.tag(9, TAG_INITRD, initrdEvent, "Linux initrd");
    return log.toBytes();
  }
}
