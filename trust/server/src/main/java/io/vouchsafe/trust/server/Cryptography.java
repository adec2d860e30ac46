package io.vouchsafe.trust.server;

import com.amazon.corretto.crypto.provider.AmazonCorrettoCryptoProvider;
import java.security.NoSuchAlgorithmException;
import java.security.Provider;
import java.security.SecureRandom;
import java.security.Security;
import java.security.Signature;

/// Chooses whose elliptic curves are used: AWS-LC where its native library loads, the JDK's
/// elsewhere. What comes out is the same; the time that it takes is not.
final class Cryptography {
  private Cryptography() {}

  /// Behind the JDK's own provider of digests and certificates, which is faster with what is short
  /// and has nothing else; before those of elliptic curves and ciphers.
  private static final int POSITION = 2;

  /// Puts AWS-LC before the JDK's providers of elliptic curves and ciphers, if it loads.
  ///
  /// @return the provider that signs and verifies with P-256 from now on
  static Provider install() {
    try {
      AmazonCorrettoCryptoProvider provider = AmazonCorrettoCryptoProvider.INSTANCE;
      if (provider.getLoadingError() == null) {
        Security.insertProviderAt(provider, POSITION);
      }
    } catch (LinkageError _) {
      // No native library for this machine: the JDK's own does the work.
      return current();
    }
    return current();
  }

  /// A source of randomness: that of the provider of elliptic curves, if it has one.
  static SecureRandom random(Provider provider) {
    for (Provider.Service service : provider.getServices()) {
      if (service.getType().equals("SecureRandom")) {
        try {
          return SecureRandom.getInstance(service.getAlgorithm(), provider);
        } catch (NoSuchAlgorithmException e) {
          throw new IllegalStateException("the provider named it itself", e);
        }
      }
    }
    return new SecureRandom();
  }

  private static Provider current() {
    try {
      return Signature.getInstance("SHA256withECDSAinP1363Format").getProvider();
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java runtime signs with P-256", e);
    }
  }
}
