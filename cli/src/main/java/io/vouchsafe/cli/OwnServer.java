package io.vouchsafe.cli;

import io.vouchsafe.hypervisor.HostTools;
import io.vouchsafe.hypervisor.TpmCa;
import io.vouchsafe.trust.server.TrustServer;
import io.vouchsafe.trust.server.TrustServerException;
import io.vouchsafe.trust.server.TrustServerOptions;
import io.vouchsafe.verdict.RefusedException;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.logging.Level;
import java.util.logging.Logger;

/// The trust server of a home, in this process. While it runs, a file in the home says where, so
/// that other commands on the same home use it: a store has one server.
final class OwnServer implements AutoCloseable {
  /// Logs what it also throws when it cannot listen, with a stack trace.
  private static final Logger WEB_SERVER = Logger.getLogger("io.helidon.webserver.LoomServer");

  private static final Duration POLL = Duration.ofMillis(200);

  private final TrustServer server;
  private final Home home;
  private final Path endpoint;

  private OwnServer(TrustServer server, Home home, Path endpoint) {
    this.server = server;
    this.home = home;
    this.endpoint = endpoint;
  }

  /// Starts on a free port of the loopback.
  static OwnServer start(Home home) throws IOException, Failure {
    return start(home, TrustServerOptions.at(Home.make(home.trust())).withEkRoots(ekRoots(home)));
  }

  /// Starts with options of the caller's.
  static OwnServer start(Home home, TrustServerOptions options) throws IOException, Failure {
    WEB_SERVER.setLevel(Level.OFF);
    try {
      TrustServer server = TrustServer.start(options);
      Path endpoint = endpoint(home);
      Path unfinished = Files.createTempFile(endpoint.getParent(), ".endpoint", "");
      Files.writeString(unfinished, server.url() + "\n");
      Files.move(unfinished, endpoint, StandardCopyOption.ATOMIC_MOVE);
      return new OwnServer(server, home, endpoint);
    } catch (TrustServerException e) {
      Throwable cause = e;
      while (cause.getCause() != null) {
        cause = cause.getCause();
      }
      throw new Failure(
          cause == e ? "" + e.getMessage() : e.getMessage() + ": " + cause.getMessage(), e);
    }
  }

  /// Where the server of a home noted that it runs; it may be gone meanwhile.
  static Optional<URI> noted(Home home) throws IOException {
    Path endpoint = endpoint(home);
    return Files.isReadable(endpoint)
        ? Optional.of(URI.create(Files.readString(endpoint).strip()))
        : Optional.empty();
  }

  private static Path endpoint(Home home) throws IOException {
    return Home.make(home.trust()).resolve("endpoint");
  }

  /// Roots for the endorsement keys of this home's virtual TPMs, made if the tools are here.
  static List<Path> ekRoots(Home home) throws IOException {
    try {
      HostTools tools = HostTools.find(Virtualisation.programFolders());
      return List.of(TpmCa.open(home.tpmCa(), tools).certificate());
    } catch (RefusedException _) {
      // Without the tools no virtual TPM is started here, so none needs to be accepted.
      return List.of();
    }
  }

  String url() {
    return server.url();
  }

  String caFingerprint() {
    return server.caFingerprint();
  }

  /// Closes when no other command uses this server: they would fail in the middle of their work.
  ///
  /// @param waiting is run once if that has to be waited for
  void closeWhenUnused(Runnable waiting) {
    boolean said = false;
    while (!Thread.currentThread().isInterrupted()) {
      try {
        Optional<ServerUse> unused = ServerUse.unused(home);
        if (unused.isPresent()) {
          try (ServerUse _ = unused.get()) {
            close();
          }
          return;
        }
      } catch (IOException _) {
        // Without locks nobody can be waited for.
        break;
      }
      if (!said) {
        waiting.run();
        said = true;
      }
      LockSupport.parkNanos(POLL.toNanos());
    }
    close();
  }

  @Override
  public void close() {
    try {
      Files.deleteIfExists(endpoint);
    } catch (IOException _) {
      // Whoever reads it finds that nobody answers there.
    } finally {
      server.close();
    }
  }
}
