package io.vouchsafe.guest.image;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.hypervisor.Accelerator;
import io.vouchsafe.hypervisor.Firmware;
import io.vouchsafe.hypervisor.HostTools;
import io.vouchsafe.hypervisor.KvmSelfTest;
import io.vouchsafe.hypervisor.Protection;
import io.vouchsafe.hypervisor.Swtpm;
import io.vouchsafe.hypervisor.TpmCa;
import io.vouchsafe.hypervisor.VirtualMachine;
import io.vouchsafe.hypervisor.VmFolder;
import io.vouchsafe.hypervisor.VmSpec;
import io.vouchsafe.protocol.HashAlgorithm;
import io.vouchsafe.protocol.InitData;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;

/// A real machine of the image, with its TPM, as `vouchsafe run` starts it.
final class TestMachine implements AutoCloseable {
  static final InitData INIT_DATA =
      InitData.of(
          HashAlgorithm.SHA256,
          Map.of(
              "workload.json",
              "{\"image\":\"10.0.2.2:5000/t@sha256:%s\",\"args\":null,\"env\":[],\"secrets\":[],\"cwd\":null,\"interactive\":false}"
                  .formatted("0".repeat(64))));

  private final VmFolder folder;
  private final Swtpm tpm;
  private final Accelerator accelerator;
  private final VirtualMachine vm;
  private final long start = System.nanoTime();

  /// Guarded by this.
  private final List<String> lines = new ArrayList<>();

  private final List<Waiting> waiting = new ArrayList<>();

  private record Waiting(Predicate<String> line, CompletableFuture<Double> seen) {}

  TestMachine(Path home, String name, PodVm image, VmSpec.Boot boot, List<VmSpec.Disk> disks)
      throws Exception {
    HostTools tools = HostTools.find(TestImage.PATH);
    folder = VmFolder.create(home.resolve("vms"), name);
    tpm = Swtpm.start(tools, TpmCa.open(home.resolve("tpm-ca"), tools), folder);
    Path variables = folder.file("vars.fd");
    Files.copy(image.firmwareVariables(), variables);
    accelerator = KvmSelfTest.run(tools.path(HostTools.Tool.QEMU), folder.path()).accelerator();
    VmSpec spec =
        new VmSpec(
            name,
            accelerator,
            new Protection.Vtpm(tpm.socket()),
            new Firmware.Flash(image.firmwareCode(), variables),
            boot,
            VmSpec.Size.DEFAULT,
            disks,
            List.of(new VmSpec.Port("org.vouchsafe.agent", agentSocket())),
            List.of(),
            folder.file("qmp.sock"));
    vm = VirtualMachine.start(tools, folder, spec, this::line);
  }

  /// The image as it is, with init-data.
  static TestMachine of(Path home, String name, PodVm image, Path root) throws Exception {
    Path initData = Files.write(home.resolve(name + ".initdata"), INIT_DATA.toDisk().toByteArray());
    VmSpec.Boot boot = new VmSpec.Boot(image.kernel(), image.initrd(), image.commandLine());
    return new TestMachine(
        home,
        name,
        image,
        boot,
        List.of(VmSpec.Disk.readOnly(root), VmSpec.Disk.readOnly(initData)));
  }

  /// Skips the test where no machine can run.
  static void assumeTools() {
    for (HostTools.Tool tool : HostTools.Tool.values()) {
      assumeTrue(
          HostTools.find(tool, TestImage.PATH).isPresent(), "not installed: " + tool.program());
    }
  }

  Path agentSocket() {
    return folder.file("agent.sock");
  }

  VirtualMachine vm() {
    return vm;
  }

  synchronized List<String> lines() {
    return List.copyOf(lines);
  }

  private synchronized void line(String line) {
    double at = (System.nanoTime() - start) / 1e9;
    System.out.printf(
        Locale.ROOT,
        "[%6.2f W %6.2f C] %s%n",
        at,
        cpuSeconds(),
        line.length() > 160 ? line.substring(0, 160) : line);
    lines.add(line);
    waiting.stream().filter(w -> w.line().test(line)).forEach(w -> w.seen().complete(at));
  }

  /// What the hypervisor used: on a busy machine the better measure.
  private double cpuSeconds() {
    return vm == null ? 0 : vm.processorTime().toMillis() / 1e3;
  }

  /// Waits for a line.
  ///
  /// @param what the line says
  /// @return seconds since the machine was started
  /// @throws TimeoutException if it does not come, with what the machine is doing
  /// @throws AssertionError if the machine ended instead
  double await(String what, Predicate<String> line, Duration limit) throws Exception {
    CompletableFuture<Double> seen = new CompletableFuture<>();
    synchronized (this) {
      if (lines.stream().anyMatch(line)) {
        return (System.nanoTime() - start) / 1e9;
      }
      waiting.add(new Waiting(line, seen));
    }
    try {
      CompletableFuture.anyOf(seen, vm.exit()).get(limit.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException _) {
      throw new TimeoutException(
          "no line '%s' after %d s. %s".formatted(what, limit.toSeconds(), condition()));
    }
    // A machine may end right after the line, and its last lines are read before its end is told.
    if (!seen.isDone()) {
      throw new AssertionError("no line '" + what + "'", vm.exit().get().unexpected());
    }
    return seen.get();
  }

  /// What a machine that says nothing is doing: where its processor is, and what it used.
  private String condition() throws IOException, FormatException {
    Json registers =
        vm.control()
            .execute(
                "human-monitor-command",
                Json.object().put("command-line", "info registers").build());
    return String.format(
        Locale.ROOT,
        "%s, %.1f s of processor; load %s; console: %s; registers: %s",
        accelerator,
        cpuSeconds(),
        Files.readString(Path.of("/proc/loadavg")).strip(),
        String.join(" | ", vm.consoleTail()),
        registers.asString("registers").replaceAll("\\s*\\R", " | "));
  }

  static Bytes bytes(Path file) throws Exception {
    return Bytes.of(Files.readAllBytes(file));
  }

  @Override
  public void close() throws Exception {
    vm.close();
    tpm.close();
    folder.close();
  }
}
