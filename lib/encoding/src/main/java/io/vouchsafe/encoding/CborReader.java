package io.vouchsafe.encoding;

import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;

/// Reads one CBOR item. Recursion is bounded by [CborLimits#maxDepth()], allocation by what is left
/// of the input.
final class CborReader {
  private static final int INDEFINITE = 31;
  private static final int BREAK = 0xff;

  private final Bytes input;
  private final CborLimits limits;
  private int at;
  private int nodes;

  private CborReader(Bytes input, CborLimits limits) {
    this.input = input;
    this.limits = limits;
  }

  static Cbor parse(Bytes input, CborLimits limits) throws FormatException {
    if (input.size() > limits.maxBytes()) {
      throw FormatException.oversized(
          0, "CBOR of at most " + limits.maxBytes() + " bytes", input.size() + " bytes");
    }
    CborReader reader = new CborReader(input, limits);
    Cbor value = reader.item(0);
    if (reader.at < input.size()) {
      throw FormatException.malformed(
          reader.at, "end of the CBOR item", reader.left() + " more bytes");
    }
    return value;
  }

  private int left() {
    return input.size() - at;
  }

  private int next(String what) throws FormatException {
    if (left() == 0) {
      throw FormatException.malformed(at, what, "end of input");
    }
    return input.at(at++);
  }

  private Cbor item(int depth) throws FormatException {
    count();
    int start = at;
    int initial = next("a CBOR item");
    int info = initial & 0x1f;
    return switch (initial >> 5) {
      case 0 -> new Cbor.Int(unsigned(argument(start, info)));
      case 1 -> new Cbor.Int(unsigned(argument(start, info)).not());
      case 2 -> new Cbor.ByteString(string(start, initial, info));
      case 3 -> text(start, initial, info);
      case 4 -> array(start, info, deeper(start, depth));
      case 5 -> map(start, info, deeper(start, depth));
      case 6 -> new Cbor.Tagged(argument(start, info), item(deeper(start, depth)));
      default -> simple(start, info);
    };
  }

  private void count() throws FormatException {
    if (++nodes > limits.maxNodes()) {
      throw FormatException.oversized(at, "at most " + limits.maxNodes() + " CBOR items", "more");
    }
  }

  private int deeper(int start, int depth) throws FormatException {
    if (depth >= limits.maxDepth()) {
      throw FormatException.oversized(
          start, "at most " + limits.maxDepth() + " levels of nesting", "more");
    }
    return depth + 1;
  }

  /// The argument of a head, as unsigned 64 bits.
  private long argument(int start, int info) throws FormatException {
    if (info < 24) {
      return info;
    }
    if (info > 27) {
      throw FormatException.malformed(
          start, "a head with a defined length", "additional information " + info);
    }
    long value = 0;
    for (int i = 0; i < 1 << (info - 24); i++) {
      value = value << 8 | next("the argument of a CBOR head");
    }
    return value;
  }

  private static BigInteger unsigned(long value) {
    return value >= 0
        ? BigInteger.valueOf(value)
        : BigInteger.valueOf(value & Long.MAX_VALUE).setBit(63);
  }

  /// An argument that counts things of at least `size` bytes each that must still follow.
  private int length(int start, int info, int size, String what) throws FormatException {
    long value = argument(start, info);
    if (Long.compareUnsigned(value, left() / size) > 0) {
      throw FormatException.malformed(
          start, Long.toUnsignedString(value) + " " + what, left() + " bytes until the end");
    }
    return (int) value;
  }

  private Bytes string(int start, int initial, int info) throws FormatException {
    if (info != INDEFINITE) {
      int length = length(start, info, 1, "bytes of a string");
      at += length;
      return input.slice(at - length, at);
    }
    ByteArrayOutputStream joined = new ByteArrayOutputStream();
    for (int chunk = at, head; (head = next("a chunk or the end of a string")) != BREAK; ) {
      count();
      if (head >> 5 != initial >> 5 || (head & 0x1f) == INDEFINITE) {
        throw FormatException.malformed(chunk, "a definite chunk of the same kind", "byte " + head);
      }
      int length = length(chunk, head & 0x1f, 1, "bytes of a chunk");
      if (head >> 5 == 3) {
        Utf8.require(input.raw(), at, at + length, at); // RFC 8949 §3.2.3: each chunk by itself
      }
      joined.write(input.raw(), at, length);
      at += length;
      chunk = at;
    }
    return Bytes.of(joined.toByteArray());
  }

  private Cbor text(int start, int initial, int info) throws FormatException {
    Bytes utf8 = string(start, initial, info);
    return new Cbor.Text(Utf8.decode(utf8.raw(), 0, utf8.size(), at - utf8.size()));
  }

  private Cbor array(int start, int info, int depth) throws FormatException {
    List<Cbor> items = new ArrayList<>();
    if (info == INDEFINITE) {
      while (!atBreak()) {
        items.add(item(depth));
      }
    } else {
      int size = length(start, info, 1, "items of an array");
      for (int i = 0; i < size; i++) {
        items.add(item(depth));
      }
    }
    return new Cbor.Arr(items);
  }

  private Cbor map(int start, int info, int depth) throws FormatException {
    Cbor.DictBuilder entries = Cbor.map();
    if (info == INDEFINITE) {
      while (!atBreak()) {
        entry(entries, depth);
      }
    } else {
      int size = length(start, info, 2, "entries of a map");
      for (int i = 0; i < size; i++) {
        entry(entries, depth);
      }
    }
    return entries.build();
  }

  private void entry(Cbor.DictBuilder entries, int depth) throws FormatException {
    int start = at;
    Cbor key = item(depth);
    if (holdsContainer(key)) {
      throw FormatException.malformed(start, "a scalar key", "an array or map as key");
    }
    if (!entries.add(key, item(depth))) {
      throw FormatException.malformed(start, "a key that occurs once", "a duplicate key");
    }
  }

  /// No format that we read has such keys, and comparing nested ones costs depth times size.
  private static boolean holdsContainer(Cbor key) {
    return switch (key) {
      case Cbor.Arr _, Cbor.Dict _ -> true;
      case Cbor.Tagged(_, Cbor content) -> holdsContainer(content);
      case Cbor.Int _, Cbor.ByteString _, Cbor.Text _, Cbor.Simple _, Cbor.Real _ -> false;
    };
  }

  private boolean atBreak() throws FormatException {
    if (left() == 0) {
      throw FormatException.malformed(at, "an item or a break", "end of input");
    }
    if (input.at(at) != BREAK) {
      return false;
    }
    at++;
    return true;
  }

  private Cbor simple(int start, int info) throws FormatException {
    if (info == INDEFINITE) {
      throw FormatException.malformed(start, "a CBOR item", "a break");
    }
    long argument = argument(start, info);
    return switch (info) {
      case 24 -> {
        if (argument < 32) {
          // RFC 8949 §3.3: these would be a second form of the one-byte ones.
          throw FormatException.malformed(start, "a simple value of 32 or more", "" + argument);
        }
        yield new Cbor.Simple((int) argument);
      }
      case 25 -> new Cbor.Real(Float.float16ToFloat((short) argument));
      case 26 -> new Cbor.Real(Float.intBitsToFloat((int) argument));
      case 27 -> new Cbor.Real(Double.longBitsToDouble(argument));
      default -> new Cbor.Simple(info);
    };
  }
}
