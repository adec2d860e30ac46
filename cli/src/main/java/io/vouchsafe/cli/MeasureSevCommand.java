package io.vouchsafe.cli;

import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.measure.Measurement;
import io.vouchsafe.measure.OvmfImage;
import io.vouchsafe.measure.sev.KernelHashes;
import io.vouchsafe.measure.sev.SevLaunchDigest;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(name = "sev", description = "The launch digest of an AMD SEV guest.")
final class MeasureSevCommand implements Callable<Integer> {

  @Spec CommandSpec spec;

  @Option(
      names = "--firmware",
      required = true,
      paramLabel = "FILE",
      description = "The OVMF image.")
  Path firmware = Path.of("");

  @Mixin BootFiles boot = new BootFiles();

  @Mixin LaunchMeasureOptions launchMeasure = new LaunchMeasureOptions();

  @Mixin MeasureOutput output = new MeasureOutput();

  @Override
  public Integer call() throws IOException, FormatException, Failure {
    Artifacts artifacts = new Artifacts();
    OvmfImage image = artifacts.firmware("firmware", firmware);
    Optional<KernelHashes> kernel = boot.hashes(artifacts);
    Measurement launch =
        Artifacts.parsed(firmware.toString(), () -> SevLaunchDigest.sev(image, kernel));
    Prediction prediction = artifacts.predicted("sev", "sev_launch_digest", launch);
    launchMeasure.check(launch.value(), prediction);
    output.show(prediction, spec.commandLine().getOut());
    return 0;
  }
}
