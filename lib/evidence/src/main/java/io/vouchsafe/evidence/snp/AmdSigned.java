package io.vouchsafe.evidence.snp;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.DerReader;
import io.vouchsafe.encoding.FormatException;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.PublicKey;
import java.security.Signature;
import java.security.SignatureException;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;

/// A certificate or revocation list: content, algorithm, signature. AMD signs every one of them
/// with RSASSA-PSS, SHA-384, MGF1 with SHA-384 and 48 bytes of salt; nothing else counts as signed.
///
/// @param content what the signature is over
/// @param algorithm AlgorithmIdentifier
/// @param signature the signature
record AmdSigned(Bytes content, Bytes algorithm, Bytes signature) {
  private static final int MAX_SIZE = 64 << 10;
  private static final int SALT = 48;
  private static final int TRAILER = 1;
  private static final String RSASSA_PSS = "1.2.840.113549.1.1.10";
  private static final String MGF1 = "1.2.840.113549.1.1.8";
  private static final String SHA384 = "2.16.840.1.101.3.4.2.2";
  private static final PSSParameterSpec PSS =
      new PSSParameterSpec("SHA-384", "MGF1", MGF1ParameterSpec.SHA384, SALT, TRAILER);

  static AmdSigned parse(Bytes der) throws FormatException {
    if (der.size() > MAX_SIZE) {
      throw FormatException.oversized(
          0, "at most " + MAX_SIZE + " bytes of DER", der.size() + " bytes");
    }
    DerReader outer = DerReader.of(der).onlySequence();
    Bytes content = outer.element("signed content");
    Bytes algorithm = outer.element("signatureAlgorithm");
    Bytes signature = outer.bitString("signature");
    outer.end();
    return new AmdSigned(content, algorithm, signature);
  }

  /// Whether `key` made the signature, with AMD's parameters.
  boolean isBy(PublicKey key) {
    if (!isAmdAlgorithm()) {
      return false;
    }
    try {
      Signature verifier = Signature.getInstance("RSASSA-PSS");
      verifier.setParameter(PSS);
      verifier.initVerify(key);
      verifier.update(content.asBuffer());
      return verifier.verify(signature.toByteArray());
    } catch (SignatureException | InvalidKeyException _) {
      // A signature of another length than the key's, or a key of another kind.
      return false;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("the JDK lacks RSASSA-PSS", e);
    }
  }

  private boolean isAmdAlgorithm() {
    try {
      DerReader identifier = DerReader.of(algorithm).onlySequence();
      if (!identifier.oid("algorithm").equals(RSASSA_PSS)) {
        return false;
      }
      DerReader parameters = identifier.sequence("parameters");
      identifier.end();
      boolean same = isSha384(explicit(parameters, 0)) && isMgf1(explicit(parameters, 1));
      DerReader salt = explicit(parameters, 2);
      same &= salt.integer("salt length").intValueExact() == SALT;
      salt.end();
      if (parameters.hasMore()) {
        // The default, which some of AMD's certificates spell out.
        DerReader trailer = explicit(parameters, 3);
        same &= trailer.integer("trailer").intValueExact() == TRAILER;
        trailer.end();
      }
      parameters.end();
      return same;
    } catch (FormatException | ArithmeticException _) {
      return false;
    }
  }

  private static DerReader explicit(DerReader parameters, int number) throws FormatException {
    return parameters
        .optional(number)
        .orElseThrow(() -> FormatException.unexpected("PSS parameter " + number, "none"));
  }

  private static boolean isSha384(DerReader in) throws FormatException {
    DerReader identifier = in.sequence("hash algorithm");
    in.end();
    boolean same = identifier.oid("hash").equals(SHA384);
    if (identifier.hasMore()) {
      identifier.nothing("hash parameters");
    }
    identifier.end();
    return same;
  }

  private static boolean isMgf1(DerReader in) throws FormatException {
    DerReader identifier = in.sequence("mask generation");
    in.end();
    return identifier.oid("mask generation").equals(MGF1) && isSha384(identifier);
  }
}
