package io.vouchsafe.bench;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/// The one authority whose servers are trusted.
final class Authority {
  private final TrustManagerFactory trust;

  private Authority(TrustManagerFactory trust) {
    this.trust = trust;
  }

  /// The authority of a trust server's home.
  static Authority of(Path trustHome) throws IOException {
    try (InputStream in = Files.newInputStream(trustHome.resolve("ca.pem"))) {
      KeyStore roots = KeyStore.getInstance("PKCS12");
      roots.load(null, null);
      roots.setCertificateEntry(
          "ca", CertificateFactory.getInstance("X.509").generateCertificate(in));
      TrustManagerFactory trust =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      trust.init(roots);
      return new Authority(trust);
    } catch (GeneralSecurityException e) {
      throw new IOException("the server's authority cannot be used", e);
    }
  }

  /// A context that remembers no session.
  SSLContext newContext() throws IOException {
    try {
      SSLContext context = SSLContext.getInstance("TLSv1.3");
      context.init(null, trust.getTrustManagers(), null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new IOException("this Java runtime has no TLS 1.3", e);
    }
  }
}
