package io.vouchsafe.ec;

import com.amazon.corretto.crypto.provider.AmazonCorrettoCryptoProvider;
import io.vouchsafe.encoding.Bytes;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.Provider;
import java.security.PublicKey;
import java.security.Security;
import java.security.Signature;
import java.security.SignatureException;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPublicKeySpec;
import java.util.List;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.math.ec.ECPoint;

/// What other implementations say about a signature of a hash.
final class Providers {
  static final Provider SUN = Security.getProvider("SunEC");
  static final Provider BOUNCY_CASTLE = new BouncyCastleProvider();
  static final Provider AWS_LC = AmazonCorrettoCryptoProvider.INSTANCE;
  static final List<Provider> ALL = List.of(SUN, BOUNCY_CASTLE, AWS_LC);

  private Providers() {}

  static ECParameterSpec parameters(Curve curve) throws GeneralSecurityException {
    return parameters(curve == Curve.P256 ? "secp256r1" : "secp384r1");
  }

  static ECParameterSpec parameters(String name) throws GeneralSecurityException {
    AlgorithmParameters parameters = AlgorithmParameters.getInstance("EC", BOUNCY_CASTLE);
    parameters.init(new ECGenParameterSpec(name));
    return parameters.getParameterSpec(ECParameterSpec.class);
  }

  static PublicKey key(Provider provider, Curve curve, ECPoint point)
      throws GeneralSecurityException {
    return KeyFactory.getInstance("EC", provider)
        .generatePublic(
            new ECPublicKeySpec(
                new java.security.spec.ECPoint(
                    point.getAffineXCoord().toBigInteger(), point.getAffineYCoord().toBigInteger()),
                parameters(curve)));
  }

  static boolean verify(Provider provider, PublicKey key, Bytes hash, Bytes der)
      throws GeneralSecurityException {
    Signature signature = Signature.getInstance("NONEwithECDSA", provider);
    signature.initVerify(key);
    signature.update(hash.toByteArray());
    try {
      return signature.verify(der.toByteArray());
    } catch (SignatureException _) {
      return false;
    }
  }
}
