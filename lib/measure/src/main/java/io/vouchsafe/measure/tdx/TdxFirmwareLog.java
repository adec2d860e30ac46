package io.vouchsafe.measure.tdx;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.measure.EfiGuid;
import io.vouchsafe.measure.MeasuredPart;
import io.vouchsafe.measure.Measurement;
import io.vouchsafe.measure.OvmfImage;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/// RTMR0 of a guest that QEMU starts with OVMF (before edk2 202505) and Secure Boot off
/// (specs/evidence-x86 §10.4). The tables that QEMU makes for a guest depend on its version, the
/// devices, processors and memory: their digests are taken from a recorded log.
///
/// @param acpiLoader digest of the table loader's script
/// @param acpiRsdp digest of the root pointer
/// @param acpiTables digest of the tables
/// @param bootOption digest of Boot0000, which holds the path of the firmware's own shell or disk
public record TdxFirmwareLog(Bytes acpiLoader, Bytes acpiRsdp, Bytes acpiTables, Bytes bootOption) {
  public TdxFirmwareLog {
    for (Bytes digest : new Bytes[] {acpiLoader, acpiRsdp, acpiTables, bootOption}) {
      Objects.requireNonNull(digest, "digest");
      if (digest.size() != Rtmr.BANK.size()) {
        throw new IllegalArgumentException("a digest has 48 bytes, not " + digest.size());
      }
    }
  }

  /// Predicts RTMR0.
  ///
  /// @param memory of the guest in bytes
  /// @throws FormatException if the firmware has no TDX metadata with a variable store, or that is
  ///   malformed
  public Measurement predict(OvmfImage firmware, long memory) throws FormatException {
    List<MeasuredPart> events = new ArrayList<>();
    events.add(new MeasuredPart("td-hob", TdHob.digest(TdHob.of(firmware, memory))));
    events.add(new MeasuredPart("variable-store", Rtmr.event(variables(firmware))));
    for (String name : List.of("SecureBoot", "PK", "KEK")) {
      events.add(unset(EfiVariable.GLOBAL, name));
    }
    for (String name : List.of("db", "dbx")) {
      events.add(unset(EfiVariable.IMAGE_SECURITY, name));
    }
    events.add(Rtmr.separator());
    events.add(new MeasuredPart("acpi-loader", acpiLoader));
    events.add(new MeasuredPart("acpi-rsdp", acpiRsdp));
    events.add(new MeasuredPart("acpi-tables", acpiTables));
    // This firmware measures the content of boot variables only: the first option is 0.
    events.add(new MeasuredPart("BootOrder", Rtmr.event(Bytes.zeros(2))));
    events.add(new MeasuredPart("Boot0000", bootOption));
    return Rtmr.of(events);
  }

  private static MeasuredPart unset(EfiGuid vendor, String name) {
    return new MeasuredPart(name, new EfiVariable(vendor, name, Bytes.EMPTY).digest());
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
