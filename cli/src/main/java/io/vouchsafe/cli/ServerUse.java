package io.vouchsafe.cli;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/// Who uses the trust server of a home, told by locks on two files, which go with their process
/// however that ends: commands that use another command's server hold a shared one, so that the
/// server's owner can wait for them; and one command at a time looks for a server or starts one.
final class ServerUse implements AutoCloseable {
  private final FileChannel channel;

  private ServerUse(FileChannel channel) {
    this.channel = channel;
  }

  /// Held while a command looks for the home's server and starts one if there is none. Waits for
  /// another that does the same.
  static ServerUse looking(Home home) throws IOException {
    FileChannel channel = open(home, "starting.lock");
    lock(channel, false);
    return new ServerUse(channel);
  }

  /// Held by a command that uses a server which another command started.
  static ServerUse using(Home home) throws IOException {
    FileChannel channel = open(home, "users.lock");
    lock(channel, true);
    return new ServerUse(channel);
  }

  /// Held by the owner of a server while it closes it: nobody uses it, and nobody starts to.
  ///
  /// @return empty if somebody uses it now
  static Optional<ServerUse> unused(Home home) throws IOException {
    FileChannel channel = open(home, "users.lock");
    try {
      FileLock lock = channel.tryLock(0, Long.MAX_VALUE, false);
      if (lock != null) {
        return Optional.of(new ServerUse(channel));
      }
    } catch (OverlappingFileLockException _) {
      // Somebody in this very process.
    }
    channel.close();
    return Optional.empty();
  }

  private static FileChannel open(Home home, String name) throws IOException {
    Path file = Home.make(home.trust()).resolve(name);
    return FileChannel.open(
        file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
  }

  private static void lock(FileChannel channel, boolean shared) throws IOException {
    try {
      channel.lock(0, Long.MAX_VALUE, shared);
    } catch (OverlappingFileLockException _) {
      // This process holds it already, which serves as well.
    }
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
