package io.vouchsafe.measure.tdx;

import io.vouchsafe.encoding.ByteReader;
import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.measure.MeasuredPart;
import io.vouchsafe.measure.Measurement;
import io.vouchsafe.measure.OvmfImage;
import io.vouchsafe.tpm.EventLog;
import java.util.ArrayList;
import java.util.List;

/// RTMR0 to RTMR2 of a guest, from the event log of another boot on the same kind of host
/// (specs/evidence-x86 §10.4). What QEMU's tables, the devices and the firmware's version decide
/// stays as it was recorded; what firmware, kernel, command line and initrd decide is predicted
/// from the artifacts and takes its place in the log.
public final class TdxRecordedLog {
  private static final int REGISTERS = 3;
  private static final long HANDOFF_TABLES = 0x8000_000BL;
  private static final long FIRMWARE_BLOB = 0x8000_000AL;
  private static final int LOAD_OPTIONS = 0x8f3b_22ed;
  private static final int INITRD = 0x8f3b_22ec;

  /// An event that extends a register.
  private record Entry(int register, long type, Bytes data, MeasuredPart part) {
    Entry with(String name, Bytes digest) {
      return new Entry(register, type, data, new MeasuredPart(name, digest));
    }
  }

  private interface Which {
    boolean test(Entry entry) throws FormatException;
  }

  private final List<Entry> entries;

  private TdxRecordedLog(List<Entry> entries) {
    this.entries = List.copyOf(entries);
  }

  /// Takes the events of RTMR0 to RTMR2 from a log; those of RTMR3 belong to applications.
  ///
  /// @throws FormatException if an event has no SHA-384 digest
  public static TdxRecordedLog of(EventLog log) throws FormatException {
    List<Entry> entries = new ArrayList<>();
    for (EventLog.Event event : log.events()) {
      long register = event.pcr() - 1;
      if (!event.extendsPcr() || register < 0 || register >= REGISTERS) {
        continue;
      }
      String name = "recorded event %d, type 0x%x".formatted(event.index(), event.type());
      Bytes digest =
          event
              .digest(Rtmr.BANK)
              .orElseThrow(() -> FormatException.unexpected("SHA-384 digests", "an event without"));
      entries.add(
          new Entry((int) register, event.type(), event.data(), new MeasuredPart(name, digest)));
    }
    return new TdxRecordedLog(entries);
  }

  /// With the events of a firmware: the list of memory and the variable store.
  ///
  /// @param memory of the guest in bytes
  /// @throws FormatException if the log does not have each of them once, or the firmware lacks
  ///   metadata or variable store
  public TdxRecordedLog withFirmware(OvmfImage firmware, long memory) throws FormatException {
    return replace(
            "td-hob",
            entry -> entry.register == 0 && entry.type == HANDOFF_TABLES,
            TdHob.digest(TdHob.of(firmware, memory)))
        .replace(
            "variable-store",
            entry -> entry.register == 0 && entry.type == FIRMWARE_BLOB,
            Rtmr.event(variables(firmware)));
  }

  /// With the events of a kernel that the launcher hands to the firmware.
  ///
  /// @param kernel Authenticode digest of the kernel as the firmware sees it
  /// @param commandLine digest of the load options
  /// @param initrd digest of the initrd
  /// @throws FormatException if the log does not have each of them once
  public TdxRecordedLog withBoot(Bytes kernel, Bytes commandLine, Bytes initrd)
      throws FormatException {
    return replace(
            "kernel",
            entry -> entry.register == 1 && entry.type == EventLog.EV_EFI_BOOT_SERVICES_APPLICATION,
            kernel)
        .replace("command-line", entry -> isTag(entry, LOAD_OPTIONS), commandLine)
        .replace("initrd", entry -> isTag(entry, INITRD), initrd);
  }

  private static boolean isTag(Entry entry, int tag) throws FormatException {
    return entry.register == 2
        && entry.type == EventLog.EV_EVENT_TAG
        && entry.data.size() >= Integer.BYTES
        && (int) ByteReader.littleEndian(entry.data).u32("tag") == tag;
  }

  private TdxRecordedLog replace(String name, Which which, Bytes digest) throws FormatException {
    List<Entry> replaced = new ArrayList<>(entries);
    int found = 0;
    for (int i = 0; i < replaced.size(); i++) {
      if (which.test(replaced.get(i))) {
        replaced.set(i, replaced.get(i).with(name, digest));
        found++;
      }
    }
    if (found != 1) {
      throw FormatException.unexpected(
          "a recorded log with one event for " + name, found + " of them");
    }
    return new TdxRecordedLog(replaced);
  }

  /// RTMR0, RTMR1 and RTMR2, with their events; those that were not replaced are named as recorded.
  public List<Measurement> registers() {
    List<Measurement> registers = new ArrayList<>();
    for (int register = 0; register < REGISTERS; register++) {
      List<MeasuredPart> parts = new ArrayList<>();
      for (Entry entry : entries) {
        if (entry.register == register) {
          parts.add(entry.part);
        }
      }
      registers.add(Rtmr.of(parts));
    }
    return List.copyOf(registers);
  }

  private static Bytes variables(OvmfImage firmware) throws FormatException {
    List<TdvfSection> stores =
        TdvfSection.of(firmware).stream()
            .filter(section -> section.type() == TdvfSection.Type.CONFIGURATION)
            .toList();
    if (stores.size() != 1) {
      throw FormatException.unexpected("firmware with one variable store", stores.size() + "");
    }
    return stores
        .getFirst()
        .content()
        .orElseThrow(() ->
            FormatException.unexpected(
                "a whole flash image", "its code without the variable store"));
  }
}
