package io.vouchsafe.tpm;

import io.vouchsafe.encoding.ByteWriter;
import io.vouchsafe.encoding.Bytes;
import java.util.HexFormat;

/// Templates of the keys that an attester makes. Public areas whose unique field is not a key yet.
final class Templates {
  /// PolicySecret(TPM_RH_ENDORSEMENT), PolicyA of the EK credential profile.
  private static final String POLICY_A =
      "837197674484b3f81a90cc8d46a5d724fd52d76e06520b64f2a1da1b331469aa";

  private static final int EK_ATTRIBUTES =
      TpmtPublic.FIXED_TPM
          | TpmtPublic.FIXED_PARENT
          | TpmtPublic.SENSITIVE_DATA_ORIGIN
          | TpmtPublic.ADMIN_WITH_POLICY
          | TpmtPublic.RESTRICTED
          | TpmtPublic.DECRYPT;

  private static final int AK_ATTRIBUTES =
      TpmtPublic.AK_REQUIRED | TpmtPublic.USER_WITH_AUTH | TpmtPublic.NO_DA;

  private static final int RSA_BYTES = 256;
  private static final int P256_BYTES = 32;

  private Templates() {}

  /// Template L-1.
  static Bytes ekRsa2048() {
    return ekRsa2048(Bytes.zeros(RSA_BYTES));
  }

  /// The public area of the key that a TPM makes from template L-1.
  static Bytes ekRsa2048(Bytes modulus) {
    return ByteWriter.bigEndian()
        .u16(TpmAlg.RSA)
        .u16(TpmAlg.SHA256)
        .u32(EK_ATTRIBUTES)
        .sized16(Bytes.of(HexFormat.of().parseHex(POLICY_A)))
        .u16(TpmAlg.AES)
        .u16(128)
        .u16(TpmAlg.CFB)
        .u16(TpmAlg.NULL)
        .u16(RSA_BYTES * 8)
        .u32(0)
        .sized16(modulus)
        .toBytes();
  }

  /// The public area of the key that a TPM makes from template L-2.
  static Bytes ekP256(Bytes x, Bytes y) {
    return ByteWriter.bigEndian()
        .u16(TpmAlg.ECC)
        .u16(TpmAlg.SHA256)
        .u32(EK_ATTRIBUTES)
        .sized16(Bytes.of(HexFormat.of().parseHex(POLICY_A)))
        .u16(TpmAlg.AES)
        .u16(128)
        .u16(TpmAlg.CFB)
        .u16(TpmAlg.NULL)
        .u16(TpmAlg.CURVE_P256)
        .u16(TpmAlg.NULL)
        .sized16(Spki.leftPad(x, P256_BYTES))
        .sized16(Spki.leftPad(y, P256_BYTES))
        .toBytes();
  }

  static Bytes akP256(Bytes unique) {
    return ByteWriter.bigEndian()
        .u16(TpmAlg.ECC)
        .u16(TpmAlg.SHA256)
        .u32(AK_ATTRIBUTES)
        .u16(0)
        .u16(TpmAlg.NULL)
        .u16(TpmAlg.ECDSA)
        .u16(TpmAlg.SHA256)
        .u16(TpmAlg.CURVE_P256)
        .u16(TpmAlg.NULL)
        .sized16(unique)
        .u16(0)
        .toBytes();
  }
}
