package io.vouchsafe.evidence.google;

import io.vouchsafe.encoding.ByteReader;
import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The fields of one protobuf message, in the order in which they came. Groups are refused; fields
/// that a reader does not ask for are passed over. Where protobuf takes the last of several values
/// of a field, this refuses.
final class Protobuf {
  private static final int MAX_FIELDS = 8192;
  private static final int VARINT = 0;
  private static final int FIXED64 = 1;
  private static final int SIZED = 2;
  private static final int FIXED32 = 5;
  private static final int TYPE_BITS = 3;
  private static final int MAX_VARINT = 10;
  private static final long MAX_NUMBER = (1L << 29) - 1;

  /// @param number from the schema
  /// @param type how it is written
  /// @param value of a varint
  /// @param content of a field with a length
  private record Field(int number, int type, long value, Bytes content) {}

  private final String name;
  private final List<Field> fields;

  private Protobuf(String name, List<Field> fields) {
    this.name = name;
    this.fields = fields;
  }

  /// Reads a message.
  ///
  /// @param name of the message, for errors
  static Protobuf parse(String name, Bytes message) throws FormatException {
    ByteReader in = ByteReader.littleEndian(message);
    List<Field> fields = new ArrayList<>();
    while (in.remaining() > 0) {
      if (fields.size() == MAX_FIELDS) {
        throw FormatException.oversized(
            in.offset(), "at most " + MAX_FIELDS + " fields of " + name, "more");
      }
      fields.add(field(in));
    }
    return new Protobuf(name, fields);
  }

  /// The content of the first field of an envelope, as writers that keep the order make it: field
  /// 1, with field 2 behind it, both with a length. Empty for anything else, text above all.
  static Optional<Bytes> first(Bytes message) {
    try {
      ByteReader in = ByteReader.littleEndian(message);
      Field first = field(in);
      boolean envelope =
          first.number() == 1
              && first.type() == SIZED
              && in.remaining() > 0
              && in.u8("tag") == (2 << TYPE_BITS | SIZED);
      return envelope ? Optional.of(first.content()) : Optional.empty();
    } catch (FormatException _) {
      return Optional.empty();
    }
  }

  private static Field field(ByteReader in) throws FormatException {
    int at = in.offset();
    long tag = varint(in);
    long number = tag >>> TYPE_BITS;
    int type = (int) tag & (1 << TYPE_BITS) - 1;
    if (number < 1 || number > MAX_NUMBER) {
      throw FormatException.malformed(at, "a field number", Long.toUnsignedString(number));
    }
    return switch (type) {
      case VARINT -> new Field((int) number, type, varint(in), Bytes.EMPTY);
      case FIXED64 -> new Field((int) number, type, 0, in.bytes("64 bits", 8));
      case FIXED32 -> new Field((int) number, type, 0, in.bytes("32 bits", 4));
      case SIZED -> {
        int where = in.offset();
        long size = varint(in);
        if (size < 0 || size > in.remaining()) {
          throw FormatException.malformed(
              where, Long.toUnsignedString(size) + " bytes", in.remaining() + " bytes");
        }
        yield new Field((int) number, type, 0, in.bytes("field", (int) size));
      }
      default -> throw FormatException.malformed(at, "wire type 0, 1, 2 or 5", type + "");
    };
  }

  private static long varint(ByteReader in) throws FormatException {
    int at = in.offset();
    long value = 0;
    for (int i = 0; i < MAX_VARINT; i++) {
      int octet = in.u8("varint");
      // The tenth byte has room for the last bit of 64.
      if (i == MAX_VARINT - 1 && octet > 1) {
        break;
      }
      value |= (long) (octet & 0x7f) << 7 * i;
      if (octet < 0x80) {
        return value;
      }
    }
    throw FormatException.malformed(at, "a varint of 64 bits", "a longer one");
  }

  private Optional<Field> single(int number, int type, String field) throws FormatException {
    Optional<Field> found = Optional.empty();
    for (Field each : fields) {
      if (each.number() != number) {
        continue;
      }
      if (found.isPresent()) {
        throw FormatException.unexpected("one " + field + " in " + name, "another");
      }
      found = Optional.of(typed(each, type, field));
    }
    return found;
  }

  private Field typed(Field field, int type, String what) throws FormatException {
    if (field.type() != type) {
      throw FormatException.unexpected(
          what + " of wire type " + type + " in " + name, "wire type " + field.type());
    }
    return field;
  }

  /// A byte string, text or message; empty if it is absent.
  Optional<Bytes> bytes(int number, String field) throws FormatException {
    return single(number, SIZED, field).map(Field::content);
  }

  /// A byte string that must be there.
  Bytes required(int number, String field) throws FormatException {
    return bytes(number, field)
        .orElseThrow(() -> FormatException.unexpected(field + " in " + name, "none"));
  }

  /// Byte strings of a repeated field, in order.
  List<Bytes> all(int number, String field) throws FormatException {
    List<Bytes> found = new ArrayList<>();
    for (Field each : fields) {
      if (each.number() == number) {
        found.add(typed(each, SIZED, field).content());
      }
    }
    return found;
  }

  /// An integer of 64 bits; zero if it is absent.
  long number(int number, String field) throws FormatException {
    return single(number, VARINT, field).map(Field::value).orElse(0L);
  }

  /// An unsigned integer of 32 bits; zero if it is absent.
  long uint32(int number, String field) throws FormatException {
    long value = number(number, field);
    if (value >>> Integer.SIZE != 0) {
      throw FormatException.unexpected(
          field + " of 32 bits in " + name, Long.toUnsignedString(value));
    }
    return value;
  }
}
