package io.vouchsafe.cli;

import io.vouchsafe.appraisal.Provenance;
import io.vouchsafe.appraisal.statement.ReferenceSet;
import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.guest.image.ImageTools;
import io.vouchsafe.guest.image.KernelPackage;
import io.vouchsafe.guest.image.PodVm;
import io.vouchsafe.guest.image.PodVmBuilder;
import io.vouchsafe.guest.image.PodVmInputs;
import io.vouchsafe.guest.image.RecordingBoot;
import io.vouchsafe.hypervisor.VmExit;
import io.vouchsafe.hypervisor.VmSpec;
import io.vouchsafe.measure.DirectBoot;
import io.vouchsafe.measure.Launcher;
import io.vouchsafe.tpm.HashAlg;
import io.vouchsafe.verdict.RefusedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// Pod VM images of this home and what to expect of their boots.
final class PodVms {
  /// A recording boot runs firmware, kernel and a shell script; emulated and contended it takes
  /// less than a minute.
  private static final Duration RECORDING_LIMIT = Duration.ofMinutes(3);

  private final Home home;
  private final Host host;
  private final Progress progress;

  PodVms(Home home, Host host, Progress progress) {
    this.home = home;
    this.host = host;
    this.progress = progress;
  }

  /// The image of this build of the agent, built if it is not there.
  PodVm image() throws IOException, RefusedException {
    Path cache = Home.make(home.podVms());
    KernelPackage kernel = KernelPackage.fetch(cache, progress::step);
    PodVmInputs inputs =
        PodVmInputs.ofAgent(
            ImageTools.find(Virtualisation.programFolders()),
            kernel,
            Path.of(System.getProperty("java.home")),
            Path.of(System.getProperty("vouchsafe.root", "."), "guest/agent/target/guest"));
    return new PodVmBuilder(cache, progress::step).build(inputs);
  }

  /// What a boot of `image` at that size will report: PCR 4 and 9 and their events predicted, PCR 0
  /// to 3 and 5 to 7 recorded, by a boot if this size was never recorded before.
  PodVmStatement expected(PodVm image, VmSpec.Size size)
      throws IOException, RefusedException, InterruptedException {
    Bytes kernel = Bytes.of(Files.readAllBytes(image.kernel()));
    Bytes initrd = Bytes.of(Files.readAllBytes(image.initrd()));
    List<PodVmStatement.Expected> values = new ArrayList<>();
    try {
      DirectBoot.Prediction prediction =
          DirectBoot.predict(
              kernel, initrd, image.commandLine(), size.memoryBytes(), Launcher.QEMU_Q35);
      values.add(predicted("tpm_kernel", prediction.kernelEvent()));
      values.add(predicted("tpm_command_line", prediction.commandLineEvent()));
      values.add(predicted("tpm_initrd", prediction.initrdEvent()));
      values.add(predicted("tpm_pcr04", prediction.pcr4()));
      values.add(predicted("tpm_pcr09", prediction.pcr9()));
    } catch (FormatException e) {
      throw new IOException("the pod VM's kernel cannot be measured: " + e.getMessage(), e);
    }
    RecordingBoot recording = recording(image, size);
    for (int register : RecordingBoot.RECORDED) {
      Bytes value = recording.pcrs().get(register);
      if (value != null) {
        values.add(
            new PodVmStatement.Expected(
                String.format(Locale.ROOT, "tpm_pcr%02d", register), value, Provenance.RECORDED));
      }
    }
    return new PodVmStatement(
        String.valueOf(image.folder().getFileName()),
        size,
        image.packages(),
        inputs(image, kernel, initrd),
        values);
  }

  private static PodVmStatement.Expected predicted(String name, Bytes value) {
    return new PodVmStatement.Expected(name, value, Provenance.PREDICTED);
  }

  /// Of what was predicted from, the digests of what was read; of what a boot recorded, those under
  /// which its recording is kept.
  private static List<ReferenceSet.Input> inputs(PodVm image, Bytes kernel, Bytes initrd) {
    String commandLine = image.commandLine();
    return List.of(
        input("kernel", image.kernel(), HashAlg.SHA256.digest(kernel)),
        input("initrd", image.initrd(), HashAlg.SHA256.digest(initrd)),
        new ReferenceSet.Input(
            "command-line", commandLine, HashAlg.SHA256.digest(Bytes.utf8(commandLine))),
        input("firmware", image.firmwareCode(), image.digest(image.firmwareCode())),
        input(
            "firmware-variables",
            image.firmwareVariables(),
            image.digest(image.firmwareVariables())),
        input("recording-initrd", image.recordingInitrd(), image.digest(image.recordingInitrd())));
  }

  private static ReferenceSet.Input input(String role, Path file, Bytes sha256) {
    return new ReferenceSet.Input(role, String.valueOf(file.getFileName()), sha256);
  }

  private RecordingBoot recording(PodVm image, VmSpec.Size size)
      throws IOException, RefusedException, InterruptedException {
    Path file =
        Home.make(home.recorded())
            .resolve(
                "%s-%d-%d.txt"
                    .formatted(
                        image.digest(image.firmwareCode()).hex().substring(0, 24),
                        size.vcpus(),
                        size.memoryMib()));
    if (Files.exists(file)) {
      return RecordingBoot.require(Files.readAllLines(file));
    }
    progress.step(
        "recording the firmware's registers for %d vCPU and %d MiB by one boot"
            .formatted(size.vcpus(), size.memoryMib()));
    RecordingBoot recording =
        RecordingBoot.require(SilentGuest.startedAgain(progress::step, () -> record(image, size)));
    Path unfinished = Files.createTempFile(file.getParent(), ".recording", "");
    Files.write(unfinished, recording.encode());
    Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE);
    return recording;
  }

  private List<String> record(PodVm image, VmSpec.Size size)
      throws IOException, RefusedException, InterruptedException {
    List<String> console = new ArrayList<>();
    Machine.Plan plan =
        new Machine.Plan(
            "recording-"
                + ProcessHandle.current().pid()
                + "-"
                + size.vcpus()
                + "-"
                + size.memoryMib(),
            new VmSpec.Boot(image.kernel(), image.recordingInitrd(), PodVm.COMMAND_LINE),
            size,
            List.of(),
            List.of());
    try (Machine machine =
        Machine.start(
            host,
            image,
            plan,
            line -> {
              synchronized (console) {
                console.add(line);
              }
            })) {
      VmExit exit = machine.awaitEnd(RECORDING_LIMIT);
      if (exit.cause() != VmExit.Cause.GUEST_POWERED_OFF) {
        throw exit.unexpected();
      }
    }
    synchronized (console) {
      return List.copyOf(console);
    }
  }
}
