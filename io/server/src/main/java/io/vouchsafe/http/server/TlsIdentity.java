package io.vouchsafe.http.server;

import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;

/// What the server proves itself with.
///
/// @param key private key of the first certificate
/// @param chain the server's certificate first
public record TlsIdentity(PrivateKey key, List<X509Certificate> chain) {
  public TlsIdentity {
    Objects.requireNonNull(key, "key");
    chain = List.copyOf(chain);
    if (chain.isEmpty()) {
      throw new IllegalArgumentException("a server needs a certificate");
    }
  }

  /// The identity under the first alias of `store` that has a key.
  ///
  /// @throws GeneralSecurityException if there is none, or the password is wrong
  public static TlsIdentity of(KeyStore store, char[] password) throws GeneralSecurityException {
    for (String alias : Collections.list(store.aliases())) {
      if (store.isKeyEntry(alias)
          && store.getKey(alias, password) instanceof PrivateKey privateKey) {
        List<X509Certificate> chain = new ArrayList<>();
        for (Certificate certificate : store.getCertificateChain(alias)) {
          chain.add((X509Certificate) certificate);
        }
        return new TlsIdentity(privateKey, chain);
      }
    }
    throw new GeneralSecurityException("the key store has no private key");
  }

  /// The subject of the certificate; never the key.
  @Override
  public String toString() {
    return "TlsIdentity[" + chain.getFirst().getSubjectX500Principal() + "]";
  }
}
