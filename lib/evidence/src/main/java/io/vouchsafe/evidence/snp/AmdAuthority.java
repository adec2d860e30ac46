package io.vouchsafe.evidence.snp;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.DerReader;
import io.vouchsafe.encoding.DerTag;
import io.vouchsafe.encoding.FormatException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.X509EncodedKeySpec;
import java.util.Optional;
import java.util.Set;

/// A certificate that may sign others: a root (ARK) or an intermediate (ASK, ASVK).
///
/// @param certificate as it came
/// @param key its RSA key
/// @param pathLength how many intermediates may follow; empty if that is not limited
record AmdAuthority(AmdCertificate certificate, RSAPublicKey key, Optional<BigInteger> pathLength) {
  static final int MIN_BITS = 2048;

  private static final String BASIC_CONSTRAINTS = "2.5.29.19";
  private static final String KEY_USAGE = "2.5.29.15";
  private static final Set<String> UNDERSTOOD = Set.of(BASIC_CONSTRAINTS, KEY_USAGE);
  private static final int KEY_CERT_SIGN = 0x80 >>> 5;

  /// Decodes a certificate.
  ///
  /// @throws FormatException if it cannot be read, is for no authority, or holds no RSA key
  static AmdAuthority parse(Bytes encoded) throws FormatException {
    AmdCertificate certificate = AmdCertificate.parse(encoded);
    if (certificate.repeated() || !UNDERSTOOD.containsAll(certificate.critical())) {
      throw FormatException.unexpected(
          "critical extensions that are known, each extension once", "others");
    }
    requireSigning(extension(certificate, KEY_USAGE));
    return new AmdAuthority(certificate, rsa(certificate.spki()), pathLength(certificate));
  }

  /// AMD's own roots have a trailing zero bit in these flags, which DER forbids: so only the bit is
  /// looked at.
  private static void requireSigning(Bytes usage) throws FormatException {
    DerReader reader = DerReader.of(usage);
    Bytes content = reader.content(DerTag.BIT_STRING, "key usage");
    reader.end();
    // The first byte counts unused bits; then comes bit 0, digitalSignature, as the highest.
    if (content.size() < 2 || content.at(0) > 7 || (content.at(1) & KEY_CERT_SIGN) == 0) {
      throw FormatException.unexpected("key usage keyCertSign", "another");
    }
  }

  private static Bytes extension(AmdCertificate certificate, String oid) throws FormatException {
    Bytes value = certificate.extensions().get(oid);
    if (value == null) {
      throw FormatException.unexpected("extension " + oid, "none");
    }
    return value;
  }

  private static Optional<BigInteger> pathLength(AmdCertificate certificate)
      throws FormatException {
    DerReader constraints = DerReader.of(extension(certificate, BASIC_CONSTRAINTS)).onlySequence();
    if (!constraints.nextIs(DerTag.BOOLEAN) || !constraints.bool("CA")) {
      throw FormatException.unexpected("a certificate of an authority", "another");
    }
    Optional<BigInteger> length =
        constraints.hasMore() ? Optional.of(constraints.integer("path length")) : Optional.empty();
    constraints.end();
    return length;
  }

  private static RSAPublicKey rsa(Bytes spki) throws FormatException {
    try {
      return (RSAPublicKey)
          KeyFactory.getInstance("RSA").generatePublic(new X509EncodedKeySpec(spki.toByteArray()));
    } catch (InvalidKeySpecException e) {
      throw FormatException.unexpected("an RSA key", String.valueOf(e.getMessage()));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("the JDK lacks RSA keys", e);
    }
  }

  AmdName subject() {
    return certificate.subject();
  }

  int bits() {
    return key.getModulus().bitLength();
  }
}
