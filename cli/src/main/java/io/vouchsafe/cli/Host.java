package io.vouchsafe.cli;

import io.vouchsafe.hypervisor.Accelerator;
import io.vouchsafe.hypervisor.HostTools;
import io.vouchsafe.hypervisor.TpmCa;
import io.vouchsafe.hypervisor.VmFolder;
import io.vouchsafe.hypervisor.VmSpec;
import io.vouchsafe.verdict.RefusedException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;

/// What this machine can start virtual machines with.
///
/// @param tools the programs
/// @param virtualisation who executes guests, and why
/// @param tpmCa certifies the endorsement keys of our virtual TPMs
/// @param machines where the state of running machines lies
record Host(HostTools tools, Virtualisation virtualisation, TpmCa tpmCa, Path machines) {
  /// Of `/recording-4194304-255-4194304/agent.sock`, the longest.
  private static final int SOCKET_IN_MACHINES = 41;

  /// Looks at the machine, and ends what a killed predecessor left running.
  ///
  /// @throws RefusedException if a program is missing
  static Host open(Home home, InstantSource clock, Progress progress)
      throws IOException, RefusedException, Failure {
    home.create();
    requireShort(home.vms());
    HostTools tools = HostTools.find(Virtualisation.programFolders());
    Path machines = Home.make(home.vms());
    for (Path folder : List.of(machines, Home.make(home.images()))) {
      for (String swept : VmFolder.sweep(folder, clock)) {
        progress.done("left behind by an earlier command: " + swept);
      }
    }
    TpmCa ca = TpmCa.open(home.tpmCa(), tools);
    return new Host(tools, Virtualisation.probe(machines), ca, machines);
  }

  /// Machines are spoken with over sockets in their folders, and names of sockets are short.
  private static void requireShort(Path machines) throws Failure {
    int longest = machines.toString().getBytes(StandardCharsets.UTF_8).length + SOCKET_IN_MACHINES;
    if (longest > VmSpec.MAX_SOCKET_PATH) {
      throw new Failure(
          "the path of %s is too long by %d bytes for the sockets in it: set VOUCHSAFE_HOME to a shorter one"
              .formatted(machines, longest - VmSpec.MAX_SOCKET_PATH));
    }
  }

  Accelerator accelerator() {
    return virtualisation.accelerator();
  }
}
