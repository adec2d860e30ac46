package io.vouchsafe.trust.store;

import io.vouchsafe.verdict.Code;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/// Authenticates rows that are not encrypted: whoever can write the file but lacks the master key
/// cannot put a policy, a reference value or a trusted key into it. (Putting an *old* file back is
/// not detected by this; the ledger's root, kept elsewhere, detects that.)
final class RowMac {
  private static final String ALGORITHM = "HmacSHA256";

  private final SecretKeySpec key;

  RowMac(MasterKey key) {
    this.key = key.derive("vouchsafe store rows v1", ALGORITHM);
  }

  /// The authenticator of a row.
  ///
  /// @param fields text, numbers or bytes, in a fixed order
  byte[] of(String table, Object... fields) {
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(key);
      add(mac, table);
      for (Object field : fields) {
        add(mac, field);
      }
      return mac.doFinal();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has HMAC-SHA256", e);
    }
  }

  /// Length first: two rows never have the same text.
  private static void add(Mac mac, Object field) {
    byte[] bytes =
        switch (field) {
          case byte[] raw -> raw;
          case Long number -> ByteBuffer.allocate(Long.BYTES).putLong(number).array();
          case String text -> text.getBytes(StandardCharsets.UTF_8);
          default -> throw new IllegalArgumentException("no field of a row: " + field.getClass());
        };
    mac.update(ByteBuffer.allocate(Integer.BYTES).putInt(bytes.length).array());
    mac.update(bytes);
  }

  /// @throws StoreException with [Code#STORE_CORRUPT] if the row is not what was written
  void check(byte[] found, String table, Object... fields) throws StoreException {
    if (!MessageDigest.isEqual(found, of(table, fields))) {
      throw new StoreException(
          Code.STORE_CORRUPT, "a row of table " + table + " is not what was written");
    }
  }
}
