package io.vouchsafe.bench;

import com.amazon.corretto.crypto.provider.AmazonCorrettoCryptoProvider;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.X509EncodedKeySpec;

/// One ECDSA verification by AWS-LC, hashing included, its key decoded before.
final class Yardstick {
  /// What an SNP report signs; a quote is about as long.
  private static final int MESSAGE = 672;

  private static final int PER_TURN = 40;

  private Yardstick() {}

  static EvidenceBench.Task p256() throws GeneralSecurityException {
    return of("secp256r1", "SHA256withECDSA");
  }

  static EvidenceBench.Task p384() throws GeneralSecurityException {
    return of("secp384r1", "SHA384withECDSA");
  }

  private static EvidenceBench.Task of(String curve, String algorithm)
      throws GeneralSecurityException {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(new ECGenParameterSpec(curve));
    KeyPair pair = generator.generateKeyPair();
    byte[] message = new byte[MESSAGE];
    Signature signer = Signature.getInstance(algorithm);
    signer.initSign(pair.getPrivate());
    signer.update(message);
    byte[] signature = signer.sign();
    PublicKey key =
        KeyFactory.getInstance("EC", AmazonCorrettoCryptoProvider.INSTANCE)
            .generatePublic(new X509EncodedKeySpec(pair.getPublic().getEncoded()));
    Signature awsLc = Signature.getInstance(algorithm, AmazonCorrettoCryptoProvider.INSTANCE);
    return new EvidenceBench.Task(
        PER_TURN,
        _ -> {
          awsLc.initVerify(key);
          awsLc.update(message);
          if (!awsLc.verify(signature)) {
            throw new GeneralSecurityException("a good signature was refused");
          }
        });
  }
}
