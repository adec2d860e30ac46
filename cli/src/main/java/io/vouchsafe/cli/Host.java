package io.vouchsafe.cli;

import io.vouchsafe.hypervisor.Accelerator;
import io.vouchsafe.hypervisor.HostTools;
import io.vouchsafe.hypervisor.TpmCa;
import io.vouchsafe.hypervisor.VmFolder;
import io.vouchsafe.verdict.RefusedException;
import java.io.IOException;
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

  /// Looks at the machine, and ends what a killed predecessor left running.
  ///
  /// @throws RefusedException if a program is missing
  static Host open(Home home, InstantSource clock, Progress progress)
      throws IOException, RefusedException {
    home.create();
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

  Accelerator accelerator() {
    return virtualisation.accelerator();
  }
}
