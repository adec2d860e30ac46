package io.vouchsafe.evidence.tpm;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.verdict.Code;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.interfaces.ECKey;
import java.security.interfaces.RSAKey;
import java.security.spec.X509EncodedKeySpec;
import java.util.LinkedHashMap;
import java.util.Map;

/// Attestation keys in the form that the preferred cryptography provider made of them: decoding a
/// key, and checking that it is a point of its curve, costs as much as a verification. Holds the
/// keys of the guests that attested last; only trusted keys get here. Thread-safe.
final class KeyCache {
  /// Enough for every guest of a large server to attest again without decoding.
  private static final int MAX_KEYS = 4096;

  private static final int MIN_RSA_BITS = 2048;
  private static final int MIN_EC_BITS = 256;

  // The lock guards the map, which reorders itself on reading.
  private final Map<Bytes, PublicKey> keys =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Bytes, PublicKey> eldest) {
          return size() > MAX_KEYS;
        }
      };

  /// The key of a SubjectPublicKeyInfo.
  ///
  /// @throws FormatException if it is no RSA or EC key, or with [Code#WEAK_KEY] if it is too short
  PublicKey key(Bytes spki) throws FormatException {
    synchronized (keys) {
      PublicKey known = keys.get(spki);
      if (known != null) {
        return known;
      }
    }
    PublicKey decoded = decode(spki);
    synchronized (keys) {
      keys.put(spki, decoded);
    }
    return decoded;
  }

  private static PublicKey decode(Bytes spki) throws FormatException {
    X509EncodedKeySpec encoded = new X509EncodedKeySpec(spki.toByteArray());
    PublicKey key;
    try {
      key = KeyFactory.getInstance("EC").generatePublic(encoded);
    } catch (GeneralSecurityException _) {
      try {
        key = KeyFactory.getInstance("RSA").generatePublic(encoded);
      } catch (GeneralSecurityException e) {
        throw FormatException.unexpected("an RSA or EC key", String.valueOf(e.getMessage()));
      }
    }
    int bits =
        switch (key) {
          case RSAKey rsa -> rsa.getModulus().bitLength() - MIN_RSA_BITS;
          case ECKey ec -> ec.getParams().getCurve().getField().getFieldSize() - MIN_EC_BITS;
          default -> -1;
        };
    if (bits < 0) {
      throw new FormatException(
          Code.WEAK_KEY,
          FormatException.NO_OFFSET,
          "RSA of " + MIN_RSA_BITS + " or EC of " + MIN_EC_BITS + " bits at least",
          "a shorter key");
    }
    return key;
  }
}
