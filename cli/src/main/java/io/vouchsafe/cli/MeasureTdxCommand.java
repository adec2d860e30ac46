package io.vouchsafe.cli;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.measure.DirectBoot;
import io.vouchsafe.measure.Launcher;
import io.vouchsafe.measure.Measurement;
import io.vouchsafe.measure.OvmfImage;
import io.vouchsafe.measure.tdx.Mrtd;
import io.vouchsafe.measure.tdx.TdxBoot;
import io.vouchsafe.measure.tdx.TdxRecordedLog;
import io.vouchsafe.tpm.EventLog;
import io.vouchsafe.tpm.HashAlg;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
    name = "tdx",
    description = {
      "MRTD of an Intel TDX guest; with --kernel RTMR1 and RTMR2; with --event-log RTMR0 too.",
      "RTMR0 depends on the tables that the host makes for processors, memory and devices: the log has them."
    })
final class MeasureTdxCommand implements Callable<Integer> {

  @Spec CommandSpec spec;

  @Option(
      names = "--firmware",
      required = true,
      paramLabel = "FILE",
      description = "The OVMF image with TDX metadata.")
  Path firmware = Path.of("");

  @Option(
      names = "--order",
      paramLabel = "single-pass|two-passes",
      description = "How the hypervisor measures pages. Default single-pass (QEMU 9 and later).")
  String order = "single-pass";

  @Option(
      names = "--memory",
      paramLabel = "M",
      description = "Memory of the guest: 512, 512M, 2G. Needed with --kernel and --event-log.")
  Optional<String> memory = Optional.empty();

  @Mixin BootFiles boot = new BootFiles();

  @Option(
      names = "--event-log",
      paramLabel = "FILE",
      description = "The log (CCEL) of another boot on such a host; predicted events replace its.")
  Optional<Path> eventLog = Optional.empty();

  @Option(
      names = "--launcher",
      paramLabel = "qemu|unchanged",
      description = "Whether the launcher fills in the kernel's header. Default qemu.")
  String launcher = "qemu";

  @Mixin MeasureOutput output = new MeasureOutput();

  @Override
  public Integer call() throws IOException, FormatException, Failure {
    Artifacts artifacts = new Artifacts();
    OvmfImage image = artifacts.firmware("firmware", firmware);
    Mrtd.Order pages = order();
    Launcher header = launcher(launcher);
    Measurement mrtd = Artifacts.parsed(firmware.toString(), () -> Mrtd.predict(image, pages));
    Optional<BootFiles.Content> kernel = boot.read(artifacts);
    Optional<EventLog> log = log(artifacts);
    Prediction prediction = artifacts.predicted("tdx", "tdx_mr_td", mrtd);
    if (kernel.isPresent() || log.isPresent()) {
      long bytes = MemorySize.bytes(memory.orElseThrow(() -> new Failure("--memory is needed")));
      registers(image, kernel, log, bytes, header, prediction);
    }
    output.show(prediction, spec.commandLine().getOut());
    return 0;
  }

  private Mrtd.Order order() throws Failure {
    return switch (order) {
      case "single-pass" -> Mrtd.Order.SINGLE_PASS;
      case "two-passes" -> Mrtd.Order.TWO_PASSES;
      default -> throw new Failure("--order takes single-pass or two-passes, not " + order);
    };
  }

  static Launcher launcher(String name) throws Failure {
    return switch (name) {
      case "qemu" -> Launcher.QEMU_Q35;
      case "unchanged" -> Launcher.UNCHANGED;
      default -> throw new Failure("--launcher takes qemu or unchanged, not " + name);
    };
  }

  private Optional<EventLog> log(Artifacts artifacts) throws IOException, Failure {
    if (eventLog.isEmpty()) {
      return Optional.empty();
    }
    Bytes content = artifacts.read("event-log", eventLog.get());
    return Optional.of(Artifacts.parsed(eventLog.get().toString(), () -> EventLog.parse(content)));
  }

  private static void registers(
      OvmfImage image,
      Optional<BootFiles.Content> boot,
      Optional<EventLog> log,
      long memory,
      Launcher launcher,
      Prediction prediction)
      throws Failure {
    if (boot.isPresent() && boot.get().initrd().isEmpty()) {
      throw new Failure("--initrd is needed with --kernel: it is measured");
    }
    if (log.isEmpty()) {
      BootFiles.Content files = boot.orElseThrow();
      TdxBoot registers =
          Artifacts.parsed(
              "--kernel",
              () ->
                  TdxBoot.predict(
                      files.kernel(), files.initrd(), files.commandLine(), memory, launcher));
      prediction.add("tdx_rtmr_1", registers.rtmr1()).add("tdx_rtmr_2", registers.rtmr2());
      return;
    }
    List<Measurement> registers =
        Artifacts.parsed(
            "--event-log",
            () -> {
              TdxRecordedLog recorded = TdxRecordedLog.of(log.get()).withFirmware(image, memory);
              return (boot.isEmpty() ? recorded : with(recorded, boot.get(), memory, launcher))
                  .registers();
            });
    int known = boot.isEmpty() ? 1 : registers.size();
    for (int i = 0; i < known; i++) {
      prediction.add("tdx_rtmr_" + i, registers.get(i));
    }
  }

  private static TdxRecordedLog with(
      TdxRecordedLog log, BootFiles.Content files, long memory, Launcher launcher)
      throws FormatException {
    return log.withBoot(
        DirectBoot.kernelEvent(
            files.kernel(), files.initrd().size(), memory, launcher, HashAlg.SHA384),
        DirectBoot.commandLineEvent(files.commandLine(), HashAlg.SHA384),
        HashAlg.SHA384.digest(files.initrd()));
  }
}
