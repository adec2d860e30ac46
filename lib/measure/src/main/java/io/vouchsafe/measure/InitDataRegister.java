package io.vouchsafe.measure;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.tpm.HashAlg;

/// PCR 8 of a guest that measured its init-data: one extend from zero.
public final class InitDataRegister {
  private InitDataRegister() {}

  /// The SHA-256 bank's PCR 8.
  ///
  /// @param digest SHA-256 of the init-data's exact bytes
  public static Bytes value(Bytes digest) {
    if (digest.size() != HashAlg.SHA256.size()) {
      throw new IllegalArgumentException(
          "init-data digest of " + digest.size() + " bytes, the SHA-256 bank takes 32");
    }
    return HashAlg.SHA256.extend(Bytes.zeros(HashAlg.SHA256.size()), digest);
  }
}
