package io.vouchsafe.cli;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.measure.Measurement;
import io.vouchsafe.measure.OvmfImage;
import io.vouchsafe.measure.sev.KernelHashes;
import io.vouchsafe.measure.sev.SnpFirmware;
import io.vouchsafe.measure.sev.SnpLaunch;
import io.vouchsafe.measure.sev.Svsm;
import io.vouchsafe.measure.sev.VcpuSignature;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
    name = "snp",
    description = "The launch digest of an AMD SEV-SNP guest (MEASUREMENT of its reports).")
final class MeasureSnpCommand implements Callable<Integer> {

  @Spec CommandSpec spec;

  @Option(
      names = "--firmware",
      required = true,
      paramLabel = "FILE",
      description = "The OVMF image.")
  Path firmware = Path.of("");

  @Option(
      names = "--firmware-digest",
      paramLabel = "HEX",
      description =
          "The launch digest after the firmware's pages, where FILE is only the end of the image.")
  Optional<String> firmwareDigest = Optional.empty();

  @Mixin BootFiles boot = new BootFiles();

  @Mixin ProcessorOptions processors = new ProcessorOptions();

  @Option(
      names = "--guest-features",
      paramLabel = "X",
      description =
          "SEV_FEATURES: 0x1 SNP active (default), 0x20 debug swap, which some kernels add.")
  String features = "0x1";

  @Option(
      names = "--svsm",
      paramLabel = "FILE",
      description = "A Coconut-SVSM that the guest starts in (not IGVM).")
  Optional<Path> svsm = Optional.empty();

  @Option(
      names = "--svsm-variables-size",
      paramLabel = "BYTES",
      description = "With --svsm: size of the variable store between it and the firmware.")
  long variablesSize;

  @Mixin MinimumTcbOptions minimumTcb = new MinimumTcbOptions();

  @Mixin IdBlockOptions idBlock = new IdBlockOptions();

  @Mixin MeasureOutput output = new MeasureOutput();

  @Override
  public Integer call() throws IOException, FormatException, Failure {
    Artifacts artifacts = new Artifacts();
    processors.check();
    OvmfImage image = artifacts.firmware("firmware", firmware);
    Measurement launch = svsm.isPresent() ? inSvsm(image, artifacts) : plain(image, artifacts);
    Optional<MinimumTcbOptions.Minimum> minimum = minimumTcb.read(artifacts);
    Prediction prediction = artifacts.predicted("snp", "snp_launch_digest", launch);
    minimum.ifPresent(value -> value.into(prediction));
    idBlock.write(launch.value(), prediction);
    output.show(prediction, spec.commandLine().getOut());
    return 0;
  }

  private Measurement plain(OvmfImage image, Artifacts artifacts) throws IOException, Failure {
    Optional<KernelHashes> kernel = boot.hashes(artifacts);
    VcpuSignature signature = processors.signature();
    long bits = features();
    return Artifacts.parsed(
        firmware.toString(),
        () -> {
          SnpFirmware known = SnpFirmware.of(image);
          if (firmwareDigest.isPresent()) {
            known = known.withDigest(Bytes.fromHex(firmwareDigest.get()));
          }
          SnpLaunch launch =
              SnpLaunch.of(known, signature)
                  .withVcpus(processors.vcpus)
                  .withVmm(processors.vmm)
                  .withFeatures(bits);
          return (kernel.isEmpty() ? launch : launch.withKernel(kernel.get())).measure();
        });
  }

  private Measurement inSvsm(OvmfImage image, Artifacts artifacts) throws IOException, Failure {
    if (boot.kernel.isPresent() || firmwareDigest.isPresent()) {
      throw new Failure("with --svsm no kernel is measured, and the whole firmware is needed");
    }
    OvmfImage module = artifacts.firmware("svsm", svsm.orElseThrow());
    VcpuSignature signature = processors.signature();
    long bits = features();
    return Artifacts.parsed(
        "--svsm",
        () ->
            SnpLaunch.measureSvsm(
                Svsm.of(image, module, variablesSize), signature, processors.vcpus, bits));
  }

  private long features() throws Failure {
    try {
      return Long.decode(features);
    } catch (NumberFormatException _) {
      throw new Failure("--guest-features takes a number such as 0x21, not " + features);
    }
  }
}
