package io.vouchsafe.encoding;

import java.math.BigInteger;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.Optional;

/// A cursor over DER elements (X.690 §8, §10, §11): definite, shortest lengths; shortest integers
/// and object identifiers; one form of each value. Each read consumes one element; [#end()] demands
/// that none is left.
///
/// ```java
/// DerReader sequence = DerReader.of(bytes).onlySequence();
/// BigInteger r = sequence.integer("r");
/// BigInteger s = sequence.integer("s");
/// sequence.end();
/// ```
public final class DerReader {
  private static final int MAX_BYTES = 16 << 20;
  private static final int MAX_DEPTH = 32;
  private static final int MAX_TAG_NUMBER = 0xffff;
  private static final int MAX_INTEGER = 4_096; // bytes: RSA of 32768 bits
  private static final int MAX_OID = 128;
  private static final int SMALL_ARC = 4; // bytes of 7 bits: an int

  private final Bytes source;
  private final int to;
  private final int depth;
  private int at;

  /// A head that was read: the tag and where its content lies.
  private record Head(DerTag tag, int from, int to) {}

  private DerReader(Bytes source, int from, int to, int depth) {
    this.source = source;
    this.at = from;
    this.to = to;
    this.depth = depth;
  }

  /// A reader over the elements of `source`.
  ///
  /// @throws FormatException if `source` is beyond the bound of 16 MiB
  public static DerReader of(Bytes source) throws FormatException {
    if (source.size() > MAX_BYTES) {
      throw FormatException.oversized(
          0, "DER of at most " + MAX_BYTES + " bytes", source.size() + " bytes");
    }
    return new DerReader(source, 0, source.size(), 0);
  }

  /// Offset of the next element in the outermost input.
  public int offset() {
    return at;
  }

  /// Whether elements are left.
  public boolean hasMore() {
    return at < to;
  }

  /// The tag of the next element, or empty at the end.
  public Optional<DerTag> peek() throws FormatException {
    return hasMore() ? Optional.of(head().tag()) : Optional.empty();
  }

  /// Whether the next element has this tag.
  public boolean nextIs(DerTag tag) throws FormatException {
    return peek().filter(tag::equals).isPresent();
  }

  /// Demands that nothing is left.
  public void end() throws FormatException {
    if (hasMore()) {
      throw FormatException.malformed(at, "end of the DER elements", (to - at) + " more bytes");
    }
  }

  private int u8(int index, String what) throws FormatException {
    if (index >= to) {
      throw FormatException.malformed(index, what, "end of input");
    }
    return source.at(index);
  }

  /// Reads, but does not consume, the head of the next element.
  private Head head() throws FormatException {
    int index = at;
    int first = u8(index++, "a DER element");
    int number = first & 0x1f;
    if (first == 0) {
      throw FormatException.malformed(at, "a DER element", "the end mark of BER");
    }
    if (number == 0x1f) {
      number = 0;
      int octet;
      do {
        octet = u8(index++, "a tag number");
        number = number << 7 | octet & 0x7f;
        if (number == 0 || number > MAX_TAG_NUMBER) {
          throw FormatException.malformed(at, "a tag number of 31 to 65535", "another form");
        }
      } while ((octet & 0x80) != 0);
      if (number < 0x1f) {
        throw FormatException.malformed(at, "the short form of tag " + number, "the long form");
      }
    }
    DerTag tag = new DerTag(DerTag.TagClass.values()[first >> 6], (first & 0x20) != 0, number);
    return length(tag, index);
  }

  private Head length(DerTag tag, int start) throws FormatException {
    int index = start;
    int first = u8(index++, "the length of a DER element");
    long length = first;
    if (first >= 0x80) {
      int count = first & 0x7f;
      if (count == 0 || count > 4) {
        throw FormatException.malformed(start, "a definite length below 2^32", "byte " + first);
      }
      length = 0;
      for (int i = 0; i < count; i++) {
        length = length << 8 | u8(index++, "the length of a DER element");
      }
      if (length < 0x80 || length >>> (8 * (count - 1)) == 0) {
        throw FormatException.malformed(start, "the shortest form of the length", "a longer one");
      }
    }
    if (length > to - index) {
      throw FormatException.malformed(
          start, length + " bytes of " + tag, (to - index) + " bytes until the end");
    }
    return new Head(tag, index, index + (int) length);
  }

  private Head take(DerTag expected, String what) throws FormatException {
    if (!hasMore()) {
      throw FormatException.malformed(at, what + " (" + expected + ")", "end of the elements");
    }
    Head head = head();
    if (!head.tag().equals(expected)) {
      throw FormatException.malformed(at, what + " (" + expected + ")", head.tag().toString());
    }
    at = head.to();
    return head;
  }

  private DerReader inside(Head head) throws FormatException {
    if (depth >= MAX_DEPTH) {
      throw FormatException.oversized(
          head.from(), "at most " + MAX_DEPTH + " levels of DER", "more");
    }
    return new DerReader(source, head.from(), head.to(), depth + 1);
  }

  /// The content of the next element, which must have this tag and is not interpreted.
  public Bytes content(DerTag tag, String what) throws FormatException {
    Head head = take(tag, what);
    return source.slice(head.from(), head.to());
  }

  /// A reader over the content of the next element, which must have this constructed tag.
  public DerReader constructed(DerTag tag, String what) throws FormatException {
    if (!tag.constructed()) {
      throw new IllegalArgumentException(tag + " holds no elements");
    }
    return inside(take(tag, what));
  }

  public DerReader sequence(String what) throws FormatException {
    return constructed(DerTag.SEQUENCE, what);
  }

  public DerReader set(String what) throws FormatException {
    return constructed(DerTag.SET, what);
  }

  /// The one sequence that this input is.
  public DerReader onlySequence() throws FormatException {
    DerReader sequence = sequence("the only element");
    end();
    return sequence;
  }

  /// The content of `[number]`, if that is what comes next.
  public Optional<DerReader> optional(int number) throws FormatException {
    DerTag tag = DerTag.constructed(number);
    return nextIs(tag) ? Optional.of(constructed(tag, "[" + number + "]")) : Optional.empty();
  }

  /// The whole next element, tag and length included: what a digest or a signature is over. Its
  /// content is not looked into.
  public Bytes element(String what) throws FormatException {
    if (!hasMore()) {
      throw FormatException.malformed(at, what, "end of the elements");
    }
    int start = at;
    at = head().to();
    return source.slice(start, at);
  }

  /// An INTEGER of at most 4096 bytes.
  public BigInteger integer(String what) throws FormatException {
    return integer(take(DerTag.INTEGER, what), what);
  }

  /// An ENUMERATED in the range of `int`.
  public int enumerated(String what) throws FormatException {
    Head head = take(DerTag.ENUMERATED, what);
    BigInteger value = integer(head, what);
    if (value.bitLength() > 31) {
      throw FormatException.oversized(head.from(), what + " of 32 bits", value.bitLength() + "");
    }
    return value.intValue();
  }

  private BigInteger integer(Head head, String what) throws FormatException {
    Bytes content = source.slice(head.from(), head.to());
    if (content.isEmpty()) {
      throw FormatException.malformed(head.from(), "at least one byte of " + what, "none");
    }
    if (content.size() > MAX_INTEGER) {
      throw FormatException.oversized(
          head.from(), what + " of at most " + MAX_INTEGER + " bytes", content.size() + "");
    }
    boolean stray =
        content.size() > 1
            && (content.at(0) == 0 && content.at(1) < 0x80
                || content.at(0) == 0xff && content.at(1) >= 0x80);
    if (stray) {
      throw FormatException.malformed(head.from(), "the shortest form of " + what, "a longer one");
    }
    return new BigInteger(content.raw());
  }

  /// A BOOLEAN: 00 or FF.
  public boolean bool(String what) throws FormatException {
    Head head = take(DerTag.BOOLEAN, what);
    int value = head.to() - head.from() == 1 ? source.at(head.from()) : -1;
    if (value != 0 && value != 0xff) {
      throw FormatException.malformed(head.from(), "one byte 00 or FF as " + what, "other bytes");
    }
    return value == 0xff;
  }

  /// A NULL.
  public void nothing(String what) throws FormatException {
    Head head = take(DerTag.NULL, what);
    if (head.to() != head.from()) {
      throw FormatException.malformed(head.from(), "nothing in " + what, "content");
    }
  }

  public Bytes octetString(String what) throws FormatException {
    return content(DerTag.OCTET_STRING, what);
  }

  /// A BIT STRING of whole bytes, as those of keys and signatures are.
  public Bytes bitString(String what) throws FormatException {
    Head head = take(DerTag.BIT_STRING, what);
    if (u8InContent(head, what) != 0) {
      throw FormatException.malformed(head.from(), "whole bytes as " + what, "unused bits");
    }
    return source.slice(head.from() + 1, head.to());
  }

  /// A BIT STRING of flags: bit `i` of the result is bit `i` of the ASN.1 definition. At most 64,
  /// without trailing zero bits (X.690 §11.2.2).
  public long flags(String what) throws FormatException {
    Head head = take(DerTag.BIT_STRING, what);
    int unused = u8InContent(head, what);
    int bytes = head.to() - head.from() - 1;
    if (bytes > 8) {
      throw FormatException.oversized(head.from(), what + " of at most 64 bits", bytes + " bytes");
    }
    int last = bytes == 0 ? 0 : source.at(head.to() - 1);
    boolean canonical =
        bytes == 0 ? unused == 0 : unused < 8 && Integer.numberOfTrailingZeros(last) == unused;
    if (!canonical) {
      throw FormatException.malformed(head.from(), "flags without trailing zeros", "others");
    }
    long flags = 0;
    for (int i = 0; i < bytes * 8; i++) {
      if ((source.at(head.from() + 1 + i / 8) >> (7 - i % 8) & 1) == 1) {
        flags |= 1L << i;
      }
    }
    return flags;
  }

  private int u8InContent(Head head, String what) throws FormatException {
    if (head.from() == head.to()) {
      throw FormatException.malformed(head.from(), "a count of unused bits in " + what, "none");
    }
    return source.at(head.from());
  }

  /// An OBJECT IDENTIFIER, in dotted decimals.
  public String oid(String what) throws FormatException {
    Head head = take(DerTag.OID, what);
    if (head.to() - head.from() > MAX_OID) {
      throw FormatException.oversized(
          head.from(), what + " of at most " + MAX_OID + " bytes", "more");
    }
    if (head.from() == head.to() || source.at(head.to() - 1) >= 0x80) {
      throw FormatException.malformed(head.from(), "whole arcs in " + what, "a cut one");
    }
    StringBuilder text = new StringBuilder();
    int start = head.from();
    for (int i = start; i < head.to(); i++) {
      int octet = source.at(i);
      if (i == start && octet == 0x80) {
        throw FormatException.malformed(
            i, "the shortest form of an arc of " + what, "a longer one");
      }
      if (octet < 0x80) {
        appendArc(text, start, i + 1);
        start = i + 1;
      }
    }
    return text.toString();
  }

  /// The first number holds two arcs: 40 × the first, which is 0, 1 or 2, + the second.
  private void appendArc(StringBuilder text, int from, int end) {
    // Nearly all fit, and big numbers take most of the time of reading a certificate.
    if (end - from <= SMALL_ARC) {
      int arc = 0;
      for (int i = from; i < end; i++) {
        arc = arc << 7 | source.at(i) & 0x7f;
      }
      if (text.isEmpty()) {
        int first = Math.min(arc, 80) / 40;
        text.append(first).append('.').append(arc - 40 * first);
      } else {
        text.append('.').append(arc);
      }
      return;
    }
    BigInteger arc = BigInteger.ZERO;
    for (int i = from; i < end; i++) {
      arc = arc.shiftLeft(7).or(BigInteger.valueOf(source.at(i) & 0x7f));
    }
    if (!text.isEmpty()) {
      text.append('.').append(arc);
      return;
    }
    int first = arc.min(BigInteger.valueOf(80)).intValue() / 40;
    text.append(first).append('.').append(arc.subtract(BigInteger.valueOf(40L * first)));
  }

  /// A UTF8String, PrintableString or IA5String.
  public String text(String what) throws FormatException {
    DerTag tag = peek().orElse(DerTag.UTF8_STRING);
    boolean ascii = tag.equals(DerTag.PRINTABLE_STRING) || tag.equals(DerTag.IA5_STRING);
    Head head = take(ascii ? tag : DerTag.UTF8_STRING, what);
    String text = Utf8.decode(source.raw(), head.from(), head.to(), head.from());
    boolean allowed =
        !ascii
            || text.chars()
                .allMatch(c -> c < 0x80 && (tag.equals(DerTag.IA5_STRING) || isPrintable(c)));
    if (!allowed) {
      throw FormatException.malformed(head.from(), "the characters of " + tag, "others");
    }
    return text;
  }

  private static boolean isPrintable(int c) {
    return c >= 'a' && c <= 'z'
        || c >= 'A' && c <= 'Z'
        || c >= '0' && c <= '9'
        || " '()+,-./:=?".indexOf(c) >= 0;
  }

  /// A UTCTime (1950 to 2049) or GeneralizedTime, in the only form that RFC 5280 §4.1.2.5 allows:
  /// with seconds, without fractions, ending in Z.
  public Instant time(String what) throws FormatException {
    boolean general = nextIs(DerTag.GENERALIZED_TIME);
    Head head = take(general ? DerTag.GENERALIZED_TIME : DerTag.UTC_TIME, what);
    int yearDigits = general ? 4 : 2;
    int from = head.from();
    boolean shaped = head.to() - from == yearDigits + 11 && source.at(head.to() - 1) == 'Z';
    for (int i = from; shaped && i < head.to() - 1; i++) {
      shaped = source.at(i) >= '0' && source.at(i) <= '9';
    }
    if (!shaped) {
      throw FormatException.malformed(from, what + " as digits and Z", "another form");
    }
    int year = digits(from, yearDigits);
    if (!general) {
      year += year < 50 ? 2000 : 1900;
    }
    int rest = from + yearDigits;
    try {
      return LocalDateTime.of(
              year,
              digits(rest, 2),
              digits(rest + 2, 2),
              digits(rest + 4, 2),
              digits(rest + 6, 2),
              digits(rest + 8, 2))
          .toInstant(ZoneOffset.UTC);
    } catch (DateTimeException _) {
      throw FormatException.malformed(from, what + " that exists", "no such time");
    }
  }

  private int digits(int from, int count) {
    int value = 0;
    for (int i = 0; i < count; i++) {
      value = value * 10 + source.at(from + i) - '0';
    }
    return value;
  }
}
