package io.vouchsafe.measure.sev;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.measure.MeasuredPart;
import io.vouchsafe.measure.Measurement;
import io.vouchsafe.measure.OvmfImage;
import io.vouchsafe.tpm.HashAlg;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The launch of SEV and SEV-ES guests (specs/evidence-x86 §10.2): one SHA-256 over the firmware,
/// the hashes of a kernel, and for SEV-ES the save areas of the processors. The parts of the
/// measurement carry their own SHA-256.
public final class SevLaunchDigest {
  private SevLaunchDigest() {}

  /// Predicts the launch digest of an SEV guest.
  ///
  /// @throws FormatException if there is a kernel and the firmware does not measure one
  public static Measurement sev(OvmfImage firmware, Optional<KernelHashes> kernel)
      throws FormatException {
    return digest(firmware, kernel, List.of());
  }

  /// Predicts the launch digest of an SEV-ES guest.
  ///
  /// @param vcpus 1 to [SnpLaunch#MAX_VCPUS]
  /// @throws FormatException as [#sev], and if there are several processors and the firmware does
  ///   not say where they start
  public static Measurement sevEs(
      OvmfImage firmware,
      Optional<KernelHashes> kernel,
      int vcpus,
      Vmm vmm,
      VcpuSignature signature,
      FpuState fpu)
      throws FormatException {
    SnpLaunch.requireVcpus(vcpus);
    List<Bytes> pages = new ArrayList<>();
    pages.add(page(vmm, Vmsa.RESET_VECTOR, signature, fpu));
    if (vcpus > 1) {
      long start = SnpLaunch.secondaryStart(SnpFirmware.resetAddress(firmware));
      Bytes other = page(vmm, start, signature, fpu);
      for (int i = 1; i < vcpus; i++) {
        pages.add(other);
      }
    }
    return digest(firmware, kernel, pages);
  }

  /// A save area; features are of SEV-SNP only.
  static Bytes page(Vmm vmm, long address, VcpuSignature signature, FpuState fpu) {
    Bytes page = Vmsa.page(vmm, address, signature, 0);
    return switch (fpu) {
      case AFTER_RESET -> page;
      case ZERO -> Vmsa.withoutFpu(page);
    };
  }

  /// The digest of a launch whose save areas are at hand.
  ///
  /// @param saveAreas one page for each processor; none for SEV
  public static Measurement digest(
      OvmfImage firmware, Optional<KernelHashes> kernel, List<Bytes> saveAreas)
      throws FormatException {
    MessageDigest all = HashAlg.SHA256.newDigest();
    List<MeasuredPart> parts = new ArrayList<>();
    add(all, parts, "firmware", firmware.content());
    if (kernel.isPresent()) {
      if (SnpFirmware.hashTable(firmware).isEmpty()) {
        throw FormatException.unexpected(
            "firmware that measures the hashes of a kernel", "firmware without a place for them");
      }
      add(all, parts, "kernel-hashes", kernel.get().table());
    }
    for (int i = 0; i < saveAreas.size(); i++) {
      add(all, parts, "vcpu " + i, saveAreas.get(i));
    }
    return new Measurement(Bytes.of(all.digest()), parts);
  }

  private static void add(MessageDigest all, List<MeasuredPart> parts, String name, Bytes content) {
    content.update(all);
    parts.add(new MeasuredPart(name, HashAlg.SHA256.digest(content)));
  }
}
