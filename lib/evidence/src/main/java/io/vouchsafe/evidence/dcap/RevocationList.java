package io.vouchsafe.evidence.dcap;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.DerReader;
import io.vouchsafe.encoding.FormatException;
import java.io.ByteArrayInputStream;
import java.math.BigInteger;
import java.security.PublicKey;
import java.security.cert.CRLException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509CRL;
import java.time.Instant;
import java.util.Set;

/// A certificate revocation list (RFC 5280 §5): the whole one of an issuer, with an end date.
record RevocationList(X509CRL list, Instant thisUpdate, Instant nextUpdate) {
  private static final int MAX_SIZE = 256 << 10;
  private static final String ECDSA_SHA256 = "1.2.840.10045.4.3.2";
  private static final String NUMBER = "2.5.29.20";

  static RevocationList parse(Bytes der) throws FormatException {
    if (der.size() > MAX_SIZE) {
      throw FormatException.oversized(
          0, "a revocation list of at most " + MAX_SIZE + " bytes", der.size() + " bytes");
    }
    DerReader.of(der).onlySequence();
    X509CRL list;
    try {
      list =
          (X509CRL)
              CertificateFactory.getInstance("X.509")
                  .generateCRL(new ByteArrayInputStream(der.toByteArray()));
    } catch (CRLException | CertificateException e) {
      throw FormatException.unexpected("a revocation list", String.valueOf(e.getMessage()));
    }
    Set<String> critical = list.getCriticalExtensionOIDs();
    // Critical extensions narrow a list down: deltas, partitions, indirect ones.
    boolean whole = critical == null || critical.isEmpty();
    if (list.getVersion() != 2 || !whole || !list.getSigAlgOID().equals(ECDSA_SHA256)) {
      throw FormatException.unexpected(
          "a whole revocation list of version 2, signed with ECDSA and SHA-256", "another one");
    }
    if (list.getNextUpdate() == null) {
      throw FormatException.unexpected("a revocation list with nextUpdate", "none");
    }
    return new RevocationList(
        list, list.getThisUpdate().toInstant(), list.getNextUpdate().toInstant());
  }

  Bytes issuer() {
    return Bytes.of(list.getIssuerX500Principal().getEncoded());
  }

  boolean isSignedBy(PublicKey key) {
    try {
      return P256Signatures.verifiesDer(
          key, Bytes.of(list.getTBSCertList()), Bytes.of(list.getSignature()));
    } catch (CRLException _) {
      return false;
    }
  }

  boolean lists(IntelCertificate certificate) {
    return list.getRevokedCertificate(certificate.certificate().getSerialNumber()) != null;
  }

  /// The number that the issuer gave the list, 0 if none.
  BigInteger number() throws FormatException {
    byte[] value = list.getExtensionValue(NUMBER);
    if (value == null) {
      return BigInteger.ZERO;
    }
    Bytes content = DerReader.of(Bytes.of(value)).octetString("CRL number");
    return DerReader.of(content).integer("CRL number");
  }
}
