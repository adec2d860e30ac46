package io.vouchsafe.encoding;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/// The CBOR model (RFC 8949): immutable, strict on reading, one written form.
///
/// [#parse(Bytes, CborLimits)] takes every *valid* item: definite and indefinite lengths, arguments
/// of any width; duplicate keys, invalid UTF-8, reserved head bytes and trailing bytes are errors,
/// and so are arrays and maps as keys, which no format needs that is read here.
/// [#parseDeterministic(Bytes, CborLimits)] takes only what [#encode()] writes. Hash and verify the
/// bytes that were received, never a re-encoding.
public sealed interface Cbor {
  /// `false`
  Cbor FALSE = new Simple(20);

  /// `true`
  Cbor TRUE = new Simple(21);

  /// `null`
  Cbor NULL = new Simple(22);

  /// `undefined`
  Cbor UNDEFINED = new Simple(23);

  /// An integer of major type 0 or 1: from -2^64 to 2^64-1.
  record Int(BigInteger value) implements Cbor {
    public Int {
      BigInteger magnitude = value.signum() < 0 ? value.not() : value;
      if (magnitude.bitLength() > 64) {
        throw new IllegalArgumentException("beyond 64 bits: " + value);
      }
    }

    /// The value, if it fits.
    public Optional<Long> asLong() {
      return value.bitLength() < Long.SIZE ? Optional.of(value.longValue()) : Optional.empty();
    }
  }

  /// A byte string; chunks are joined.
  record ByteString(Bytes value) implements Cbor {
    public ByteString {
      Objects.requireNonNull(value, "value");
    }
  }

  /// A text string; chunks are joined.
  record Text(String value) implements Cbor {
    public Text {
      if (Utf8.loneSurrogate(value) >= 0) {
        throw new IllegalArgumentException("a lone surrogate has no UTF-8");
      }
    }
  }

  /// An array.
  record Arr(List<Cbor> items) implements Cbor {
    public Arr {
      items = List.copyOf(items);
    }
  }

  /// A tagged item.
  ///
  /// @param tag unsigned 64 bits
  record Tagged(long tag, Cbor content) implements Cbor {
    public Tagged {
      Objects.requireNonNull(content, "content");
    }
  }

  /// A simple value: `false`, `true`, `null`, `undefined`, or one that has no meaning yet.
  ///
  /// @param value 0 to 23 or 32 to 255
  record Simple(int value) implements Cbor {
    public Simple {
      if (value < 0 || value > 255 || (value >= 24 && value < 32)) {
        throw new IllegalArgumentException("no simple value: " + value);
      }
    }
  }

  /// A floating-point number of any width. All NaNs are one value.
  record Real(double value) implements Cbor {}

  /// A key and its value.
  record Entry(Cbor key, Cbor value) {}

  /// A map. Iteration is in the order of the input. Keys are compared by their deterministic
  /// encoding, so `1` in one byte and `1` in nine are the same key, and `1` and `1.0` are not.
  final class Dict implements Cbor {
    // Keyed by the encoding: Bytes is comparable, so that keys made to collide cost log n each.
    private final Map<Bytes, Entry> entries;

    private Dict(Map<Bytes, Entry> entries) {
      this.entries = entries;
    }

    /// The entries, in the order of the input.
    public List<Entry> entries() {
      return List.copyOf(entries.values());
    }

    public int size() {
      return entries.size();
    }

    /// The value of `key`, or empty if absent. A value of `null` is present.
    public Optional<Cbor> get(Cbor key) {
      return Optional.ofNullable(entries.get(key.encode())).map(Entry::value);
    }

    /// As [#get(Cbor)], for an integer key.
    public Optional<Cbor> get(long key) {
      return get(Cbor.of(key));
    }

    /// As [#get(Cbor)], for a text key.
    public Optional<Cbor> get(String key) {
      return get(Cbor.of(key));
    }

    /// The value of `key`, which must be there.
    ///
    /// @throws FormatException if absent
    public Cbor require(long key) throws FormatException {
      return require(Cbor.of(key), Long.toString(key));
    }

    /// The value of `key`, which must be there.
    ///
    /// @throws FormatException if absent
    public Cbor require(String key) throws FormatException {
      return require(Cbor.of(key), "\"" + key + "\"");
    }

    private Cbor require(Cbor key, String name) throws FormatException {
      Optional<Cbor> value = get(key);
      if (value.isEmpty()) {
        throw FormatException.unexpected("key " + name, "none");
      }
      return value.get();
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Dict dict && entries.equals(dict.entries);
    }

    @Override
    public int hashCode() {
      return entries.hashCode();
    }

    @Override
    public String toString() {
      return entries.values().toString();
    }
  }

  /// Collects the entries of a map.
  final class DictBuilder {
    private final Map<Bytes, Entry> entries = new LinkedHashMap<>();

    private DictBuilder() {}

    /// Adds the entry unless the key is there already.
    boolean add(Cbor key, Cbor value) {
      return entries.putIfAbsent(key.encode(), new Entry(key, value)) == null;
    }

    /// @throws IllegalArgumentException if `key` was put before
    public DictBuilder put(Cbor key, Cbor value) {
      if (!add(key, value)) {
        throw new IllegalArgumentException("key twice: " + key);
      }
      return this;
    }

    public DictBuilder put(long key, Cbor value) {
      return put(Cbor.of(key), value);
    }

    public DictBuilder put(String key, Cbor value) {
      return put(Cbor.of(key), value);
    }

    public Dict build() {
      return new Dict(Collections.unmodifiableMap(new LinkedHashMap<>(entries)));
    }
  }

  /// Parses one valid item that fills `input`.
  ///
  /// @throws FormatException with the byte offset, if it is not valid or beyond a bound
  static Cbor parse(Bytes input, CborLimits limits) throws FormatException {
    return CborReader.parse(input, limits);
  }

  /// Parses one item in the core deterministic encoding of RFC 8949 §4.2.1: shortest arguments and
  /// floats, definite lengths, keys in the order of their encoding. Tags are not looked into, so
  /// that a bignum of tag 2 stays as it is.
  ///
  /// @throws FormatException as [#parse(Bytes, CborLimits)]; for another encoding with the offset
  ///   of the first byte that deterministic encoding would write differently
  static Cbor parseDeterministic(Bytes input, CborLimits limits) throws FormatException {
    Cbor value = parse(input, limits);
    Bytes written = value.encode();
    if (!written.equals(input)) {
      int at = 0;
      while (at < written.size() && at < input.size() && written.at(at) == input.at(at)) {
        at++;
      }
      throw FormatException.malformed(at, "deterministic encoding", "another one");
    }
    return value;
  }

  static Cbor of(long value) {
    return new Int(BigInteger.valueOf(value));
  }

  static Cbor of(String value) {
    return new Text(value);
  }

  static Cbor of(Bytes value) {
    return new ByteString(value);
  }

  static Cbor of(boolean value) {
    return value ? TRUE : FALSE;
  }

  static Cbor array(Cbor... items) {
    return new Arr(List.of(items));
  }

  static DictBuilder map() {
    return new DictBuilder();
  }

  /// The core deterministic encoding of RFC 8949 §4.2.1.
  default Bytes encode() {
    return CborWriter.encode(this);
  }

  /// @param what the name of the value, for the error
  default long asInteger(String what) throws FormatException {
    if (this instanceof Int number && number.asLong().isPresent()) {
      return number.asLong().get();
    }
    throw wrongType(what, "a 64-bit integer");
  }

  default Bytes asBytes(String what) throws FormatException {
    if (this instanceof ByteString(Bytes value)) {
      return value;
    }
    throw wrongType(what, "a byte string");
  }

  default String asText(String what) throws FormatException {
    if (this instanceof Text(String value)) {
      return value;
    }
    throw wrongType(what, "text");
  }

  default List<Cbor> asArray(String what) throws FormatException {
    if (this instanceof Arr(List<Cbor> items)) {
      return items;
    }
    throw wrongType(what, "an array");
  }

  default Dict asMap(String what) throws FormatException {
    if (this instanceof Dict map) {
      return map;
    }
    throw wrongType(what, "a map");
  }

  default boolean asBoolean(String what) throws FormatException {
    if (equals(TRUE) || equals(FALSE)) {
      return equals(TRUE);
    }
    throw wrongType(what, "a boolean");
  }

  /// The content of a tag that must be `tag`.
  default Cbor asTagged(long tag, String what) throws FormatException {
    if (this instanceof Tagged(long found, Cbor content) && found == tag) {
      return content;
    }
    throw wrongType(what, "tag " + Long.toUnsignedString(tag));
  }

  private FormatException wrongType(String what, String expected) {
    String found =
        switch (this) {
          case Int _ -> "an integer";
          case ByteString _ -> "a byte string";
          case Text _ -> "text";
          case Arr _ -> "an array";
          case Dict _ -> "a map";
          case Tagged(long tag, _) -> "tag " + Long.toUnsignedString(tag);
          case Simple(int value) -> "simple value " + value;
          case Real _ -> "a floating-point number";
        };
    return FormatException.unexpected(expected + " as \"" + what + "\"", found);
  }

  /// An array of the items of `items`.
  static Cbor array(List<? extends Cbor> items) {
    return new Arr(new ArrayList<>(items));
  }
}
