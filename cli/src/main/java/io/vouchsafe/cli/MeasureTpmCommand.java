package io.vouchsafe.cli;

import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.measure.DirectBoot;
import io.vouchsafe.measure.Launcher;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
    name = "tpm",
    description =
        "PCR 4 and 9 of a guest with a virtual TPM whose kernel the launcher hands to the firmware.")
final class MeasureTpmCommand implements Callable<Integer> {

  @Spec CommandSpec spec;

  @Mixin BootFiles boot = new BootFiles();

  @Option(
      names = "--memory",
      required = true,
      paramLabel = "M",
      description = "Memory of the guest: 512, 512M, 2G.")
  String memory = "";

  @Option(
      names = "--launcher",
      paramLabel = "qemu|unchanged",
      description = "Whether the launcher fills in the kernel's header. Default qemu.")
  String launcher = "qemu";

  @Mixin MeasureOutput output = new MeasureOutput();

  @Override
  public Integer call() throws IOException, FormatException, Failure {
    Artifacts artifacts = new Artifacts();
    Launcher header = MeasureTdxCommand.launcher(launcher);
    long bytes = MemorySize.bytes(memory);
    BootFiles.Content files =
        boot.read(artifacts).orElseThrow(() -> new Failure("--kernel FILE is needed"));
    if (files.initrd().isEmpty()) {
      throw new Failure("--initrd is needed: it is measured");
    }
    DirectBoot.Prediction found =
        Artifacts.parsed(
            "--kernel",
            () ->
                DirectBoot.predict(
                    files.kernel(), files.initrd(), files.commandLine(), bytes, header));
    Prediction prediction =
        artifacts
            .predicted("tpm")
            .add("tpm_kernel", found.kernelEvent())
            .add("tpm_command_line", found.commandLineEvent())
            .add("tpm_initrd", found.initrdEvent())
            .add("tpm_pcr04", found.pcr4())
            .add("tpm_pcr09", found.pcr9());
    output.show(prediction, spec.commandLine().getOut());
    return 0;
  }
}
