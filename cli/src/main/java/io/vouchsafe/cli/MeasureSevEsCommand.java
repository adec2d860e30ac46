package io.vouchsafe.cli;

import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.measure.Measurement;
import io.vouchsafe.measure.OvmfImage;
import io.vouchsafe.measure.sev.FpuState;
import io.vouchsafe.measure.sev.KernelHashes;
import io.vouchsafe.measure.sev.SevLaunchDigest;
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

@Command(name = "sev-es", description = "The launch digest of an AMD SEV-ES guest.")
final class MeasureSevEsCommand implements Callable<Integer> {

  @Spec CommandSpec spec;

  @Option(
      names = "--firmware",
      required = true,
      paramLabel = "FILE",
      description = "The OVMF image.")
  Path firmware = Path.of("");

  @Mixin BootFiles boot = new BootFiles();

  @Mixin ProcessorOptions processors = new ProcessorOptions();

  @Option(
      names = "--zero-fpu",
      description = "The hypervisor leaves SSE and x87 state zero, as older ones do.")
  boolean zeroFpu;

  @Mixin LaunchMeasureOptions launchMeasure = new LaunchMeasureOptions();

  @Mixin MeasureOutput output = new MeasureOutput();

  @Override
  public Integer call() throws IOException, FormatException, Failure {
    Artifacts artifacts = new Artifacts();
    processors.check();
    OvmfImage image = artifacts.firmware("firmware", firmware);
    Optional<KernelHashes> kernel = boot.hashes(artifacts);
    VcpuSignature signature = processors.signature();
    FpuState fpu = zeroFpu ? FpuState.ZERO : FpuState.AFTER_RESET;
    Measurement launch =
        Artifacts.parsed(
            firmware.toString(),
            () ->
                SevLaunchDigest.sevEs(
                    image, kernel, processors.vcpus, processors.vmm, signature, fpu));
    Prediction prediction = artifacts.predicted("sev-es", "sev_es_launch_digest", launch);
    launchMeasure.check(launch.value(), prediction);
    output.show(prediction, spec.commandLine().getOut());
    return 0;
  }
}
