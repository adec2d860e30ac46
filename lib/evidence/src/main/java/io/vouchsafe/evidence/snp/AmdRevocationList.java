package io.vouchsafe.evidence.snp;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.DerReader;
import io.vouchsafe.encoding.DerTag;
import io.vouchsafe.encoding.FormatException;
import java.math.BigInteger;
import java.time.Instant;
import java.util.HashSet;
import java.util.Set;

/// A revocation list of a root, decoded and not verified (RFC 5280 §5). It lists serial numbers of
/// intermediates.
///
/// @param signed content and signature
/// @param issuer who signed
/// @param thisUpdate when it was made
/// @param nextUpdate until when it can be relied on
/// @param serials what is revoked
record AmdRevocationList(
    AmdSigned signed,
    AmdName issuer,
    Instant thisUpdate,
    Instant nextUpdate,
    Set<BigInteger> serials) {

  private static final int VERSION_2 = 1;

  static AmdRevocationList parse(Bytes der) throws FormatException {
    AmdSigned signed = AmdSigned.parse(der);
    DerReader body = DerReader.of(signed.content()).onlySequence();
    int at = body.offset();
    if (!body.integer("version").equals(BigInteger.valueOf(VERSION_2))) {
      throw FormatException.malformed(at, "a revocation list of version 2", "another");
    }
    if (!body.element("signature").equals(signed.algorithm())) {
      throw FormatException.malformed(at, "the same algorithm inside and outside", "two");
    }
    AmdName issuer = AmdName.parse(body.element("issuer"));
    Instant thisUpdate = body.time("thisUpdate");
    Instant nextUpdate = body.time("nextUpdate");
    Set<BigInteger> serials = new HashSet<>();
    if (body.nextIs(DerTag.SEQUENCE)) {
      DerReader entries = body.sequence("revoked certificates");
      while (entries.hasMore()) {
        DerReader entry = entries.sequence("revoked certificate");
        serials.add(entry.integer("serial number"));
        entry.time("revocation date");
        if (entry.hasMore()) {
          extensions(entry.sequence("entry extensions"));
        }
        entry.end();
      }
    }
    if (body.hasMore()) {
      int rest = body.offset();
      DerReader wrapper =
          body.optional(0)
              .orElseThrow(() -> FormatException.malformed(rest, "extensions", "another element"));
      extensions(wrapper.sequence("extensions"));
      wrapper.end();
    }
    body.end();
    return new AmdRevocationList(signed, issuer, thisUpdate, nextUpdate, Set.copyOf(serials));
  }

  /// None is needed here, and a critical one would change what the list means.
  private static void extensions(DerReader list) throws FormatException {
    while (list.hasMore()) {
      int at = list.offset();
      DerReader extension = list.sequence("extension");
      String oid = extension.oid("extension");
      if (extension.nextIs(DerTag.BOOLEAN) && extension.bool("critical")) {
        throw FormatException.malformed(at, "no critical extension", oid);
      }
      extension.octetString("extension value");
      extension.end();
    }
  }
}
