package io.vouchsafe.measure.sev;

import io.vouchsafe.encoding.ByteReader;
import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.measure.EfiGuid;
import io.vouchsafe.measure.OvmfImage;
import java.util.List;
import java.util.Optional;

/// A secure VM service module (Coconut-SVSM, not in IGVM form) that runs below the firmware. It
/// lies in memory below the firmware and its variables, and has its own metadata.
public final class Svsm {
  private static final EfiGuid INFO = EfiGuid.of("a789a612-0597-4c4b-a49f-cbb1fe9d1ddd");

  private final OvmfImage firmware;
  private final OvmfImage module;
  private final long address;
  private final long entryPoint;
  private final List<SevSection> sections;

  private Svsm(
      OvmfImage firmware,
      OvmfImage module,
      long address,
      long entryPoint,
      List<SevSection> sections) {
    this.firmware = firmware;
    this.module = module;
    this.address = address;
    this.entryPoint = entryPoint;
    this.sections = sections;
  }

  /// Puts a module below a firmware.
  ///
  /// @param variablesSize bytes of the variable store between them (the file OVMF_VARS.fd)
  /// @throws FormatException if one of them is not made of whole pages, the module lacks its
  ///   metadata, or there is no room for it
  public static Svsm of(OvmfImage firmware, OvmfImage module, long variablesSize)
      throws FormatException {
    SnpFirmware.requirePages(firmware);
    SnpFirmware.requirePages(module);
    if (variablesSize < 0
        || variablesSize > OvmfImage.MAX_SIZE
        || variablesSize % OvmfImage.PAGE != 0) {
      throw FormatException.unexpected(
          "a variable store of whole pages, at most " + OvmfImage.MAX_SIZE + " bytes",
          variablesSize + " bytes");
    }
    Optional<Bytes> info = module.entry(INFO);
    List<SevSection> sections = SevSection.of(module);
    if (info.isEmpty() || sections.isEmpty()) {
      throw FormatException.unexpected("an SVSM with its entry point and SEV metadata", "neither");
    }
    ByteReader in = ByteReader.littleEndian(info.get());
    long offset = in.u32("entry point");
    in.end();
    long address = firmware.address() - variablesSize - module.content().size();
    return new Svsm(firmware, module, address, address + offset, sections);
  }

  /// Where the module starts.
  public long address() {
    return address;
  }

  /// Where every processor starts.
  public long entryPoint() {
    return entryPoint;
  }

  OvmfImage firmware() {
    return firmware;
  }

  OvmfImage module() {
    return module;
  }

  List<SevSection> sections() {
    return sections;
  }
}
