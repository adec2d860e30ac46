package io.vouchsafe.hypervisor;

import io.vouchsafe.verdict.Code;
import io.vouchsafe.verdict.RefusedException;
import java.util.List;

/// How a machine ended.
///
/// @param cause who or what ended it
/// @param status exit status of the hypervisor
/// @param console last lines of the serial console, without escape sequences
/// @param messages last lines that the hypervisor printed
public record VmExit(Cause cause, int status, List<String> console, List<String> messages) {

  /// Who ended a machine.
  public enum Cause {
    /// The guest powered itself off.
    GUEST_POWERED_OFF,
    /// The guest panicked or rebooted, which ends it here.
    GUEST_RESET,
    /// We told the hypervisor to stop.
    STOPPED,
    /// The hypervisor ended by itself, or was killed.
    HYPERVISOR_DIED
  }

  public VmExit {
    console = List.copyOf(console);
    messages = List.copyOf(messages);
  }

  /// The refusal for a caller who still needed the machine: [Code#VM_DIED] with the last lines.
  public RefusedException unexpected() {
    return new RefusedException(
        HypervisorCheck.RUNNING, Code.VM_DIED, "a running machine", description());
  }

  /// One line: the cause and the last lines of the console and of the hypervisor.
  public String description() {
    String what =
        switch (cause) {
          case GUEST_POWERED_OFF -> "the guest powered off";
          case GUEST_RESET -> "the guest panicked or rebooted";
          case STOPPED -> "stopped from outside";
          case HYPERVISOR_DIED -> "the hypervisor ended with status " + status;
        };
    return what + lines("; hypervisor: ", messages) + lines("; console: ", console);
  }

  private static final int SHOWN = 12;
  private static final String PANIC = "Kernel panic";

  /// The last lines; of a panic its first, which says why.
  private static String lines(String label, List<String> lines) {
    for (int i = 0; i < lines.size(); i++) {
      if (lines.get(i).contains(PANIC)) {
        return label + lines.get(i);
      }
    }
    return lines.isEmpty()
        ? ""
        : label
            + String.join(" | ", lines.subList(Math.max(0, lines.size() - SHOWN), lines.size()));
  }
}
