package io.vouchsafe.hypervisor;

import io.vouchsafe.hypervisor.HostTools.Tool;
import io.vouchsafe.process.Daemon;
import io.vouchsafe.verdict.Code;
import io.vouchsafe.verdict.RefusedException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/// A running machine. Whoever starts it closes it; if they are killed instead, [VmFolder#sweep]
/// ends it at the next start.
public final class VirtualMachine implements AutoCloseable {
  /// How long QEMU may take until it answers on its control socket.
  private static final Duration START_LIMIT = Duration.ofSeconds(20);

  private static final Duration COMMAND_LIMIT = Duration.ofSeconds(10);
  private static final Duration DRAIN_LIMIT = Duration.ofSeconds(5);
  private static final Duration POLL = Duration.ofMillis(10);

  private final Daemon qemu;
  private final Console console;
  private final Console messages;
  private final Path consoleFile;
  private final Qmp control;
  private final CompletableFuture<VmExit> exit = new CompletableFuture<>();

  private VirtualMachine(
      Daemon qemu, Console console, Console messages, Path consoleFile, Qmp control) {
    this.qemu = qemu;
    this.console = console;
    this.messages = messages;
    this.consoleFile = consoleFile;
    this.control = control;
    Thread.ofVirtual().name("vm-exit").start(this::awaitExit);
  }

  /// Starts a machine and waits until the hypervisor answers, not until the guest does. Sockets of
  /// the spec exist when this returns.
  ///
  /// @param folder its state; the console goes to `console.log` there
  /// @param line is given each line of the serial console, without escape sequences
  /// @throws RefusedException [Code#VM_START_FAILED] with what the hypervisor said
  /// @throws IOException if the folder cannot be written or the program not be started
  public static VirtualMachine start(
      HostTools tools, VmFolder folder, VmSpec spec, Consumer<String> line)
      throws IOException, RefusedException {
    List<String> words = new ArrayList<>(List.of(tools.path(Tool.QEMU).toString()));
    words.addAll(QemuCommandLine.of(spec));
    Path consoleFile = folder.file("console.log");
    Daemon qemu = Daemon.start(words, folder.path(), folder.record("qemu"));
    Console console = Console.follow(qemu.process().getInputStream(), consoleFile, line);
    Console messages =
        Console.follow(qemu.process().getErrorStream(), folder.file("qemu.log"), _ -> {});
    try {
      Qmp control = connect(spec.control(), qemu, messages);
      return new VirtualMachine(qemu, console, messages, consoleFile, control);
    } catch (RefusedException e) {
      qemu.close();
      throw e;
    }
  }

  private static Qmp connect(Path socket, Daemon qemu, Console messages) throws RefusedException {
    long deadline = System.nanoTime() + START_LIMIT.toNanos();
    String last = "no answer on the control socket";
    while (qemu.process().isAlive() && System.nanoTime() - deadline < 0) {
      try {
        return Qmp.connect(socket, COMMAND_LIMIT);
      } catch (IOException e) {
        // Not listening yet, or about to die: the loop's condition tells which.
        last = String.valueOf(e.getMessage());
        LockSupport.parkNanos(POLL.toNanos());
      }
    }
    String found = qemu.process().isAlive() ? last : died(qemu, messages);
    throw new RefusedException(
        HypervisorCheck.START, Code.VM_START_FAILED, "a hypervisor that answers", found);
  }

  private static String died(Daemon qemu, Console messages) {
    try {
      messages.awaitEnd(DRAIN_LIMIT);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
    return "status %d: %s"
        .formatted(qemu.process().exitValue(), String.join(" | ", messages.tail()));
  }

  private void awaitExit() {
    try {
      int status = qemu.process().waitFor();
      control.awaitEnd(DRAIN_LIMIT);
      console.awaitEnd(DRAIN_LIMIT);
      messages.awaitEnd(DRAIN_LIMIT);
      exit.complete(new VmExit(cause(status), status, console.tail(), messages.tail()));
    } catch (InterruptedException e) {
      exit.completeExceptionally(e);
    }
  }

  private VmExit.Cause cause(int status) {
    if (status != 0) {
      return VmExit.Cause.HYPERVISOR_DIED;
    }
    return switch (control.shutdownReason().orElse("")) {
      case "guest-shutdown" -> VmExit.Cause.GUEST_POWERED_OFF;
      case "guest-reset", "guest-panic" -> VmExit.Cause.GUEST_RESET;
      case "host-qmp-quit", "host-signal", "host-qmp-system-reset" -> VmExit.Cause.STOPPED;
      default -> VmExit.Cause.HYPERVISOR_DIED;
    };
  }

  /// Completes when the machine has ended, whatever the reason.
  public CompletableFuture<VmExit> exit() {
    return exit.copy();
  }

  /// The serial console's whole output, at most 16 MiB; grows while the machine runs.
  public Path consoleFile() {
    return consoleFile;
  }

  /// The last lines of the serial console.
  public List<String> consoleTail() {
    return console.tail();
  }

  /// Waits for a guest that is to end by itself.
  ///
  /// @throws RefusedException [Code#VM_TIMEOUT] if it does not
  public VmExit awaitEnd(Duration limit) throws RefusedException, InterruptedException {
    try {
      return exit.get(limit.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException | ExecutionException _) {
      throw unanswered("a guest that ends within " + limit.toSeconds() + " s");
    }
  }

  /// The refusal for a caller who waited in vain for a guest that runs: [Code#VM_TIMEOUT] with what
  /// the machine did meanwhile.
  ///
  /// @param expected what the guest should have done
  public RefusedException unanswered(String expected) {
    String found =
        "%d s of processor used; console: %s"
            .formatted(
                processorTime().toSeconds(),
                console.tail().isEmpty() ? "nothing" : String.join(" | ", console.tail()));
    return new RefusedException(HypervisorCheck.ANSWERING, Code.VM_TIMEOUT, expected, found);
  }

  /// What the hypervisor has used: on a busy machine a better measure than time. Zero if it ended.
  public Duration processorTime() {
    return qemu.process().info().totalCpuDuration().orElse(Duration.ZERO);
  }

  /// Control of the hypervisor.
  public Qmp control() {
    return control;
  }

  /// The hypervisor's process number, for measurements.
  public long pid() {
    return qemu.process().pid();
  }

  /// Takes the power away: the hypervisor ends at once, the guest is not asked. A guest that should
  /// end by itself is told so through its agent.
  ///
  /// @return how it ended
  public VmExit stop() throws InterruptedException {
    try {
      if (qemu.process().isAlive()) {
        control.execute("quit");
      }
    } catch (IOException _) {
      // It may end before it answers. If it does not end at all, force follows.
      qemu.process().destroy();
    }
    if (!qemu.awaitEnd(DRAIN_LIMIT)) {
      qemu.process().destroyForcibly();
    }
    return exit.join();
  }

  /// Ends the machine at once if it runs. Idempotent.
  @Override
  public void close() throws IOException {
    try {
      stop();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    } finally {
      qemu.close();
      control.close();
    }
  }
}
