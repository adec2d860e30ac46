package io.vouchsafe.http;

import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;

/// Trust in named roots, alone or beside those of the JDK; made when the first certificate comes.
/// Loading the JDK's roots takes a slow guest a second that plain HTTP need not wait for.
final class LazyTrust extends X509ExtendedTrustManager {
  private final List<X509Certificate> roots;
  private final boolean only;
  private Optional<X509ExtendedTrustManager> made = Optional.empty();

  LazyTrust(List<X509Certificate> roots, boolean only) {
    this.roots = List.copyOf(roots);
    this.only = only;
  }

  private synchronized X509ExtendedTrustManager delegate() throws CertificateException {
    if (made.isEmpty()) {
      try {
        made = Optional.of(make());
      } catch (GeneralSecurityException | java.io.IOException e) {
        throw new CertificateException("trusted roots cannot be loaded", e);
      }
    }
    return made.get();
  }

  private X509ExtendedTrustManager make() throws GeneralSecurityException, java.io.IOException {
    KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
    store.load(null, null);
    int number = 0;
    for (X509Certificate root : roots) {
      store.setCertificateEntry("named-" + number++, root);
    }
    if (!only) {
      for (X509Certificate root : manager(Optional.empty()).getAcceptedIssuers()) {
        store.setCertificateEntry("jdk-" + number++, root);
      }
    }
    return manager(Optional.of(store));
  }

  @SuppressWarnings("NullAway") // null means the JDK's own roots
  private static X509ExtendedTrustManager manager(Optional<KeyStore> store)
      throws GeneralSecurityException {
    TrustManagerFactory factory =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init(store.orElse(null));
    for (TrustManager manager : factory.getTrustManagers()) {
      if (manager instanceof X509ExtendedTrustManager extended) {
        return extended;
      }
    }
    throw new GeneralSecurityException("no trust manager for X.509");
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine)
      throws CertificateException {
    delegate().checkServerTrusted(chain, type, engine);
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket)
      throws CertificateException {
    delegate().checkServerTrusted(chain, type, socket);
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String type) throws CertificateException {
    throw new CertificateException("a certificate without a connection says no name");
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine)
      throws CertificateException {
    throw new CertificateException("this is a client");
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket)
      throws CertificateException {
    throw new CertificateException("this is a client");
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String type) throws CertificateException {
    throw new CertificateException("this is a client");
  }

  @Override
  public X509Certificate[] getAcceptedIssuers() {
    return new X509Certificate[0];
  }
}
