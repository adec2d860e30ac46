package io.vouchsafe.agent;

import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;

/// The guest's end of a virtio-serial port: one ordered byte stream without connections. While the
/// host has not connected, reading gives end-of-file; [#input()] hides that and goes on.
final class VirtioPort implements AutoCloseable {
  /// Name of the port that carries the guest channel.
  static final String AGENT = "org.vouchsafe.agent";

  private static final Path BY_NAME = Path.of("/dev/virtio-ports");
  private static final Path SYSFS = Path.of("/sys/class/virtio-ports");

  /// Between two looks for a host: short, because the first call of a start waits for it.
  private static final long POLL_MILLIS = 10;

  private final RandomAccessFile file;

  private VirtioPort(RandomAccessFile file) {
    this.file = file;
  }

  /// Opens the port called `name`.
  ///
  /// @throws IOException if there is none
  static VirtioPort open(String name) throws IOException {
    return new VirtioPort(new RandomAccessFile(find(name).toFile(), "rw"));
  }

  /// Without a device manager nobody makes the links in `/dev/virtio-ports`: sysfs has the names.
  private static Path find(String name) throws IOException {
    Path link = BY_NAME.resolve(name);
    if (Files.exists(link)) {
      return link;
    }
    if (Files.isDirectory(SYSFS)) {
      try (DirectoryStream<Path> ports = Files.newDirectoryStream(SYSFS)) {
        for (Path port : ports) {
          Path file = port.resolve("name");
          if (Files.exists(file) && Files.readString(file).strip().equals(name)) {
            return Path.of("/dev").resolve(port.getFileName().toString());
          }
        }
      }
    }
    throw new IOException("no virtio-serial port is called " + name);
  }

  OutputStream output() throws IOException {
    return new FileOutputStream(file.getFD());
  }

  InputStream input() throws IOException {
    return new Patient(new FileInputStream(file.getFD()));
  }

  @Override
  public void close() throws IOException {
    file.close();
  }

  /// Reads on after end-of-file. Not buffered: a frame's header and body are two reads.
  private static final class Patient extends InputStream {
    private final InputStream in;

    Patient(InputStream in) {
      this.in = in;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
      if (length == 0) {
        return 0;
      }
      while (true) {
        int got = in.read(into, offset, length);
        if (got > 0) {
          return got;
        }
        try {
          Thread.sleep(POLL_MILLIS);
        } catch (InterruptedException _) {
          Thread.currentThread().interrupt();
          throw new InterruptedIOException("waiting for the host");
        }
      }
    }
  }
}
