package io.vouchsafe.encoding;

import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;

/// Writes DER elements; the counterpart of [DerReader]. Each method returns one whole element.
public final class DerWriter {
  private static final DateTimeFormatter UTC =
      DateTimeFormatter.ofPattern("uuMMddHHmmss'Z'", Locale.ROOT);
  private static final DateTimeFormatter GENERALIZED =
      DateTimeFormatter.ofPattern("uuuuMMddHHmmss'Z'", Locale.ROOT);

  private DerWriter() {}

  /// An element with this tag and content.
  public static Bytes element(DerTag tag, Bytes content) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    int first = tag.tagClass().ordinal() << 6 | (tag.constructed() ? 0x20 : 0);
    if (tag.number() < 0x1f) {
      out.write(first | tag.number());
    } else {
      out.write(first | 0x1f);
      base128(out, BigInteger.valueOf(tag.number()));
    }
    if (content.size() < 0x80) {
      out.write(content.size());
    } else {
      int count = (39 - Integer.numberOfLeadingZeros(content.size())) / 8;
      out.write(0x80 | count);
      for (int i = count - 1; i >= 0; i--) {
        out.write(content.size() >>> (8 * i));
      }
    }
    out.writeBytes(content.raw());
    return Bytes.of(out.toByteArray());
  }

  private static Bytes join(List<Bytes> elements) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    elements.forEach(element -> out.writeBytes(element.raw()));
    return Bytes.of(out.toByteArray());
  }

  public static Bytes sequence(Bytes... elements) {
    return element(DerTag.SEQUENCE, join(List.of(elements)));
  }

  /// A SET OF: the elements in the order of their encoding (X.690 §11.6).
  public static Bytes setOf(Bytes... elements) {
    List<Bytes> sorted = new ArrayList<>(List.of(elements));
    Collections.sort(sorted);
    return element(DerTag.SET, join(sorted));
  }

  /// `[number] EXPLICIT`
  public static Bytes explicit(int number, Bytes element) {
    return element(DerTag.constructed(number), element);
  }

  public static Bytes integer(BigInteger value) {
    return element(DerTag.INTEGER, Bytes.of(value.toByteArray()));
  }

  public static Bytes integer(long value) {
    return integer(BigInteger.valueOf(value));
  }

  public static Bytes bool(boolean value) {
    return element(DerTag.BOOLEAN, Bytes.of((byte) (value ? 0xff : 0)));
  }

  public static Bytes nothing() {
    return element(DerTag.NULL, Bytes.EMPTY);
  }

  public static Bytes octetString(Bytes value) {
    return element(DerTag.OCTET_STRING, value);
  }

  /// A BIT STRING of whole bytes.
  public static Bytes bitString(Bytes value) {
    return element(DerTag.BIT_STRING, Bytes.zeros(1).concat(value));
  }

  public static Bytes utf8(String value) {
    return element(DerTag.UTF8_STRING, Bytes.utf8(value));
  }

  /// @param dotted at least two arcs in decimals
  /// @throws IllegalArgumentException if that is no object identifier
  public static Bytes oid(String dotted) {
    String[] arcs = dotted.split("\\.", -1);
    if (arcs.length < 2) {
      throw new IllegalArgumentException("no object identifier: " + dotted);
    }
    BigInteger first = new BigInteger(arcs[0]);
    BigInteger second = new BigInteger(arcs[1]);
    boolean valid =
        first.signum() >= 0
            && first.bitLength() <= 2
            && first.intValue() <= 2
            && second.signum() >= 0
            && (first.intValue() == 2 || second.compareTo(BigInteger.valueOf(40)) < 0);
    if (!valid) {
      throw new IllegalArgumentException("no object identifier: " + dotted);
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    base128(out, first.multiply(BigInteger.valueOf(40)).add(second));
    for (int i = 2; i < arcs.length; i++) {
      base128(out, new BigInteger(arcs[i]));
    }
    return element(DerTag.OID, Bytes.of(out.toByteArray()));
  }

  private static void base128(ByteArrayOutputStream out, BigInteger value) {
    if (value.signum() < 0) {
      throw new IllegalArgumentException("negative: " + value);
    }
    int groups = Math.max(1, (value.bitLength() + 6) / 7);
    for (int i = groups - 1; i >= 0; i--) {
      int group = value.shiftRight(7 * i).intValue() & 0x7f;
      out.write(i == 0 ? group : group | 0x80);
    }
  }

  /// The form that RFC 5280 §4.1.2.5 asks for: UTCTime until 2049, GeneralizedTime from 2050.
  /// Fractions of a second are cut off.
  public static Bytes time(Instant value) {
    LocalDateTime utc = LocalDateTime.ofInstant(value, ZoneOffset.UTC);
    if (utc.getYear() < 1950 || utc.getYear() > 9999) {
      throw new IllegalArgumentException("no such year in a certificate: " + utc.getYear());
    }
    return utc.getYear() < 2050
        ? element(DerTag.UTC_TIME, Bytes.utf8(UTC.format(utc)))
        : element(DerTag.GENERALIZED_TIME, Bytes.utf8(GENERALIZED.format(utc)));
  }
}
