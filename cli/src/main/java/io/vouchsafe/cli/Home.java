package io.vouchsafe.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;

/// The one folder that holds all state of an installation: `$VOUCHSAFE_HOME`, by default
/// `~/.vouchsafe`. Readable by its owner only.
record Home(Path folder) {

  /// The property that names the folder before the environment does: tests run commands in process.
  static final String PROPERTY = "vouchsafe.home";

  /// The home of this process.
  static Home here() {
    String property = System.getProperty(PROPERTY, "");
    return of(property.isEmpty() ? System.getenv() : Map.of("VOUCHSAFE_HOME", property));
  }

  static Home of(Map<String, String> environment) {
    String named = environment.getOrDefault("VOUCHSAFE_HOME", "");
    return new Home(
        named.isEmpty()
            ? Path.of(System.getProperty("user.home"), ".vouchsafe")
            : Path.of(named).toAbsolutePath());
  }

  /// The trust server's store, keys and certificates.
  Path trust() {
    return folder.resolve("trust");
  }

  /// What the vendors publish about their platforms.
  Path collateral() {
    return trust().resolve("collateral");
  }

  /// The CA that certifies the endorsement keys of our virtual TPMs.
  Path tpmCa() {
    return folder.resolve("tpm-ca");
  }

  /// Built pod VM images, by digest of their inputs.
  Path podVms() {
    return folder.resolve("podvm");
  }

  /// State of running VMs.
  Path vms() {
    return folder.resolve("vms");
  }

  /// Registers recorded by one boot per firmware, vCPU count and RAM size.
  Path recorded() {
    return folder.resolve("recorded");
  }

  /// Keys that sign images.
  Path keys() {
    return folder.resolve("keys");
  }

  /// Encrypted images on their way to a guest.
  Path images() {
    return folder.resolve("images");
  }

  /// Makes the folder, mode 0700, if it is not there.
  void create() throws IOException {
    make(folder);
  }

  /// Makes one of the folders, mode 0700, if it is not there.
  static Path make(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      Files.createDirectories(
          folder,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    }
    return folder;
  }
}
