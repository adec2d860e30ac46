package io.vouchsafe.trust.core;

import io.vouchsafe.encoding.ByteWriter;
import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.tpm.TpmAlg;
import io.vouchsafe.tpm.TpmtPublic;
import io.vouchsafe.verdict.Code;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.X509EncodedKeySpec;
import java.util.HexFormat;

/// The public area of an endorsement key of which only the certificate is known: template L-1 of
/// the TCG EK credential profile, RSA of 2048 bits. Any deviation of the real key makes the TPM
/// refuse the credential, so a wrong guess gives nothing away.
final class EkTemplate {
  /// PolicySecret(TPM_RH_ENDORSEMENT), PolicyA of the profile.
  private static final String POLICY_A =
      "837197674484b3f81a90cc8d46a5d724fd52d76e06520b64f2a1da1b331469aa";

  private static final int ATTRIBUTES =
      TpmtPublic.FIXED_TPM
          | TpmtPublic.FIXED_PARENT
          | TpmtPublic.SENSITIVE_DATA_ORIGIN
          | TpmtPublic.ADMIN_WITH_POLICY
          | TpmtPublic.RESTRICTED
          | TpmtPublic.DECRYPT;

  private static final int MODULUS_BYTES = 256;
  private static final int AES_BITS = 128;

  private EkTemplate() {}

  static TpmtPublic rsa2048(Bytes spki) throws FormatException {
    return TpmtPublic.parse(
        ByteWriter.bigEndian()
            .u16(TpmAlg.RSA)
            .u16(TpmAlg.SHA256)
            .u32(ATTRIBUTES)
            .sized16(Bytes.of(HexFormat.of().parseHex(POLICY_A)))
            .u16(TpmAlg.AES)
            .u16(AES_BITS)
            .u16(TpmAlg.CFB)
            .u16(TpmAlg.NULL)
            .u16(MODULUS_BYTES * Byte.SIZE)
            .u32(0)
            .sized16(modulus(spki))
            .toBytes());
  }

  private static Bytes modulus(Bytes spki) throws FormatException {
    PublicKey key;
    try {
      key =
          KeyFactory.getInstance("RSA").generatePublic(new X509EncodedKeySpec(spki.toByteArray()));
    } catch (GeneralSecurityException _) {
      throw unsupported("another kind of key");
    }
    BigInteger modulus = ((RSAPublicKey) key).getModulus();
    if (modulus.bitLength() != MODULUS_BYTES * Byte.SIZE) {
      throw unsupported("RSA of " + modulus.bitLength() + " bits");
    }
    byte[] signed = modulus.toByteArray();
    return Bytes.of(signed, signed.length - MODULUS_BYTES, MODULUS_BYTES);
  }

  private static FormatException unsupported(String found) {
    return new FormatException(
        Code.UNSUPPORTED_ALGORITHM,
        0,
        "ek_public, or an endorsement key that is RSA of 2048 bits",
        found);
  }
}
