package io.vouchsafe.measure.sev;

import io.vouchsafe.encoding.ByteReader;
import io.vouchsafe.encoding.ByteWriter;
import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.measure.LittleEndianNumber;
import io.vouchsafe.tpm.HashAlg;
import io.vouchsafe.verdict.Code;
import java.math.BigInteger;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECFieldFp;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPoint;
import java.security.spec.ECPublicKeySpec;
import java.security.spec.EllipticCurve;

/// A public key of P-384 as AMD's firmware takes it: 1,028 bytes, coordinates least significant
/// byte first. A report names it by the SHA-384 of all of them.
public final class IdKey {
  /// Bytes of the binary form.
  public static final int SIZE = 1028;

  /// Bytes of a number in keys and signatures.
  static final int FIELD = 72;

  private static final int P384 = 2;
  private static final ECParameterSpec CURVE = curve();

  private final PublicKey key;
  private final Bytes encoded;

  private IdKey(PublicKey key, Bytes encoded) {
    this.key = key;
    this.encoded = encoded;
  }

  private static ECParameterSpec curve() {
    try {
      AlgorithmParameters parameters = AlgorithmParameters.getInstance("EC");
      parameters.init(new ECGenParameterSpec("secp384r1"));
      return parameters.getParameterSpec(ECParameterSpec.class);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java runtime has P-384", e);
    }
  }

  /// @throws FormatException if the key is of another curve
  public static IdKey of(ECPublicKey key) throws FormatException {
    if (!key.getParams().getCurve().equals(CURVE.getCurve())) {
      throw new FormatException(
          Code.UNSUPPORTED_ALGORITHM, FormatException.NO_OFFSET, "a key of P-384", "another");
    }
    ECPoint point = key.getW();
    Bytes encoded =
        ByteWriter.littleEndian()
            .u32(P384)
            .bytes(LittleEndianNumber.encode(point.getAffineX(), FIELD))
            .bytes(LittleEndianNumber.encode(point.getAffineY(), FIELD))
            .toBytes()
            .fit(SIZE);
    return parse(encoded);
  }

  /// Parses the 1,028 bytes.
  ///
  /// @throws FormatException if they hold no point of P-384
  public static IdKey parse(Bytes encoded) throws FormatException {
    ByteReader in = ByteReader.littleEndian(encoded);
    long curve = in.u32("curve");
    if (curve != P384) {
      throw new FormatException(
          Code.UNSUPPORTED_ALGORITHM, 0, "curve 2 (P-384)", Long.toString(curve));
    }
    BigInteger x = number(in, "x");
    BigInteger y = number(in, "y");
    in.zeros("rest of the key", SIZE - 4 - 2 * FIELD);
    in.end();
    if (!isOnCurve(x, y)) {
      throw FormatException.unexpected("a point of P-384", "none");
    }
    try {
      PublicKey key =
          KeyFactory.getInstance("EC")
              .generatePublic(new ECPublicKeySpec(new ECPoint(x, y), CURVE));
      return new IdKey(key, encoded);
    } catch (GeneralSecurityException e) {
      throw FormatException.unexpected("a point of P-384", String.valueOf(e.getMessage()));
    }
  }

  private static boolean isOnCurve(BigInteger x, BigInteger y) {
    EllipticCurve curve = CURVE.getCurve();
    BigInteger p = ((ECFieldFp) curve.getField()).getP();
    BigInteger right = x.multiply(x).add(curve.getA()).multiply(x).add(curve.getB()).mod(p);
    return x.compareTo(p) < 0 && y.compareTo(p) < 0 && y.multiply(y).mod(p).equals(right);
  }

  static BigInteger number(ByteReader in, String field) throws FormatException {
    return LittleEndianNumber.read(in.bytes(field, FIELD));
  }

  /// The binary form.
  public Bytes encode() {
    return encoded;
  }

  /// What a report names the key by: SHA-384 of the binary form.
  public Bytes digest() {
    return HashAlg.SHA384.digest(encoded);
  }

  /// Whether this key signed `message`.
  boolean signed(Bytes message, IdSignature signature) {
    try {
      Signature verifier = Signature.getInstance("SHA384withECDSAinP1363Format");
      verifier.initVerify(key);
      verifier.update(message.asBuffer());
      return verifier.verify(signature.p1363().toByteArray());
    } catch (GeneralSecurityException _) {
      // The provider's way to say that r or s is out of range.
      return false;
    }
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof IdKey that && encoded.equals(that.encoded);
  }

  @Override
  public int hashCode() {
    return encoded.hashCode();
  }

  @Override
  public String toString() {
    return digest().hex();
  }
}
