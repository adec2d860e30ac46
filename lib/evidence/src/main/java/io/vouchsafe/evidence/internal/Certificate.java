package io.vouchsafe.evidence.internal;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.DerReader;
import io.vouchsafe.encoding.DerTag;
import io.vouchsafe.encoding.FormatException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.spec.X509EncodedKeySpec;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// An X.509 certificate of a cloud's hierarchy, decoded and not verified. Read here instead of by
/// the JDK, which refuses the empty subjects of some of Google's and hides the parameters of
/// RSA-PSS.
///
/// @param content what the signature is over
/// @param algorithm AlgorithmIdentifier, the same inside and outside
/// @param signature the signature
/// @param issuer name of the signer, DER
/// @param notBefore start of validity
/// @param notAfter end of validity, inclusive
/// @param subject whose key it is, DER
/// @param spki SubjectPublicKeyInfo
/// @param extensions values by object identifier
/// @param critical object identifiers of those that must be understood
public record Certificate(
    Bytes content,
    Bytes algorithm,
    Bytes signature,
    Bytes issuer,
    Instant notBefore,
    Instant notAfter,
    Bytes subject,
    Bytes spki,
    Map<String, Bytes> extensions,
    Set<String> critical) {

  /// Longest certificate that is read. Real ones have 1 to 2 KiB.
  public static final int MAX_SIZE = 16 << 10;

  private static final int MAX_EXTENSIONS = 64;
  private static final int VERSION_3 = 2;
  private static final String BASIC_CONSTRAINTS = "2.5.29.19";
  private static final String KEY_USAGE = "2.5.29.15";
  private static final String EXTENDED_KEY_USAGE = "2.5.29.37";
  private static final String COMMON_NAME = "2.5.4.3";

  /// What a certificate must understand if it is critical; names of subjects are not looked at.
  private static final Set<String> UNDERSTOOD =
      Set.of(BASIC_CONSTRAINTS, KEY_USAGE, EXTENDED_KEY_USAGE, "2.5.29.17");

  /// The extension key usage: bits of its first byte.
  public enum Usage {
    DIGITAL_SIGNATURE(0x80),
    CERTIFICATE_SIGNING(0x04);

    private final int mask;

    Usage(int mask) {
      this.mask = mask;
    }
  }

  /// Decodes DER.
  ///
  /// @throws FormatException if it is malformed, has an extension twice, or a critical one that is
  ///   unknown here
  public static Certificate parse(Bytes der) throws FormatException {
    if (der.size() > MAX_SIZE) {
      throw FormatException.oversized(
          0, "a certificate of at most " + MAX_SIZE + " bytes", der.size() + " bytes");
    }
    DerReader outer = DerReader.of(der).onlySequence();
    Bytes content = outer.element("certificate");
    Bytes algorithm = outer.element("signatureAlgorithm");
    Bytes signature = outer.bitString("signature");
    outer.end();
    DerReader body = DerReader.of(content).onlySequence();
    version(body);
    body.integer("serial number");
    if (!body.element("signature").equals(algorithm)) {
      throw FormatException.unexpected("the same algorithm inside and outside", "two");
    }
    Bytes issuer = body.element("issuer");
    DerReader validity = body.sequence("validity");
    Instant notBefore = validity.time("notBefore");
    Instant notAfter = validity.time("notAfter");
    validity.end();
    Bytes subject = body.element("subject");
    Bytes spki = body.element("subjectPublicKeyInfo");
    Set<String> critical = new HashSet<>();
    Map<String, Bytes> extensions = extensions(body, critical);
    body.end();
    if (!UNDERSTOOD.containsAll(critical)) {
      throw FormatException.unexpected("critical extensions that are known", critical.toString());
    }
    return new Certificate(
        content,
        algorithm,
        signature,
        issuer,
        notBefore,
        notAfter,
        subject,
        spki,
        Collections.unmodifiableMap(extensions),
        Set.copyOf(critical));
  }

  private static void version(DerReader body) throws FormatException {
    Optional<DerReader> version = body.optional(0);
    if (version.isEmpty()
        || !version.get().integer("version").equals(BigInteger.valueOf(VERSION_3))) {
      throw FormatException.unexpected("X.509 version 3", "another");
    }
    version.get().end();
  }

  private static Map<String, Bytes> extensions(DerReader body, Set<String> critical)
      throws FormatException {
    Map<String, Bytes> values = new LinkedHashMap<>();
    if (!body.hasMore()) {
      return values;
    }
    DerReader wrapper =
        body.optional(3)
            .orElseThrow(() -> FormatException.unexpected("extensions", "another element"));
    DerReader list = wrapper.sequence("extensions");
    wrapper.end();
    while (list.hasMore()) {
      DerReader extension = list.sequence("extension");
      String oid = extension.oid("extension");
      if (extension.nextIs(DerTag.BOOLEAN) && extension.bool("critical")) {
        critical.add(oid);
      }
      if (values.put(oid, extension.octetString("extension value")) != null) {
        throw FormatException.unexpected("each extension once", oid + " twice");
      }
      extension.end();
      if (values.size() > MAX_EXTENSIONS) {
        throw FormatException.oversized(
            FormatException.NO_OFFSET, "at most " + MAX_EXTENSIONS + " extensions", "more");
      }
    }
    return values;
  }

  /// Its key.
  ///
  /// @throws FormatException if it is neither an RSA nor an EC key
  public PublicKey key() throws FormatException {
    X509EncodedKeySpec encoded = new X509EncodedKeySpec(spki.toByteArray());
    try {
      return KeyFactory.getInstance("RSA").generatePublic(encoded);
    } catch (GeneralSecurityException _) {
      try {
        return KeyFactory.getInstance("EC").generatePublic(encoded);
      } catch (GeneralSecurityException e) {
        throw FormatException.unexpected("an RSA or EC key", String.valueOf(e.getMessage()));
      }
    }
  }

  /// Whether `signer` made its signature, with an algorithm that counts.
  public boolean isSignedBy(PublicKey signer) {
    return RsaScheme.of(algorithm).stream()
        .anyMatch(scheme -> scheme.verifies(signer, content, signature));
  }

  /// Whether it allows the use. Only the bit is looked at: some authorities leave zeros behind it.
  public boolean allows(Usage usage) throws FormatException {
    Bytes extension = extensions.get(KEY_USAGE);
    if (extension == null) {
      return false;
    }
    DerReader reader = DerReader.of(extension);
    Bytes content = reader.content(DerTag.BIT_STRING, "key usage");
    reader.end();
    return content.size() >= 2 && content.at(0) <= 7 && (content.at(1) & usage.mask) != 0;
  }

  /// Whether it is for an authority under which `below` more may stand.
  public boolean isAuthority(int below) throws FormatException {
    Bytes extension = extensions.get(BASIC_CONSTRAINTS);
    if (extension == null) {
      return false;
    }
    DerReader constraints = DerReader.of(extension).onlySequence();
    boolean authority = constraints.nextIs(DerTag.BOOLEAN) && constraints.bool("CA");
    BigInteger longest = BigInteger.valueOf(below);
    if (constraints.hasMore()) {
      longest = constraints.integer("path length");
    }
    constraints.end();
    return authority && longest.compareTo(BigInteger.valueOf(below)) >= 0;
  }

  /// The extended uses, as object identifiers; none if it does not name any.
  public Set<String> extendedUses() throws FormatException {
    Bytes extension = extensions.get(EXTENDED_KEY_USAGE);
    Set<String> uses = new HashSet<>();
    if (extension != null) {
      DerReader list = DerReader.of(extension).onlySequence();
      while (list.hasMore()) {
        uses.add(list.oid("extended key usage"));
      }
    }
    return uses;
  }

  /// The common names in the subject, in order.
  public List<String> commonNames() throws FormatException {
    DerReader names = DerReader.of(subject).onlySequence();
    List<String> found = new ArrayList<>();
    while (names.hasMore()) {
      DerReader set = names.set("relative name");
      while (set.hasMore()) {
        DerReader attribute = set.sequence("attribute");
        if (attribute.oid("attribute type").equals(COMMON_NAME)) {
          found.add(attribute.text("common name"));
        }
      }
    }
    return List.copyOf(found);
  }
}
