package io.vouchsafe.hypervisor;

import io.vouchsafe.hypervisor.HostTools.Tool;
import io.vouchsafe.process.Command;
import io.vouchsafe.process.Daemon;
import io.vouchsafe.verdict.Code;
import io.vouchsafe.verdict.RefusedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/// The virtual TPM of one machine: made for it, with its own endorsement key and a certificate by
/// [TpmCa], and gone with it. Never copied: two machines with one state would share an identity.
public final class Swtpm implements AutoCloseable {
  private static final Duration SOCKET_LIMIT = Duration.ofSeconds(5);
  private static final Duration POLL = Duration.ofMillis(5);

  private final Daemon daemon;
  private final Console log;
  private final Path socket;

  private Swtpm(Daemon daemon, Console log, Path socket) {
    this.daemon = daemon;
    this.log = log;
    this.socket = socket;
  }

  /// Makes the state in `folder` and starts the process.
  ///
  /// @throws RefusedException [Code#VM_START_FAILED] if the tools refuse
  /// @throws IOException if the folder cannot be written
  public static Swtpm start(HostTools tools, TpmCa ca, VmFolder folder)
      throws IOException, RefusedException {
    Path state = Files.createDirectory(folder.file("tpm"));
    manufacture(tools, ca, state, folder.path().getFileName().toString());
    Path socket = folder.file("tpm.sock");
    Daemon daemon =
        Daemon.start(
            List.of(
                tools.path(Tool.SWTPM).toString(),
                "socket",
                "--tpm2",
                "--tpmstate",
                "dir=" + state,
                "--ctrl",
                "type=unixio,path=" + socket + ",mode=0600",
                // Ends when the machine's connection ends.
                "--terminate"),
            folder.path(),
            folder.record("swtpm"));
    Console log =
        Console.follow(daemon.process().getErrorStream(), folder.file("tpm.log"), _ -> {});
    Swtpm tpm = new Swtpm(daemon, log, socket);
    try {
      tpm.awaitSocket();
      return tpm;
    } catch (RefusedException e) {
      tpm.close();
      throw e;
    }
  }

  /// Makes the state of a new TPM: endorsement keys with certificates by `ca`, all other data
  /// empty.
  ///
  /// @param state an existing empty folder
  /// @param name of the machine, for the certificates
  /// @throws RefusedException [Code#VM_START_FAILED] if the tools refuse
  public static void manufacture(HostTools tools, TpmCa ca, Path state, String name)
      throws RefusedException {
    try {
      Command.of(
              tools.path(Tool.SWTPM_SETUP).toString(),
              "--tpm2",
              "--tpmstate",
              state.toString(),
              "--pcr-banks",
              "sha256",
              "--create-ek-cert",
              "--write-ek-cert-files",
              state.toString(),
              "--lock-nvram",
              "--vmid",
              name,
              "--config",
              ca.setupConfiguration().toString())
          .orFail();
    } catch (IOException e) {
      throw refused("a TPM with its own endorsement key", String.valueOf(e.getMessage()));
    }
  }

  private void awaitSocket() throws RefusedException {
    long deadline = System.nanoTime() + SOCKET_LIMIT.toNanos();
    while (!Files.exists(socket)) {
      if (!daemon.process().isAlive() || System.nanoTime() - deadline >= 0) {
        throw refused("a TPM that listens", String.join(" | ", log.tail()));
      }
      LockSupport.parkNanos(POLL.toNanos());
    }
  }

  private static RefusedException refused(String expected, String found) {
    return new RefusedException(HypervisorCheck.TPM, Code.VM_START_FAILED, expected, found);
  }

  /// Where the machine connects.
  public Path socket() {
    return socket;
  }

  /// The certificate of the RSA endorsement key, DER, as it also lies in the TPM.
  public Path endorsementCertificate() {
    return socket.resolveSibling("tpm").resolve("ek-rsa2048.crt");
  }

  /// Ends the process. Close the machine first.
  @Override
  public void close() {
    daemon.close();
  }
}
