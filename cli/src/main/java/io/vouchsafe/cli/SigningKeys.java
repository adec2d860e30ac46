package io.vouchsafe.cli;

import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Pem;
import io.vouchsafe.encoding.SecretBytes;
import io.vouchsafe.measure.sev.IdSigner;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECPoint;
import java.security.spec.ECPublicKeySpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Arrays;
import java.util.HexFormat;

/// Keys of guests' owners, from PEM files.
final class SigningKeys {
  private static final int COORDINATE = 48;
  private static final int POINT = 1 + 2 * COORDINATE;

  /// What stands before the public point at the end of a P-384 key (RFC 5915): \[1\], BIT STRING.
  private static final byte[] POINT_HEADER = HexFormat.of().parseHex("a164036200");

  private SigningKeys() {}

  /// A private key of P-384 in PKCS #8, with its public key in it as OpenSSL writes it.
  static IdSigner p384(Path file) throws IOException, Failure {
    if (!Files.isReadable(file)) {
      throw new Failure("cannot read the key " + file);
    }
    try (SecretBytes pem = SecretBytes.take(Files.readAllBytes(file));
        SecretBytes der = Pem.secret(pem, "PRIVATE KEY")) {
      return der.lend(SigningKeys::signer);
    } catch (FormatException e) {
      throw new Failure(
          "%s is no P-384 key in PKCS #8 with its public key: %s; openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-384 makes one"
              .formatted(file, e.getMessage()),
          e);
    }
  }

  private static IdSigner signer(byte[] der) throws FormatException {
    try {
      return signer(KeyFactory.getInstance("EC"), der);
    } catch (GeneralSecurityException e) {
      throw FormatException.unexpected("an EC key", String.valueOf(e.getMessage()));
    }
  }

  private static IdSigner signer(KeyFactory factory, byte[] der)
      throws GeneralSecurityException, FormatException {
    PrivateKey key = factory.generatePrivate(new PKCS8EncodedKeySpec(der));
    int at = der.length - POINT;
    int header = at - POINT_HEADER.length;
    if (!(key instanceof ECPrivateKey ec)
        || header < 0
        || !Arrays.equals(der, header, at, POINT_HEADER, 0, POINT_HEADER.length)
        || der[at] != 4) {
      throw FormatException.unexpected("a public key in the file", "none");
    }
    BigInteger x = new BigInteger(1, der, at + 1, COORDINATE);
    BigInteger y = new BigInteger(1, der, at + 1 + COORDINATE, COORDINATE);
    return IdSigner.of(
        key,
        (ECPublicKey)
            factory.generatePublic(new ECPublicKeySpec(new ECPoint(x, y), ec.getParams())));
  }
}
