package io.vouchsafe.evidence.sev;

import io.vouchsafe.ec.EcdsaSignature;
import io.vouchsafe.ec.EcdsaVerifier;
import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.MessageDigest;
import java.security.Signature;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.security.spec.RSAPublicKeySpec;

/// The signatures of SEV certificates: public data only.
final class SevSignatures {
  private SevSignatures() {}

  /// Whether an authority signed a message.
  ///
  /// @param signature most significant byte first
  static boolean verifies(SevCaCertificate signer, String hash, Bytes message, Bytes signature) {
    MGF1ParameterSpec mask =
        hash.equals("SHA-384") ? MGF1ParameterSpec.SHA384 : MGF1ParameterSpec.SHA256;
    try {
      Signature verifier = Signature.getInstance("RSASSA-PSS");
      int salt = MessageDigest.getInstance(hash).getDigestLength();
      verifier.setParameter(new PSSParameterSpec(hash, "MGF1", mask, salt, 1));
      verifier.initVerify(
          KeyFactory.getInstance("RSA")
              .generatePublic(new RSAPublicKeySpec(signer.modulus(), signer.exponent())));
      verifier.update(message.asBuffer());
      return verifier.verify(signature.toByteArray());
    } catch (GeneralSecurityException _) {
      return false;
    }
  }

  /// Whether an authority made a signature of a platform's certificate.
  static boolean verifies(
      SevCaCertificate signer, SevCertificate certificate, SevCertificate.Signature signature) {
    int size = signer.bits() / Byte.SIZE;
    Bytes value = signature.value();
    return signature.algorithm().isRsa()
        && value.slice(size, value.size()).equals(Bytes.zeros(value.size() - size))
        && verifies(
            signer,
            signature.algorithm().hash(),
            certificate.signed(),
            SevNumbers.reversed(value.slice(0, size)));
  }

  /// Whether another key of the platform made a signature of its certificate.
  static boolean verifies(
      SevCertificate signer, SevCertificate certificate, SevCertificate.Signature signature) {
    Bytes rest = signature.value().slice(signature.r().size() * 2, signature.value().size());
    if (!signer.algorithm().isEcdsa()
        || signature.algorithm() != signer.algorithm()
        || !rest.equals(Bytes.zeros(rest.size()))) {
      return false;
    }
    try {
      MessageDigest digest = MessageDigest.getInstance(signature.algorithm().hash());
      certificate.signed().update(digest);
      EcdsaVerifier verifier =
          EcdsaVerifier.of(
              signer.curve(), SevNumbers.reversed(signer.x()), SevNumbers.reversed(signer.y()));
      EcdsaSignature value =
          EcdsaSignature.ofLittleEndian(signer.curve(), signature.r(), signature.s());
      return value.inRange() && verifier.verifyHash(Bytes.of(digest.digest()), value);
    } catch (FormatException | GeneralSecurityException _) {
      return false;
    }
  }
}
