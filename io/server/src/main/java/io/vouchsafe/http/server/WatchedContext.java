package io.vouchsafe.http.server;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.security.SecureRandom;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLContextSpi;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLServerSocketFactory;
import javax.net.ssl.SSLSessionContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManager;
import org.jspecify.annotations.Nullable;

/// A context of servers whose handshakes are watched. The engine shakes hands before it watches a
/// connection, so without this a peer that says nothing would keep its place for ever.
final class WatchedContext extends SSLContext {
  /// @param context initialised
  WatchedContext(SSLContext context, HandshakeWatch watch) {
    super(new Watched(context, watch), context.getProvider(), context.getProtocol());
  }

  private static final class Watched extends SSLContextSpi {
    private final SSLContext context;
    private final SSLSocketFactory sockets;

    Watched(SSLContext context, HandshakeWatch watch) {
      this.context = context;
      this.sockets = new WatchedSockets(context.getSocketFactory(), watch);
    }

    @Override
    protected void engineInit(
        KeyManager @Nullable [] keys,
        TrustManager @Nullable [] trust,
        @Nullable SecureRandom random) {
      throw new IllegalStateException("initialised already");
    }

    @Override
    protected SSLSocketFactory engineGetSocketFactory() {
      return sockets;
    }

    @Override
    protected SSLServerSocketFactory engineGetServerSocketFactory() {
      return context.getServerSocketFactory();
    }

    @Override
    protected SSLEngine engineCreateSSLEngine() {
      return context.createSSLEngine();
    }

    @Override
    protected SSLEngine engineCreateSSLEngine(String host, int port) {
      return context.createSSLEngine(host, port);
    }

    @Override
    protected SSLSessionContext engineGetServerSessionContext() {
      return context.getServerSessionContext();
    }

    @Override
    protected SSLSessionContext engineGetClientSessionContext() {
      return context.getClientSessionContext();
    }

    @Override
    protected SSLParameters engineGetDefaultSSLParameters() {
      return context.getDefaultSSLParameters();
    }

    @Override
    protected SSLParameters engineGetSupportedSSLParameters() {
      return context.getSupportedSSLParameters();
    }
  }

  /// Puts TLS over connections that were accepted; it opens none.
  private static final class WatchedSockets extends SSLSocketFactory {
    private final SSLSocketFactory sockets;
    private final HandshakeWatch watch;

    WatchedSockets(SSLSocketFactory sockets, HandshakeWatch watch) {
      this.sockets = sockets;
      this.watch = watch;
    }

    @Override
    public Socket createSocket(Socket accepted, @Nullable InputStream consumed, boolean autoClose)
        throws IOException {
      Socket secure = sockets.createSocket(accepted, consumed, autoClose);
      watch.begin((SSLSocket) secure, accepted);
      return secure;
    }

    @Override
    public String[] getDefaultCipherSuites() {
      return sockets.getDefaultCipherSuites();
    }

    @Override
    public String[] getSupportedCipherSuites() {
      return sockets.getSupportedCipherSuites();
    }

    private static IOException noClient() {
      return new IOException("a server opens no connections");
    }

    @Override
    public Socket createSocket(Socket connected, String host, int port, boolean autoClose)
        throws IOException {
      throw noClient();
    }

    @Override
    public Socket createSocket(String host, int port) throws IOException {
      throw noClient();
    }

    @Override
    public Socket createSocket(String host, int port, InetAddress local, int localPort)
        throws IOException {
      throw noClient();
    }

    @Override
    public Socket createSocket(InetAddress host, int port) throws IOException {
      throw noClient();
    }

    @Override
    public Socket createSocket(InetAddress host, int port, InetAddress local, int localPort)
        throws IOException {
      throw noClient();
    }
  }
}
