package io.vouchsafe.evidence.forms;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.DerReader;
import io.vouchsafe.encoding.DerTag;
import io.vouchsafe.encoding.FormatException;
import java.util.Optional;

/// Common names of certificates and revocation lists, to sort them by. They prove nothing.
public final class X509Names {
  private static final String COMMON_NAME = "2.5.4.3";

  private X509Names() {}

  /// The subject's common name; empty if it has none or `certificate` cannot be read.
  public static Optional<String> subject(Bytes certificate) {
    try {
      DerReader content = certificate(certificate);
      content.element("issuer");
      content.element("validity");
      return commonName(content.sequence("subject"));
    } catch (FormatException _) {
      return Optional.empty();
    }
  }

  /// The issuer's common name; empty if it has none or `certificate` cannot be read.
  public static Optional<String> issuer(Bytes certificate) {
    try {
      return commonName(certificate(certificate).sequence("issuer"));
    } catch (FormatException _) {
      return Optional.empty();
    }
  }

  /// A certificate's content from its issuer on.
  private static DerReader certificate(Bytes certificate) throws FormatException {
    DerReader content = DerReader.of(certificate).onlySequence().sequence("content");
    content.optional(0);
    content.integer("serial number");
    content.element("signature");
    return content;
  }

  /// The issuer's common name; empty if it has none or `list` cannot be read.
  public static Optional<String> issuerOfList(Bytes list) {
    try {
      DerReader content = DerReader.of(list).onlySequence().sequence("content");
      content.integer("version");
      content.element("signature");
      return commonName(content.sequence("issuer"));
    } catch (FormatException _) {
      return Optional.empty();
    }
  }

  private static Optional<String> commonName(DerReader name) throws FormatException {
    while (name.hasMore()) {
      DerReader set = name.set("relative name");
      while (set.hasMore()) {
        DerReader attribute = set.sequence("attribute");
        if (!attribute.oid("attribute type").equals(COMMON_NAME)) {
          continue;
        }
        DerTag tag = attribute.peek().orElse(DerTag.UTF8_STRING);
        return Optional.of(attribute.content(tag, "common name").utf8Lossy());
      }
    }
    return Optional.empty();
  }
}
