package io.vouchsafe.evidence.tpm;

import io.vouchsafe.encoding.ByteReader;
import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.tpm.EventLog;
import io.vouchsafe.tpm.HashAlg;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// What a log that replays to signed registers says about the boot.
///
/// The replay proves digests, registers and order, not what an event calls itself. So `kernel`,
/// `command_line` and `initrd` are told only for a boot of exactly the known shape: whoever runs
/// code in the guest can append events, and could otherwise name one of them the command line and
/// hide the real one among events of another type.
final class BootFacts {
  private static final HashAlg BANK = HashAlg.SHA256;

  private static final int PCR_FIRMWARE = 0;
  private static final int PCR_BOOT_APPLICATIONS = 4;
  private static final int PCR_SECURE_BOOT = 7;
  private static final int PCR_BOOT_FILES = 9;

  private static final long EV_POST_CODE = 1;
  private static final long EV_EFI_PLATFORM_FIRMWARE_BLOB = 0x8000_0008L;
  private static final long EV_EFI_PLATFORM_FIRMWARE_BLOB2 = 0x8000_000AL;
  private static final long EV_EFI_VARIABLE_DRIVER_CONFIG = 0x8000_0001L;

  /// Tags that the Linux EFI stub writes (drivers/firmware/efi/libstub).
  private static final long TAG_LOAD_OPTIONS = 0x8F3B_22EDL;

  private static final long TAG_INITRD = 0x8F3B_22ECL;

  private static final Bytes CALLING =
      BANK.digest(Bytes.utf8("Calling EFI Application from Boot Option"));
  private static final Bytes SEPARATOR = BANK.digest(Bytes.zeros(4));

  private final EventLog log;

  private BootFacts(EventLog log) {
    this.log = log;
  }

  /// The claim `boot`; members that the log does not prove are absent.
  static Json.Obj of(EventLog log) {
    return new BootFacts(log).claims();
  }

  private Json.Obj claims() {
    List<EventLog.Event> applications = of(PCR_BOOT_APPLICATIONS);
    List<EventLog.Event> files = of(PCR_BOOT_FILES);
    Json.ObjBuilder boot = Json.object();
    firmware(boot);
    if (isDirectBoot(applications)) {
      boot.put("kernel", digest(applications.getFirst()).hex());
    }
    boolean named = !files.isEmpty() && files.size() <= 2 && hasTag(files.get(0), TAG_LOAD_OPTIONS);
    if (named && (files.size() == 1 || hasTag(files.get(1), TAG_INITRD))) {
      boot.put("command_line", digest(files.get(0)).hex());
      if (files.size() == 2) {
        boot.put("initrd", digest(files.get(1)).hex());
      }
    }
    secureBoot().ifPresent(on -> boot.put("secure_boot", on));
    return boot.build();
  }

  private List<EventLog.Event> of(int pcr) {
    List<EventLog.Event> events = new ArrayList<>();
    for (EventLog.Event event : log.events()) {
      if (event.pcr() == pcr && event.extendsPcr()) {
        events.add(event);
      }
    }
    return events;
  }

  private static Bytes digest(EventLog.Event event) {
    return event.digest(BANK).orElseThrow();
  }

  /// QEMU's direct boot: the kernel, then the call, then the separator, and nothing else.
  private static boolean isDirectBoot(List<EventLog.Event> events) {
    return events.size() == 3
        && events.get(0).type() == EventLog.EV_EFI_BOOT_SERVICES_APPLICATION
        && digest(events.get(1)).equals(CALLING)
        && digest(events.get(2)).equals(SEPARATOR);
  }

  private static boolean hasTag(EventLog.Event event, long tag) {
    if (event.type() != EventLog.EV_EVENT_TAG) {
      return false;
    }
    try {
      return ByteReader.littleEndian(event.data()).u32("tag") == tag;
    } catch (FormatException _) {
      return false;
    }
  }

  /// Digests of the firmware's volumes, in order.
  private void firmware(Json.ObjBuilder boot) {
    List<String> volumes = new ArrayList<>();
    for (EventLog.Event event : of(PCR_FIRMWARE)) {
      long type = event.type();
      if (type == EV_POST_CODE
          || type == EV_EFI_PLATFORM_FIRMWARE_BLOB
          || type == EV_EFI_PLATFORM_FIRMWARE_BLOB2) {
        volumes.add(digest(event).hex());
      }
    }
    if (!volumes.isEmpty()) {
      boot.put("firmware", Json.strings(volumes));
    }
  }

  /// Whether Secure Boot was on: from the first event of PCR 7, which firmware must measure first,
  /// and only if its digest is the one of its data.
  private Optional<Boolean> secureBoot() {
    List<EventLog.Event> events = of(PCR_SECURE_BOOT);
    if (events.isEmpty()
        || events.getFirst().type() != EV_EFI_VARIABLE_DRIVER_CONFIG
        || !events.getFirst().digestIsOfData(BANK)) {
      return Optional.empty();
    }
    try {
      ByteReader in = ByteReader.littleEndian(events.getFirst().data());
      in.skip("vendor", 16);
      long characters = in.u64("length of the name");
      long size = in.u64("length of the data");
      Bytes name = Bytes.of("SecureBoot".getBytes(StandardCharsets.UTF_16LE));
      if (characters != name.size() / 2 || size != 1) {
        return Optional.empty();
      }
      boolean same = in.bytes("name", name.size()).equals(name);
      int value = in.u8("value");
      in.end();
      return same && value <= 1 ? Optional.of(value == 1) : Optional.empty();
    } catch (FormatException _) {
      return Optional.empty();
    }
  }
}
