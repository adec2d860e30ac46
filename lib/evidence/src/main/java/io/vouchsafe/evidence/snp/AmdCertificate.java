package io.vouchsafe.evidence.snp;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.DerReader;
import io.vouchsafe.encoding.DerTag;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Pem;
import java.math.BigInteger;
import java.time.Instant;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// An X.509 certificate of AMD's hierarchy, decoded and not verified. Read here instead of by the
/// JDK, which hides PSS parameters and takes what strict readers refuse.
///
/// @param signed content and signature
/// @param serial serial number; AMD's leaves have 0
/// @param issuer who signed
/// @param notBefore start of validity
/// @param notAfter end of validity, inclusive
/// @param subject whose key it is
/// @param spki SubjectPublicKeyInfo
/// @param extensions values by object identifier
/// @param critical object identifiers of those that must be understood
/// @param repeated whether an extension occurs twice
record AmdCertificate(
    AmdSigned signed,
    BigInteger serial,
    AmdName issuer,
    Instant notBefore,
    Instant notAfter,
    AmdName subject,
    Bytes spki,
    Map<String, Bytes> extensions,
    Set<String> critical,
    boolean repeated) {

  private static final int VERSION_3 = 2;
  private static final String PEM_START = "-----BEGIN ";

  /// Decodes DER, or PEM of one certificate, which some hosts deliver.
  static AmdCertificate parse(Bytes encoded) throws FormatException {
    AmdSigned signed = AmdSigned.parse(isPem(encoded) ? onlyBlock(encoded) : encoded);
    DerReader body = DerReader.of(signed.content()).onlySequence();
    int at = body.offset();
    DerReader version =
        body.optional(0)
            .orElseThrow(() -> FormatException.malformed(at, "X.509 version 3", "version 1"));
    if (!version.integer("version").equals(BigInteger.valueOf(VERSION_3))) {
      throw FormatException.malformed(at, "X.509 version 3", "another");
    }
    version.end();
    BigInteger serial = body.integer("serial number");
    if (!body.element("signature").equals(signed.algorithm())) {
      throw FormatException.malformed(at, "the same algorithm inside and outside", "two");
    }
    AmdName issuer = AmdName.parse(body.element("issuer"));
    DerReader validity = body.sequence("validity");
    Instant notBefore = validity.time("notBefore");
    Instant notAfter = validity.time("notAfter");
    validity.end();
    AmdName subject = AmdName.parse(body.element("subject"));
    Bytes spki = body.element("subjectPublicKeyInfo");
    Extensions extensions = Extensions.read(body);
    body.end();
    return new AmdCertificate(
        signed,
        serial,
        issuer,
        notBefore,
        notAfter,
        subject,
        spki,
        Collections.unmodifiableMap(extensions.values()),
        Set.copyOf(extensions.critical()),
        extensions.repeated());
  }

  private static boolean isPem(Bytes encoded) {
    int length = PEM_START.length();
    return encoded.size() > length && encoded.slice(0, length).equals(Bytes.utf8(PEM_START));
  }

  private static Bytes onlyBlock(Bytes text) throws FormatException {
    List<Bytes> blocks = Pem.parse(text, "CERTIFICATE");
    if (blocks.size() != 1) {
      throw FormatException.unexpected("one certificate", blocks.size() + " certificates");
    }
    return blocks.getFirst();
  }

  private record Extensions(Map<String, Bytes> values, Set<String> critical, boolean repeated) {
    private static final int MAX = 64;

    static Extensions read(DerReader body) throws FormatException {
      Map<String, Bytes> values = new LinkedHashMap<>();
      Set<String> critical = new HashSet<>();
      boolean repeated = false;
      if (!body.hasMore()) {
        return new Extensions(values, critical, false);
      }
      int at = body.offset();
      DerReader wrapper =
          body.optional(3)
              .orElseThrow(() -> FormatException.malformed(at, "extensions", "another element"));
      DerReader list = wrapper.sequence("extensions");
      wrapper.end();
      while (list.hasMore()) {
        DerReader extension = list.sequence("extension");
        String oid = extension.oid("extension");
        if (extension.nextIs(DerTag.BOOLEAN) && extension.bool("critical")) {
          critical.add(oid);
        }
        repeated |= values.put(oid, extension.octetString("extension value")) != null;
        extension.end();
        if (values.size() > MAX) {
          throw FormatException.oversized(at, "at most " + MAX + " extensions", "more");
        }
      }
      return new Extensions(values, critical, repeated);
    }
  }
}
