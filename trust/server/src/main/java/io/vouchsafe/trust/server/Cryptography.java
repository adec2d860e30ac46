package io.vouchsafe.trust.server;

import com.amazon.corretto.crypto.provider.AmazonCorrettoCryptoProvider;
import java.security.NoSuchAlgorithmException;
import java.security.Provider;
import java.security.Security;
import java.security.Signature;

/// Chooses whose elliptic curves are used: AWS-LC where its native library loads, the JDK's
/// elsewhere. What comes out is the same; the time that it takes is not.
final class Cryptography {
  private Cryptography() {}

  /// Puts AWS-LC first among the providers, if it loads.
  ///
  /// @return the provider that signs and verifies with P-256 from now on
  static Provider install() {
    try {
      AmazonCorrettoCryptoProvider provider = AmazonCorrettoCryptoProvider.INSTANCE;
      if (provider.getLoadingError() == null) {
        Security.insertProviderAt(provider, 1);
      }
    } catch (LinkageError _) {
      // No native library for this machine: the JDK's own does the work.
      return current();
    }
    return current();
  }

  private static Provider current() {
    try {
      return Signature.getInstance("SHA256withECDSAinP1363Format").getProvider();
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java runtime signs with P-256", e);
    }
  }
}
