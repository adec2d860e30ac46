package io.vouchsafe.tpm;

import io.vouchsafe.encoding.ByteReader;
import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.verdict.Code;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.Signature;
import java.security.interfaces.ECKey;
import java.security.interfaces.RSAKey;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;

/// TPMT_SIGNATURE with one of the schemes that are accepted here: ECDSA, RSASSA or RSAPSS, with
/// SHA-256, SHA-384 or SHA-512.
public final class TpmtSignature {
  private static final int MAX_RSA = 512;
  private static final int MAX_COORDINATE = 66;

  private final int scheme;
  private final HashAlg hash;
  private final Bytes first;
  private final Bytes second;

  private TpmtSignature(int scheme, HashAlg hash, Bytes first, Bytes second) {
    this.scheme = scheme;
    this.hash = hash;
    this.first = first;
    this.second = second;
  }

  /// Parses a TPMT_SIGNATURE; nothing may follow it.
  ///
  /// @throws FormatException if it is malformed, or with [Code#UNSUPPORTED_ALGORITHM] if scheme or
  ///   hash are not accepted (SHA-1 is not)
  public static TpmtSignature parse(Bytes raw) throws FormatException {
    ByteReader in = ByteReader.bigEndian(raw);
    int scheme = in.u16("sigAlg");
    if (scheme != TpmAlg.ECDSA && scheme != TpmAlg.RSASSA && scheme != TpmAlg.RSAPSS) {
      throw new FormatException(
          Code.UNSUPPORTED_ALGORITHM,
          0,
          "ECDSA, RSASSA or RSAPSS",
          "TPM_ALG 0x" + Integer.toHexString(scheme));
    }
    HashAlg hash = HashAlg.of(in.u16("hash"), 2);
    if (hash == HashAlg.SHA1) {
      throw new FormatException(
          Code.UNSUPPORTED_ALGORITHM, 2, "SHA-256, SHA-384 or SHA-512", "SHA-1");
    }
    Bytes first;
    Bytes second = Bytes.EMPTY;
    if (scheme == TpmAlg.ECDSA) {
      first = in.sized16("r", MAX_COORDINATE);
      second = in.sized16("s", MAX_COORDINATE);
    } else {
      first = in.sized16("signature", MAX_RSA);
    }
    in.end();
    return new TpmtSignature(scheme, hash, first, second);
  }

  /// A bare RSASSA PKCS#1 v1.5 signature, as formats carry it that fix the scheme.
  public static TpmtSignature rsassa(HashAlg hash, Bytes signature) {
    return new TpmtSignature(TpmAlg.RSASSA, hash, signature, Bytes.EMPTY);
  }

  /// TPM_ALG_ID of the scheme.
  public int scheme() {
    return scheme;
  }

  /// The hash of the scheme; also the one of a quote's PCR digest.
  public HashAlg hash() {
    return hash;
  }

  /// Whether `key` made this signature over `message`. A key of the wrong kind, or a signature that
  /// no such key could make, is a plain no.
  public boolean isBy(PublicKey key, Bytes message) {
    try {
      if (scheme == TpmAlg.ECDSA) {
        return key instanceof ECKey ec && verifyEcdsa(key, fieldBytes(ec), message);
      }
      if (!(key instanceof RSAKey rsa)) {
        return false;
      }
      return scheme == TpmAlg.RSASSA
          ? verify(Signature.getInstance(jcaHash() + "withRSA"), key, message, first.toByteArray())
          : verifyPss(key, rsa.getModulus().bitLength(), message);
    } catch (GeneralSecurityException _) {
      // Thrown for signatures of the wrong length and values out of range: not genuine.
      return false;
    }
  }

  private String jcaHash() {
    return switch (hash) {
      case SHA1 -> "SHA1";
      case SHA256 -> "SHA256";
      case SHA384 -> "SHA384";
      case SHA512 -> "SHA512";
    };
  }

  private static int fieldBytes(ECKey key) {
    return (key.getParams().getCurve().getField().getFieldSize() + 7) / 8;
  }

  private boolean verifyEcdsa(PublicKey key, int field, Bytes message)
      throws GeneralSecurityException {
    if (first.size() > field || second.size() > field) {
      return false;
    }
    byte[] signature = new byte[2 * field];
    first.asBuffer().get(signature, field - first.size(), first.size());
    second.asBuffer().get(signature, 2 * field - second.size(), second.size());
    return verify(
        Signature.getInstance(jcaHash() + "withECDSAinP1363Format"), key, message, signature);
  }

  private boolean verifyPss(PublicKey key, int modulusBits, Bytes message)
      throws GeneralSecurityException {
    // A TPM uses either the digest's length or the longest salt that fits (TPM 2.0 part 1, B.7).
    int longest = (modulusBits + 6) / 8 - hash.size() - 2;
    for (int salt : new int[] {hash.size(), longest}) {
      Signature signature = Signature.getInstance("RSASSA-PSS");
      signature.setParameter(
          new PSSParameterSpec(
              hash.jcaName(),
              "MGF1",
              new MGF1ParameterSpec(hash.jcaName()),
              salt,
              PSSParameterSpec.TRAILER_FIELD_BC));
      if (verify(signature, key, message, first.toByteArray())) {
        return true;
      }
    }
    return false;
  }

  private static boolean verify(Signature verifier, PublicKey key, Bytes message, byte[] signature)
      throws GeneralSecurityException {
    verifier.initVerify(key);
    verifier.update(message.asBuffer());
    return verifier.verify(signature);
  }
}
