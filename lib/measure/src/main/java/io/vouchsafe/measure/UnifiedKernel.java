package io.vouchsafe.measure;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.tpm.HashAlg;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Measurements of a unified kernel image that systemd-stub starts (specs/evidence-other §2.9 b).
public final class UnifiedKernel {
  /// Which sections a generation of the stub measures into PCR 11, in its order.
  public enum Stub {
    /// systemd 252, as Debian 12 has it.
    SYSTEMD_252(List.of(".linux", ".osrel", ".cmdline", ".initrd")),

    /// Every section of the canonical order (systemd 253 and later).
    CANONICAL(
        List.of(
            ".linux",
            ".osrel",
            ".cmdline",
            ".initrd",
            ".ucode",
            ".splash",
            ".dtb",
            ".uname",
            ".sbat",
            ".pcrpkey"));

    private final List<String> sections;

    Stub(List<String> sections) {
      this.sections = sections;
    }
  }

  /// Boot phases that systemd extends after the stub, in order.
  public static final List<String> PHASES =
      List.of("enter-initrd", "leave-initrd", "sysinit", "ready");

  private final PeImage image;

  private UnifiedKernel(PeImage image) {
    this.image = image;
  }

  /// Reads the headers of a unified kernel image.
  ///
  /// @throws FormatException if it is no PE image or has no `.linux` section
  public static UnifiedKernel parse(Bytes image) throws FormatException {
    PeImage pe = PeImage.parse(image);
    if (pe.section(".linux").isEmpty()) {
      throw FormatException.unexpected("a PE image with one section .linux", "none or several");
    }
    return new UnifiedKernel(pe);
  }

  /// The Authenticode digest of the image: what the firmware measures into PCR 4.
  public Bytes imageEvent(HashAlg alg) throws FormatException {
    return image.authenticode(alg);
  }

  /// The Authenticode digest of the kernel inside: what stubs before 258 let the firmware measure
  /// into PCR 4 when Secure Boot is off.
  public Bytes kernelEvent(HashAlg alg) throws FormatException {
    return PeImage.parse(image.content(image.section(".linux").orElseThrow())).authenticode(alg);
  }

  /// The events of PCR 11: for each section its name with a terminating zero, then its content.
  public List<Bytes> sectionEvents(HashAlg alg, Stub stub) throws FormatException {
    List<Bytes> events = new ArrayList<>();
    for (String name : stub.sections) {
      Optional<PeImage.Section> section = image.section(name);
      if (section.isPresent()) {
        events.add(alg.digest(Bytes.of((name + "\0").getBytes(StandardCharsets.US_ASCII))));
        events.add(alg.digest(image.content(section.get())));
      }
    }
    return List.copyOf(events);
  }

  /// PCR 11 as the stub leaves it.
  public Bytes pcr11(HashAlg alg, Stub stub) throws FormatException {
    Bytes value = Bytes.zeros(alg.size());
    for (Bytes event : sectionEvents(alg, stub)) {
      value = alg.extend(value, event);
    }
    return value;
  }

  /// PCR 11 after one more boot phase.
  public static Bytes afterPhase(HashAlg alg, Bytes pcr11, String phase) {
    return alg.extend(pcr11, alg.digest(Bytes.utf8(phase)));
  }
}
