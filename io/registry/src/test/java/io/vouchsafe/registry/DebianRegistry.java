package io.vouchsafe.registry;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;

/// The registry of Debian's package `docker-registry`, without TLS, with its data in a folder of
/// the test. Tests are skipped where it is not installed; `-Dvouchsafe.docker.registry=FILE` names
/// one that is elsewhere.
final class DebianRegistry implements AutoCloseable {
  private static final Duration START = Duration.ofSeconds(120);

  private final Process process;
  private final int port;

  private DebianRegistry(Process process, int port) {
    this.process = process;
    this.port = port;
  }

  static DebianRegistry start(Path folder) throws Exception {
    Path program =
        Path.of(System.getProperty("vouchsafe.docker.registry", "/usr/bin/docker-registry"));
    Assumptions.assumeTrue(Files.isExecutable(program), "docker-registry is not installed");
    int port = freePort();
    Path config =
        Files.writeString(
            Files.createDirectories(folder).resolve("config.yml"),
            """
            version: 0.1
            log: {level: error, accesslog: {disabled: true}}
            storage: {filesystem: {rootdirectory: %s}}
            http: {addr: "127.0.0.1:%d", secret: test}
            """
                .formatted(folder.resolve("data"), port));
    Process process =
        new ProcessBuilder(program.toString(), "serve", config.toString())
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("log").toFile())
            .start();
    DebianRegistry registry = new DebianRegistry(process, port);
    registry.await(folder.resolve("log"));
    return registry;
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private void await(Path log) throws Exception {
    long end = System.nanoTime() + START.toNanos();
    while (System.nanoTime() - end < 0) {
      try (Socket _ = new Socket(InetAddress.getLoopbackAddress(), port)) {
        return;
      } catch (IOException _) {
        if (process.waitFor(50, TimeUnit.MILLISECONDS)) {
          break;
        }
      }
    }
    close();
    throw new IllegalStateException("docker-registry did not start: " + Files.readString(log));
  }

  String host() {
    return "127.0.0.1:" + port;
  }

  @Override
  public void close() {
    process.destroyForcibly();
    process.onExit().join();
  }
}
