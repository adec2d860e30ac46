package io.vouchsafe.testkit.tpm;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.tpm.TpmCommands;
import io.vouchsafe.tpm.TpmTransport;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// A real TPM: a swtpm process with a state of its own, reached over a unix socket: a port that is
/// free now may be somebody else's by the time that swtpm asks for it. Ends with [#close()].
public final class SwTpm implements TpmTransport, AutoCloseable {
  private static final int START_MILLIS = 60_000;
  private static final int RETRY_MILLIS = 20;
  private static final int HEADER = 10;
  private static final String SOCKET = "socket";

  private final Process process;
  private final Path folder;
  private final SocketChannel socket;
  private final DataInputStream in;
  private final OutputStream out;

  private SwTpm(Process process, Path folder, SocketChannel socket) {
    this.process = process;
    this.folder = folder;
    this.socket = socket;
    this.in = new DataInputStream(Channels.newInputStream(socket));
    this.out = Channels.newOutputStream(socket);
  }

  /// Whether the program is installed.
  public static boolean isInstalled() {
    return Files.isExecutable(Path.of("/usr/bin/swtpm"));
  }

  /// Starts a TPM, new or with the state that lies in `state`.
  ///
  /// @param state an existing folder
  /// @throws IOException if it does not answer within a minute
  public static SwTpm start(Path state) throws IOException, InterruptedException {
    // Not in the state's folder: the path of a socket has about a hundred characters at most.
    Path folder = Files.createTempDirectory("swtpm");
    Path path = folder.resolve(SOCKET);
    Process process =
        new ProcessBuilder(
                List.of(
                    "/usr/bin/swtpm",
                    "socket",
                    "--tpm2",
                    "--tpmstate",
                    "dir=" + state,
                    "--server",
                    "type=unixio,path=" + path,
                    "--flags",
                    "not-need-init,startup-clear",
                    "--terminate"))
            .redirectErrorStream(true)
            .redirectOutput(state.resolve("swtpm.log").toFile())
            .start();
    try {
      return new SwTpm(process, folder, connect(process, path));
    } catch (IOException | InterruptedException e) {
      process.destroyForcibly();
      remove(folder);
      throw e;
    }
  }

  private static void remove(Path folder) throws IOException {
    Files.deleteIfExists(folder.resolve(SOCKET));
    Files.deleteIfExists(folder);
  }

  private static SocketChannel connect(Process process, Path path)
      throws IOException, InterruptedException {
    IOException last = new IOException("swtpm was not tried");
    for (int waited = 0; waited < START_MILLIS; waited += RETRY_MILLIS) {
      try {
        return SocketChannel.open(UnixDomainSocketAddress.of(path));
      } catch (IOException e) {
        last = e;
      }
      if (process.waitFor(RETRY_MILLIS, TimeUnit.MILLISECONDS)) {
        throw new IOException("swtpm ended with " + process.exitValue() + ", see swtpm.log");
      }
    }
    throw new IOException("swtpm does not answer at " + path, last);
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
      remove(folder);
    }
  }
}
