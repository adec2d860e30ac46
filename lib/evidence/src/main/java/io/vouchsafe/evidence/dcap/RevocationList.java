package io.vouchsafe.evidence.dcap;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.DerReader;
import io.vouchsafe.encoding.DerTag;
import io.vouchsafe.encoding.FormatException;
import java.math.BigInteger;
import java.time.Instant;
import java.util.HashSet;
import java.util.Set;

/// A certificate revocation list (RFC 5280 §5): the whole one of an issuer, with an end date.
///
/// @param signed what the signature is over
/// @param signature in DER
/// @param issuer its name in DER
/// @param serials serial numbers of the revoked
/// @param number that the issuer gave the list, 0 if none
record RevocationList(
    Bytes signed,
    Bytes signature,
    Bytes issuer,
    Instant thisUpdate,
    Instant nextUpdate,
    Set<BigInteger> serials,
    BigInteger number) {
  private static final int MAX_SIZE = 256 << 10;
  private static final String NUMBER = "2.5.29.20";

  static RevocationList parse(Bytes der) throws FormatException {
    if (der.size() > MAX_SIZE) {
      throw FormatException.oversized(
          0, "a revocation list of at most " + MAX_SIZE + " bytes", der.size() + " bytes");
    }
    DerReader outer = DerReader.of(der).onlySequence();
    Bytes signed = outer.element("signed content");
    requireAlgorithm(outer.element("signature algorithm"));
    Bytes signature = outer.bitString("signature");
    outer.end();
    DerReader in = DerReader.of(signed).onlySequence();
    if (!in.nextIs(DerTag.INTEGER) || !in.integer("version").equals(BigInteger.ONE)) {
      throw FormatException.unexpected("a revocation list of version 2", "another one");
    }
    requireAlgorithm(in.element("signature algorithm"));
    Bytes issuer = in.element("issuer");
    Instant thisUpdate = in.time("thisUpdate");
    if (!in.nextIs(DerTag.UTC_TIME) && !in.nextIs(DerTag.GENERALIZED_TIME)) {
      throw FormatException.unexpected("a revocation list with nextUpdate", "none");
    }
    Instant nextUpdate = in.time("nextUpdate");
    Set<BigInteger> serials =
        in.nextIs(DerTag.SEQUENCE) ? entries(in.sequence("revoked certificates")) : Set.of();
    BigInteger number = number(in);
    in.end();
    return new RevocationList(signed, signature, issuer, thisUpdate, nextUpdate, serials, number);
  }

  private static void requireAlgorithm(Bytes identifier) throws FormatException {
    if (!identifier.equals(IntelCertificate.ECDSA_SHA256)) {
      throw FormatException.unexpected("a list signed with ECDSA and SHA-256", "another one");
    }
  }

  private static Set<BigInteger> entries(DerReader in) throws FormatException {
    Set<BigInteger> serials = new HashSet<>();
    while (in.hasMore()) {
      DerReader entry = in.sequence("revoked certificate");
      serials.add(entry.integer("serial number"));
      entry.time("revocation date");
      if (entry.hasMore()) {
        DerReader extensions = entry.sequence("extensions");
        while (extensions.hasMore()) {
          // Critical ones change whose certificate is meant.
          extension(extensions);
        }
      }
      entry.end();
    }
    return serials;
  }

  private static BigInteger number(DerReader in) throws FormatException {
    BigInteger number = BigInteger.ZERO;
    if (!in.hasMore()) {
      return number;
    }
    DerReader wrapper = in.constructed(DerTag.constructed(0), "extensions");
    DerReader extensions = wrapper.sequence("extensions");
    wrapper.end();
    while (extensions.hasMore()) {
      Extension extension = extension(extensions);
      if (extension.oid().equals(NUMBER)) {
        DerReader value = DerReader.of(extension.value());
        number = value.integer("CRL number");
        value.end();
      }
    }
    return number;
  }

  private record Extension(String oid, Bytes value) {}

  /// Critical extensions narrow a list down: deltas, partitions, indirect ones.
  private static Extension extension(DerReader in) throws FormatException {
    DerReader extension = in.sequence("extension");
    String oid = extension.oid("extension");
    if (extension.nextIs(DerTag.BOOLEAN) && extension.bool("critical")) {
      throw FormatException.unexpected("a whole revocation list", "critical extension " + oid);
    }
    Bytes value = extension.octetString("extension value");
    extension.end();
    return new Extension(oid, value);
  }

  boolean isSignedBy(P256Key key) {
    return key.signedDer(signed, signature);
  }

  boolean lists(IntelCertificate certificate) {
    return serials.contains(certificate.serial());
  }
}
