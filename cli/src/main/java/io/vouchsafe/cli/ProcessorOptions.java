package io.vouchsafe.cli;

import io.vouchsafe.measure.sev.SnpLaunch;
import io.vouchsafe.measure.sev.VcpuSignature;
import io.vouchsafe.measure.sev.Vmm;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.Option;

/// The options that say what processors a guest starts with.
final class ProcessorOptions {
  private static final Pattern PARTS = Pattern.compile("(\\d{1,3})/(\\d{1,3})/(\\d{1,2})");

  @Option(names = "--vcpus", paramLabel = "N", description = "Virtual processors. Default 1.")
  int vcpus = 1;

  @Option(
      names = "--vcpu-type",
      paramLabel = "T",
      description =
          "QEMU's name of them, such as EPYC-Milan, or FAMILY/MODEL/STEPPING in decimal, such as 25/1/1. Needed for --vmm qemu.")
  Optional<String> type = Optional.empty();

  @Option(
      names = "--vmm",
      paramLabel = "qemu|ec2|gce",
      description = "What starts the guest. Default qemu.")
  Vmm vmm = Vmm.QEMU;

  void check() throws Failure {
    if (vcpus < 1 || vcpus > SnpLaunch.MAX_VCPUS) {
      throw new Failure("--vcpus takes 1 to " + SnpLaunch.MAX_VCPUS);
    }
  }

  /// What the processors report of themselves; clouds do not have it measured.
  VcpuSignature signature() throws Failure {
    if (type.isEmpty()) {
      if (vmm == Vmm.QEMU) {
        throw new Failure(
            "--vcpu-type is needed: QEMU starts processors with their signature, so it is measured");
      }
      return new VcpuSignature(0);
    }
    Matcher parts = PARTS.matcher(type.get());
    return Artifacts.parsed(
        "--vcpu-type",
        () ->
            parts.matches()
                ? VcpuSignature.of(
                    Integer.parseInt(parts.group(1)),
                    Integer.parseInt(parts.group(2)),
                    Integer.parseInt(parts.group(3)))
                : VcpuSignature.ofName(type.get()));
  }
}
