package io.vouchsafe.agent;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.linux.Mounts;
import io.vouchsafe.linux.TpmDevice;
import io.vouchsafe.protocol.InitData;
import io.vouchsafe.tpm.TpmTransport;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// Where the guest finds what vouches for it.
///
/// @param disks block devices that may carry the init-data, the likeliest first
/// @param eventLog the firmware's event log
/// @param tpm how to open the TPM
record GuestDevices(List<Path> disks, Path eventLog, Tpm tpm) {

  /// Longest event log that is read.
  private static final int MAX_EVENT_LOG = 1 << 20;

  private static final Path SECURITYFS = Path.of("/sys/kernel/security");

  /// Opens the TPM.
  @FunctionalInterface
  interface Tpm {
    /// @throws IOException if there is none
    TpmTransport open() throws IOException;
  }

  GuestDevices {
    disks = List.copyOf(disks);
  }

  /// The devices of a pod VM.
  static GuestDevices ofThisGuest() {
    return new GuestDevices(
        List.of(Path.of("/dev/vdb"), Path.of("/dev/vda"), Path.of("/dev/vdc")),
        SECURITYFS.resolve("tpm0/binary_bios_measurements"),
        () -> {
          TpmDevice device = TpmDevice.open();
          return device::transmit;
        });
  }

  /// The init-data, unparsed.
  ///
  /// @return empty if no disk carries any
  /// @throws FormatException if a disk carries what cannot be read
  Optional<Bytes> initData() throws IOException, FormatException {
    for (Path disk : disks) {
      if (Files.exists(disk)) {
        try (InputStream in = new FileInputStream(disk.toFile())) {
          Optional<Bytes> found = InitData.fromDisk(in);
          if (found.isPresent()) {
            return found;
          }
        }
      }
    }
    return Optional.empty();
  }

  /// The event log of this boot, empty if there is none.
  Bytes readEventLog() throws IOException {
    if (eventLog.startsWith(SECURITYFS) && !Files.exists(eventLog)) {
      Mounts.mount(
          "securityfs", SECURITYFS, "securityfs", Mounts.NOSUID | Mounts.NODEV | Mounts.NOEXEC, "");
    }
    if (!Files.exists(eventLog)) {
      return Bytes.EMPTY;
    }
    try (InputStream in = new FileInputStream(eventLog.toFile())) {
      byte[] log = in.readNBytes(MAX_EVENT_LOG + 1);
      if (log.length > MAX_EVENT_LOG) {
        throw new IOException("the event log is longer than " + MAX_EVENT_LOG + " bytes");
      }
      return Bytes.of(log);
    }
  }
}
