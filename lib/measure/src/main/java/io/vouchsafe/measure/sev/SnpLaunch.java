package io.vouchsafe.measure.sev;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.measure.MeasuredPart;
import io.vouchsafe.measure.Measurement;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;

/// The launch of an SEV-SNP guest (specs/evidence-x86 §10.1): firmware, sections of its metadata,
/// processors, in this order. The parts of the measurement carry the launch digest as it was after
/// each of them.
public final class SnpLaunch {
  /// Most processors of a guest.
  public static final int MAX_VCPUS = 4096;

  /// SEV_FEATURES of a guest that QEMU starts: SEV-SNP is active, nothing else.
  public static final long DEFAULT_FEATURES = 1;

  private final SnpFirmware firmware;
  private final VcpuSignature signature;
  private final int vcpus;
  private final Vmm vmm;
  private final long features;
  private final Optional<KernelHashes> kernel;

  private SnpLaunch(
      SnpFirmware firmware,
      VcpuSignature signature,
      int vcpus,
      Vmm vmm,
      long features,
      Optional<KernelHashes> kernel) {
    this.firmware = Objects.requireNonNull(firmware, "firmware");
    this.signature = Objects.requireNonNull(signature, "signature");
    this.vcpus = vcpus;
    this.vmm = Objects.requireNonNull(vmm, "vmm");
    this.features = features;
    this.kernel = kernel;
  }

  /// One processor, started by QEMU, without a kernel, with [#DEFAULT_FEATURES].
  public static SnpLaunch of(SnpFirmware firmware, VcpuSignature signature) {
    return new SnpLaunch(firmware, signature, 1, Vmm.QEMU, DEFAULT_FEATURES, Optional.empty());
  }

  /// @param vcpus 1 to [#MAX_VCPUS]
  public SnpLaunch withVcpus(int vcpus) {
    requireVcpus(vcpus);
    return new SnpLaunch(firmware, signature, vcpus, vmm, features, kernel);
  }

  static void requireVcpus(int vcpus) {
    if (vcpus < 1 || vcpus > MAX_VCPUS) {
      throw new IllegalArgumentException("1 to %d vCPUs, not %d".formatted(MAX_VCPUS, vcpus));
    }
  }

  public SnpLaunch withVmm(Vmm vmm) {
    return new SnpLaunch(firmware, signature, vcpus, vmm, features, kernel);
  }

  /// @param features SEV_FEATURES: bit 0 SNP active, 2 reflect #VC, 3 restricted injection, 5 debug
  ///   swap (on by default in some kernels). Wrong ones are the commonest mismatch.
  public SnpLaunch withFeatures(long features) {
    return new SnpLaunch(firmware, signature, vcpus, vmm, features, kernel);
  }

  /// The kernel that the host hands to the firmware.
  public SnpLaunch withKernel(KernelHashes kernel) {
    return new SnpLaunch(firmware, signature, vcpus, vmm, features, Optional.of(kernel));
  }

  /// Predicts the launch digest.
  ///
  /// @throws FormatException if there is a kernel and the firmware does not measure one, or there
  ///   are several processors and the firmware does not say where they start
  public Measurement measure() throws FormatException {
    LaunchDigest launch = LaunchDigest.after(firmware.digest());
    List<MeasuredPart> parts = new ArrayList<>();
    parts.add(new MeasuredPart("firmware", launch.value()));
    requireKernelPage();
    List<SevSection> last = new ArrayList<>();
    for (SevSection section : firmware.sections()) {
      if (vmm == Vmm.EC2 && section.type() == SectionType.CPUID) {
        last.add(section);
      } else {
        section(launch, section, parts);
      }
    }
    for (SevSection section : last) {
      section(launch, section, parts);
    }
    processors(launch, parts);
    return new Measurement(launch.value(), parts);
  }

  private void requireKernelPage() throws FormatException {
    boolean measured =
        firmware.hashTable().isPresent()
            && firmware.sections().stream().anyMatch(s -> s.type() == SectionType.KERNEL_HASHES);
    if (kernel.isPresent() && !measured) {
      throw FormatException.unexpected(
          "firmware that measures the hashes of a kernel", "firmware without such a section");
    }
  }

  private void section(LaunchDigest launch, SevSection section, List<MeasuredPart> parts)
      throws FormatException {
    long address = section.address();
    long size = section.size();
    switch (section.type()) {
      case SEC_MEMORY ->
          launch.unread(
              vmm == Vmm.GCE ? LaunchDigest.Unread.UNMEASURED : LaunchDigest.Unread.ZERO,
              address,
              size);
      case SVSM_CALLING_AREA -> launch.unread(LaunchDigest.Unread.ZERO, address, size);
      case SECRETS -> launch.unread(LaunchDigest.Unread.SECRETS, address, size);
      case CPUID -> launch.unread(LaunchDigest.Unread.CPUID, address, size);
      case KERNEL_HASHES -> kernelHashes(launch, section);
    }
    parts.add(part(section, launch));
  }

  private void kernelHashes(LaunchDigest launch, SevSection section) throws FormatException {
    if (kernel.isEmpty()) {
      launch.unread(LaunchDigest.Unread.ZERO, section.address(), section.size());
      return;
    }
    Bytes page = kernel.get().page(firmware.hashTable().orElseThrow());
    if (section.size() != page.size()) {
      throw FormatException.unexpected("one page of kernel hashes", section.size() + " bytes");
    }
    launch.normal(section.address(), page);
  }

  private static MeasuredPart part(SevSection section, LaunchDigest launch) {
    String name = section.type().name().toLowerCase(Locale.ROOT).replace('_', '-');
    return new MeasuredPart(
        "%s at 0x%x, %d bytes".formatted(name, section.address(), section.size()), launch.value());
  }

  private void processors(LaunchDigest launch, List<MeasuredPart> parts) throws FormatException {
    launch.vmsa(Vmsa.page(vmm, Vmsa.RESET_VECTOR, signature, features));
    parts.add(new MeasuredPart("vcpu 0", launch.value()));
    if (vcpus == 1) {
      return;
    }
    Bytes other = Vmsa.page(vmm, secondaryStart(firmware.resetAddress()), signature, features);
    others(launch, other, vcpus, parts);
  }

  static long secondaryStart(Optional<Long> resetAddress) throws FormatException {
    if (resetAddress.isEmpty()) {
      throw FormatException.unexpected(
          "firmware that says where further processors start", "firmware that does not");
    }
    return resetAddress.get();
  }

  private static void others(LaunchDigest launch, Bytes page, int vcpus, List<MeasuredPart> parts) {
    for (int i = 1; i < vcpus; i++) {
      launch.vmsa(page);
      parts.add(new MeasuredPart("vcpu " + i, launch.value()));
    }
  }

  /// Predicts the launch digest of a guest that QEMU starts in an SVSM. No kernel is measured
  /// there.
  ///
  /// @param vcpus 1 to [#MAX_VCPUS]
  /// @param features as in [#withFeatures]
  public static Measurement measureSvsm(
      Svsm svsm, VcpuSignature signature, int vcpus, long features) {
    requireVcpus(vcpus);
    LaunchDigest launch = LaunchDigest.empty();
    List<MeasuredPart> parts = new ArrayList<>();
    launch.normal(svsm.firmware().address(), svsm.firmware().content());
    parts.add(new MeasuredPart("firmware", launch.value()));
    launch.normal(svsm.address(), svsm.module().content());
    parts.add(new MeasuredPart("svsm", launch.value()));
    for (SevSection section : svsm.sections()) {
      LaunchDigest.Unread kind =
          switch (section.type()) {
            case SEC_MEMORY, SVSM_CALLING_AREA, KERNEL_HASHES -> LaunchDigest.Unread.ZERO;
            case SECRETS -> LaunchDigest.Unread.SECRETS;
            case CPUID -> LaunchDigest.Unread.CPUID;
          };
      launch.unread(kind, section.address(), section.size());
      parts.add(part(section, launch));
    }
    Bytes page = Vmsa.svsmPage(svsm.entryPoint(), signature, features);
    launch.vmsa(page);
    parts.add(new MeasuredPart("vcpu 0", launch.value()));
    others(launch, page, vcpus, parts);
    return new Measurement(launch.value(), parts);
  }
}
