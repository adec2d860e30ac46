package io.vouchsafe.http.server;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.lang.ref.WeakReference;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLSocket;

/// Ends connections whose handshake is not over in time. The engine watches a connection from its
/// first request on only. A bound on the wait for each read would do too, but sets and clears an
/// alarm with every read for as long as the connection lives, which costs as much as reading.
final class HandshakeWatch implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(HandshakeWatch.class.getName());

  /// One connection. Does not keep what is over already.
  private record Begun(
      WeakReference<SSLSocket> secure, WeakReference<Socket> accepted, long nanoTime) {}

  // All have the same time, so the order of arrival is the order of ending.
  private final BlockingQueue<Begun> begun = new LinkedBlockingQueue<>();
  private final long nanos;
  private final Thread watcher;

  /// @param time from the connection to the end of its handshake
  HandshakeWatch(Duration time) {
    this.nanos = time.toNanos();
    this.watcher = Thread.ofVirtual().name("handshake-watch").start(this::watch);
  }

  /// Watches TLS that begins on a connection.
  void begin(SSLSocket secure, Socket accepted) {
    begun.add(
        new Begun(new WeakReference<>(secure), new WeakReference<>(accepted), System.nanoTime()));
  }

  private void watch() {
    try {
      while (true) {
        Begun next = begun.take();
        TimeUnit.NANOSECONDS.sleep(nanos - (System.nanoTime() - next.nanoTime()));
        end(next);
      }
    } catch (InterruptedException _) {
      // The server is closed, and its connections with it.
      Thread.currentThread().interrupt();
    }
  }

  private static void end(Begun connection) {
    SSLSocket secure = connection.secure().get();
    Socket accepted = connection.accepted().get();
    if (secure != null && accepted != null && isShakingHands(secure)) {
      try {
        // Not TLS: closing that would wait for the handshake.
        accepted.close();
      } catch (IOException e) {
        LOG.log(Level.DEBUG, "a silent connection did not close", e);
      }
    }
  }

  /// Nobody says so without waiting for it, but these two do: the protocol is not determined before
  /// the peer's first message, and from then on it is that of a handshake until that is over.
  private static boolean isShakingHands(SSLSocket secure) {
    return secure.getApplicationProtocol() == null
        || secure.getHandshakeApplicationProtocol() != null;
  }

  @Override
  public void close() {
    watcher.interrupt();
  }
}
