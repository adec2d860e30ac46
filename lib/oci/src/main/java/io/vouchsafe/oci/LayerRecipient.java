package io.vouchsafe.oci;

import io.vouchsafe.encoding.SecretBytes;
import java.security.PublicKey;
import java.util.List;

/// For whom layers are encrypted.
public sealed interface LayerRecipient {

  /// Guests that are given a key encryption key by their broker.
  ///
  /// @param kid `kbs:///repository/type/tag`
  /// @param kek 32 bytes
  record Kek(String kid, SecretBytes kek) implements LayerRecipient {
    public Kek {
      if (kek.size() != KeyPacket.KEK_LENGTH) {
        throw new IllegalArgumentException("a KEK has 32 bytes, got " + kek.size());
      }
      if (!kid.startsWith("kbs://")) {
        throw new IllegalArgumentException("a kid starts with kbs://, got " + kid);
      }
    }
  }

  /// Holders of any of these private keys: RSA (RSA-OAEP), or EC P-256, P-384, P-521
  /// (ECDH-ES+A256KW).
  record Jwe(List<PublicKey> keys) implements LayerRecipient {
    public Jwe {
      keys = List.copyOf(keys);
      if (keys.isEmpty()) {
        throw new IllegalArgumentException("at least one key");
      }
    }
  }
}
