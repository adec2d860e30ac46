package io.vouchsafe.cli;

import io.vouchsafe.guest.image.PodVm;
import io.vouchsafe.hypervisor.Firmware;
import io.vouchsafe.hypervisor.Protection;
import io.vouchsafe.hypervisor.Swtpm;
import io.vouchsafe.hypervisor.VirtualMachine;
import io.vouchsafe.hypervisor.VmExit;
import io.vouchsafe.hypervisor.VmFolder;
import io.vouchsafe.hypervisor.VmSpec;
import io.vouchsafe.ttrpc.AgentClient;
import io.vouchsafe.verdict.RefusedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/// A running machine with its TPM and its folder. Closing it leaves nothing behind.
final class Machine implements AutoCloseable {
  /// The channel between host and agent.
  static final String AGENT_PORT = "org.vouchsafe.agent";

  private final VmFolder folder;
  private final Swtpm tpm;
  private final VirtualMachine vm;
  private final AgentClient agent;

  private Machine(VmFolder folder, Swtpm tpm, VirtualMachine vm, AgentClient agent) {
    this.folder = folder;
    this.tpm = tpm;
    this.vm = vm;
    this.agent = agent;
  }

  /// What is started.
  ///
  /// @param name of the machine
  /// @param boot kernel, initrd and command line
  /// @param size processors and memory
  /// @param disks in the order in which the guest sees them
  /// @param forwards ports of the loopback that lead into the guest
  record Plan(
      String name,
      VmSpec.Boot boot,
      VmSpec.Size size,
      List<VmSpec.Disk> disks,
      List<VmSpec.Forward> forwards) {}

  /// Starts a machine with its own new TPM. Returns when the hypervisor answers.
  ///
  /// @param console is given each line of the serial console
  static Machine start(Host host, PodVm image, Plan plan, Consumer<String> console)
      throws IOException, RefusedException {
    VmFolder folder = VmFolder.create(host.machines(), plan.name());
    try {
      Swtpm tpm = Swtpm.start(host.tools(), host.tpmCa(), folder);
      try {
        VmSpec spec = spec(host, image, plan, folder, tpm);
        VirtualMachine vm = VirtualMachine.start(host.tools(), folder, spec, console);
        try {
          return new Machine(folder, tpm, vm, AgentClient.connect(agentSocket(folder)));
        } catch (IOException e) {
          vm.close();
          throw e;
        }
      } catch (IOException | RefusedException e) {
        tpm.close();
        throw e;
      }
    } catch (IOException | RefusedException e) {
      folder.close();
      throw e;
    }
  }

  private static VmSpec spec(Host host, PodVm image, Plan plan, VmFolder folder, Swtpm tpm)
      throws IOException {
    Path variables = Files.copy(image.firmwareVariables(), folder.file("variables.fd"));
    return new VmSpec(
        plan.name(),
        host.accelerator(),
        new Protection.Vtpm(tpm.socket()),
        new Firmware.Flash(image.firmwareCode(), variables),
        plan.boot(),
        plan.size(),
        plan.disks(),
        List.of(new VmSpec.Port(AGENT_PORT, agentSocket(folder))),
        plan.forwards(),
        folder.file("qmp.sock"));
  }

  private static Path agentSocket(VmFolder folder) {
    return folder.file("agent.sock");
  }

  /// The guest's agent, whether it answers yet or not.
  AgentClient agent() {
    return agent;
  }

  /// Completes when the machine has ended, whatever the reason.
  CompletableFuture<VmExit> exit() {
    return vm.exit();
  }

  /// Waits for a guest that is to end by itself; in vain it is a refusal.
  VmExit awaitEnd(Duration limit) throws RefusedException, InterruptedException {
    return vm.awaitEnd(limit);
  }

  /// The refusal if it runs and does not do what is expected of it.
  RefusedException unanswered(String expected) {
    return vm.unanswered(expected);
  }

  @Override
  public void close() throws IOException {
    try (agent) {
      vm.close();
    } finally {
      tpm.close();
      folder.close();
    }
  }
}
