package io.vouchsafe.cli;

import io.vouchsafe.hypervisor.Accelerator;
import io.vouchsafe.hypervisor.HostTools;
import io.vouchsafe.hypervisor.KvmSelfTest;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// Whether machines run on KVM here, found out by running a small one.
///
/// @param accelerator what to use
/// @param reason why, in one sentence
record Virtualisation(Accelerator accelerator, String reason) {

  /// Runs the self-test, two seconds at most.
  static Virtualisation probe(Path folder) throws IOException {
    Optional<Path> qemu = HostTools.find(HostTools.Tool.QEMU, programFolders());
    if (qemu.isEmpty()) {
      return new Virtualisation(Accelerator.TCG, "QEMU is not installed, so KVM was not tried.");
    }
    KvmSelfTest.Result result = KvmSelfTest.run(qemu.get(), folder);
    return new Virtualisation(result.accelerator(), result.reason());
  }

  /// Where programs are looked for: `PATH`, then the system folders that an ordinary user's `PATH`
  /// lacks on Debian.
  static List<Path> programFolders() {
    String path = System.getenv().getOrDefault("PATH", "");
    return Arrays.stream((path + ":/usr/sbin:/sbin:/usr/bin:/bin").split(File.pathSeparator, -1))
        .filter(folder -> !folder.isEmpty())
        .map(Path::of)
        .distinct()
        .toList();
  }
}
