package io.vouchsafe.linux;

import io.vouchsafe.encoding.Bytes;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;

/// The kernel's TPM device: one write of a whole command, then one read of the whole response.
/// Through `/dev/tpmrm0` objects and sessions belong to this open file: [#close()] flushes them.
/// Thread-safe: the lock keeps a response with its command.
public final class TpmDevice implements AutoCloseable {

  /// Longest response of a TPM.
  public static final int MAX_RESPONSE = 4096;

  /// The resource manager first: a bare TPM has three slots.
  private static final List<Path> CANDIDATES =
      List.of(Path.of("/dev/tpmrm0"), Path.of("/dev/tpm0"));

  private final RandomAccessFile file;
  private final ReentrantLock lock = new ReentrantLock();

  private TpmDevice(RandomAccessFile file) {
    this.file = file;
  }

  /// Opens this machine's TPM.
  ///
  /// @throws FileNotFoundException if it has none
  public static TpmDevice open() throws IOException {
    for (Path candidate : CANDIDATES) {
      if (Files.exists(candidate)) {
        return open(candidate);
      }
    }
    throw new FileNotFoundException("neither /dev/tpmrm0 nor /dev/tpm0 is there");
  }

  /// Opens the TPM at `device`.
  public static TpmDevice open(Path device) throws IOException {
    return new TpmDevice(new RandomAccessFile(device.toFile(), "rw"));
  }

  /// Sends one command.
  ///
  /// @param command all of it, header included
  /// @return the response, header included, whatever its return code
  /// @throws IOException if the device fails
  public Bytes transmit(Bytes command) throws IOException {
    lock.lock();
    try {
      file.write(command.toByteArray());
      byte[] response = new byte[MAX_RESPONSE];
      int length = file.read(response);
      if (length <= 0) {
        throw new IOException("the TPM gave no response");
      }
      return Bytes.of(response, 0, length);
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
