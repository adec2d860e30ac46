package io.vouchsafe.ec;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.Provider;
import java.security.PublicKey;
import java.security.Security;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// AWS-LC, where somebody installed it as a provider: faster for a key that has no table. Only
/// asked about keys that are points of their curve and signatures that are in range, so that what
/// counts as a signature does not depend on it.
final class NativeVerification {
  private static final String PROVIDER = "AmazonCorrettoCryptoProvider";
  private static final String P256_SPKI = "3059301306072a8648ce3d020106082a8648ce3d03010703420004";
  private static final String P384_SPKI = "3076301006072a8648ce3d020106052b8104002203620004";

  private final Curve curve;
  private final BigInteger x;
  private final BigInteger y;
  private volatile @Nullable PublicKey key;

  NativeVerification(Curve curve, BigInteger x, BigInteger y) {
    this.curve = curve;
    this.x = x;
    this.y = y;
  }

  /// Whether AWS-LC is installed.
  static boolean isHere() {
    return Security.getProvider(PROVIDER) != null;
  }

  private byte[] spki() {
    Bytes head;
    try {
      head =
          Bytes.fromHex(
              switch (curve) {
                case P256 -> P256_SPKI;
                case P384 -> P384_SPKI;
              });
    } catch (FormatException e) {
      throw new IllegalStateException(e);
    }
    byte[] all = head.fit(head.size() + 2 * curve.size()).toByteArray();
    put(x, all, all.length - curve.size());
    put(y, all, all.length);
    return all;
  }

  private static void put(BigInteger number, byte[] all, int end) {
    byte[] bytes = number.toByteArray();
    int from = bytes[0] == 0 ? 1 : 0;
    int length = bytes.length - from;
    System.arraycopy(bytes, from, all, end - length, length);
  }

  /// Whether the signature verifies; empty if AWS-LC is not here or will not say.
  Optional<Boolean> verify(Bytes message, EcdsaSignature signature) {
    Provider provider = Security.getProvider(PROVIDER);
    if (provider == null) {
      return Optional.empty();
    }
    try {
      PublicKey known = key;
      if (known == null) {
        known =
            KeyFactory.getInstance("EC", provider).generatePublic(new X509EncodedKeySpec(spki()));
        key = known;
      }
      String hash = curve.hash().replace("-", "");
      Signature verifier = Signature.getInstance(hash + "withECDSAinP1363Format", provider);
      verifier.initVerify(known);
      verifier.update(message.asBuffer());
      return Optional.of(verifier.verify(signature.bigEndian()));
    } catch (GeneralSecurityException _) {
      return Optional.empty();
    }
  }
}
