package io.vouchsafe.ttrpc;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;

/// Two connected unix sockets.
record Pair(SocketChannel client, SocketChannel server) implements AutoCloseable {

  static Pair open() throws IOException {
    Path folder = Files.createTempDirectory("ttrpc");
    Path path = folder.resolve("s");
    try (ServerSocketChannel listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      listener.bind(UnixDomainSocketAddress.of(path));
      SocketChannel client = SocketChannel.open(UnixDomainSocketAddress.of(path));
      return new Pair(client, listener.accept());
    } finally {
      Files.deleteIfExists(path);
      Files.delete(folder);
    }
  }

  TtrpcClient ttrpc() {
    return new TtrpcClient(
        Channels.newInputStream(client), Channels.newOutputStream(client), client);
  }

  /// Serves the other end on a thread of its own.
  Thread serve(TtrpcServer with) {
    return Thread.ofVirtual()
        .start(() -> {
          try (server) {
            with.serve(Channels.newInputStream(server), Channels.newOutputStream(server));
          } catch (IOException _) {
            // The peer went away: the end of the test.
          }
        });
  }

  @Override
  public void close() throws IOException {
    client.close();
    server.close();
  }
}
