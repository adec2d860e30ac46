package io.vouchsafe.measure.sev;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;

/// Signs for the owner of guests, wherever the private key is kept.
public interface IdSigner {
  /// The key that the signatures verify with.
  IdKey publicKey();

  /// ECDSA with SHA-384 over `message`.
  ///
  /// @return r and s of 48 bytes each, most significant first
  /// @throws GeneralSecurityException if the key cannot be used
  Bytes sign(Bytes message) throws GeneralSecurityException;

  /// A signer with a private key at hand.
  ///
  /// @throws FormatException if the keys are not of P-384
  static IdSigner of(PrivateKey privateKey, ECPublicKey publicKey) throws FormatException {
    IdKey key = IdKey.of(publicKey);
    return new IdSigner() {
      @Override
      public IdKey publicKey() {
        return key;
      }

      @Override
      public Bytes sign(Bytes message) throws GeneralSecurityException {
        Signature signature = Signature.getInstance("SHA384withECDSAinP1363Format");
        signature.initSign(privateKey);
        signature.update(message.asBuffer());
        return Bytes.of(signature.sign());
      }
    };
  }
}
