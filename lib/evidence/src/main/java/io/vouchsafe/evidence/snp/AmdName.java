package io.vouchsafe.evidence.snp;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.DerReader;
import io.vouchsafe.encoding.FormatException;
import java.util.ArrayList;
import java.util.List;

/// A distinguished name: its attributes in order, whatever string type they are written in.
///
/// @param attributes object identifier and text of each
record AmdName(List<Attribute> attributes) {
  private static final String COMMON_NAME = "2.5.4.3";
  private static final String ORGANIZATION = "2.5.4.10";
  private static final String AMD = "Advanced Micro Devices";
  private static final int MAX_ATTRIBUTES = 16;

  /// One attribute of a name.
  record Attribute(String type, String value) {}

  AmdName {
    attributes = List.copyOf(attributes);
  }

  static AmdName parse(Bytes der) throws FormatException {
    DerReader rdns = DerReader.of(der).onlySequence();
    List<Attribute> attributes = new ArrayList<>();
    while (rdns.hasMore()) {
      DerReader rdn = rdns.set("relative name");
      DerReader attribute = rdn.sequence("attribute");
      rdn.end();
      attributes.add(new Attribute(attribute.oid("attribute type"), attribute.text("attribute")));
      attribute.end();
      if (attributes.size() > MAX_ATTRIBUTES) {
        throw FormatException.oversized(
            rdns.offset(), "at most " + MAX_ATTRIBUTES + " attributes in a name", "more");
      }
    }
    return new AmdName(attributes);
  }

  /// The common name, or empty text if there is not exactly one or the organization is not AMD.
  String common() {
    List<String> names = values(COMMON_NAME);
    return names.size() == 1 && values(ORGANIZATION).equals(List.of(AMD)) ? names.getFirst() : "";
  }

  private List<String> values(String type) {
    return attributes.stream()
        .filter(attribute -> attribute.type().equals(type))
        .map(Attribute::value)
        .toList();
  }

  @Override
  public String toString() {
    return String.join(", ", attributes.stream().map(Attribute::value).toList());
  }
}
