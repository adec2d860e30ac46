package io.vouchsafe.testkit.tpm;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.tpm.TpmCommands;
import io.vouchsafe.tpm.TpmTransport;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// A real TPM: a swtpm process with a state of its own, reached over its data socket on loopback.
/// Ends with [#close()].
public final class SwTpm implements TpmTransport, AutoCloseable {
  private static final int START_MILLIS = 10_000;
  private static final int RETRY_MILLIS = 20;
  private static final int HEADER = 10;

  private final Process process;
  private final Socket socket;
  private final DataInputStream in;
  private final OutputStream out;

  private SwTpm(Process process, Socket socket) throws IOException {
    this.process = process;
    this.socket = socket;
    this.in = new DataInputStream(socket.getInputStream());
    this.out = socket.getOutputStream();
  }

  /// Whether the program is installed.
  public static boolean isInstalled() {
    return Files.isExecutable(Path.of("/usr/bin/swtpm"));
  }

  /// Starts a TPM, new or with the state that lies in `state`.
  ///
  /// @param state an existing folder
  /// @throws IOException if it does not answer within ten seconds
  public static SwTpm start(Path state) throws IOException, InterruptedException {
    int port = freePort();
    Process process =
        new ProcessBuilder(
                List.of(
                    "/usr/bin/swtpm",
                    "socket",
                    "--tpm2",
                    "--tpmstate",
                    "dir=" + state,
                    "--server",
                    "type=tcp,port=" + port + ",bindaddr=127.0.0.1",
                    "--flags",
                    "not-need-init,startup-clear",
                    "--terminate"))
            .redirectErrorStream(true)
            .redirectOutput(state.resolve("swtpm.log").toFile())
            .start();
    try {
      return new SwTpm(process, connect(process, port));
    } catch (IOException | InterruptedException e) {
      process.destroyForcibly();
      throw e;
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket probe = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return probe.getLocalPort();
    }
  }

  private static Socket connect(Process process, int port)
      throws IOException, InterruptedException {
    IOException last = new IOException("swtpm was not tried");
    for (int waited = 0; waited < START_MILLIS; waited += RETRY_MILLIS) {
      Socket socket = new Socket();
      try {
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1_000);
        socket.setTcpNoDelay(true);
        return socket;
      } catch (IOException e) {
        socket.close();
        last = e;
      }
      if (process.waitFor(RETRY_MILLIS, TimeUnit.MILLISECONDS)) {
        throw new IOException("swtpm ended with " + process.exitValue() + ", see swtpm.log");
      }
    }
    throw new IOException("swtpm does not answer on port " + port, last);
  }

  @Override
  public Bytes transmit(Bytes command) throws IOException {
    out.write(command.toByteArray());
    out.flush();
    byte[] header = new byte[HEADER];
    in.readFully(header);
    int size = Bytes.of(header, 2, 4).asBuffer().getInt();
    if (size < HEADER || size > MAX_MESSAGE) {
      throw new IOException("a response of " + size + " bytes");
    }
    byte[] body = new byte[size - HEADER];
    in.readFully(body);
    return Bytes.of(header).concat(Bytes.of(body));
  }

  /// Typed commands to this TPM.
  public TpmCommands commands() {
    return new TpmCommands(this);
  }

  /// Shuts the TPM down in good order and waits for its end.
  @Override
  public void close() throws IOException {
    try {
      commands().shutdown();
    } finally {
      socket.close();
      try {
        if (!process.waitFor(2, TimeUnit.SECONDS)) {
          process.destroyForcibly();
        }
      } catch (InterruptedException e) {
        process.destroyForcibly();
        Thread.currentThread().interrupt();
      }
    }
  }
}
