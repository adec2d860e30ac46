package io.vouchsafe.encoding;

/// The tag of a DER element.
///
/// @param tagClass universal, application, context-specific or private
/// @param constructed whether the content is elements
/// @param number the tag number
public record DerTag(TagClass tagClass, boolean constructed, int number) {

  /// The four classes, in the order of their bits.
  public enum TagClass {
    UNIVERSAL,
    APPLICATION,
    CONTEXT,
    PRIVATE
  }

  public static final DerTag BOOLEAN = universal(1);
  public static final DerTag INTEGER = universal(2);
  public static final DerTag BIT_STRING = universal(3);
  public static final DerTag OCTET_STRING = universal(4);
  public static final DerTag NULL = universal(5);
  public static final DerTag OID = universal(6);
  public static final DerTag ENUMERATED = universal(10);
  public static final DerTag UTF8_STRING = universal(12);
  public static final DerTag SEQUENCE = new DerTag(TagClass.UNIVERSAL, true, 16);
  public static final DerTag SET = new DerTag(TagClass.UNIVERSAL, true, 17);
  public static final DerTag PRINTABLE_STRING = universal(19);
  public static final DerTag IA5_STRING = universal(22);
  public static final DerTag UTC_TIME = universal(23);
  public static final DerTag GENERALIZED_TIME = universal(24);

  private static DerTag universal(int number) {
    return new DerTag(TagClass.UNIVERSAL, false, number);
  }

  /// `[number]` around whole elements: an EXPLICIT tag, or an IMPLICIT one over a sequence.
  public static DerTag constructed(int number) {
    return new DerTag(TagClass.CONTEXT, true, number);
  }

  /// `[number] IMPLICIT` over a primitive type.
  public static DerTag primitive(int number) {
    return new DerTag(TagClass.CONTEXT, false, number);
  }

  @Override
  public String toString() {
    String form = constructed ? " constructed" : "";
    return tagClass == TagClass.CONTEXT
        ? "[" + number + "]" + form
        : tagClass + " " + number + form;
  }
}
