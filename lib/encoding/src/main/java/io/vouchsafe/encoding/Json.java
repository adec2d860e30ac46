package io.vouchsafe.encoding;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The one JSON model: immutable, strict on reading (RFC 8259; duplicate members, invalid UTF-8,
/// lone surrogates and trailing text are errors), in two written forms. Member order is kept.
///
/// Equality is structural: objects compare without order, numbers by value (`1`, `1.0` and `1e0`
/// are equal).
public sealed interface Json {

  /// `null`
  Json NULL = Null.INSTANCE;

  /// `true`
  Json TRUE = new Bool(true);

  /// `false`
  Json FALSE = new Bool(false);

  /// The literal `null`.
  enum Null implements Json {
    INSTANCE
  }

  /// A boolean.
  record Bool(boolean value) implements Json {}

  /// Text. Never holds a lone surrogate when it was parsed.
  record Str(String value) implements Json {
    public Str {
      Objects.requireNonNull(value, "value");
    }
  }

  /// A number, with the text that it was written as.
  final class Num implements Json {
    /// A `long` holds every integer of that many digits.
    private static final int SAFE_DIGITS = 18;

    private final String text;
    private final boolean small;

    /// Made when it is asked for: documents are full of small integers, few of which anybody does
    /// arithmetic with.
    private volatile @Nullable BigDecimal value;

    /// @throws NumberFormatException if `text` is no number
    public Num(String text) {
      this.text = text;
      this.small = isSmall(text);
      this.value = small ? null : new BigDecimal(text);
    }

    /// Whether it is nothing but a few digits, without a leading zero.
    private static boolean isSmall(String text) {
      int length = text.length();
      if (length == 0 || length > SAFE_DIGITS || text.charAt(0) == '0' && length > 1) {
        return false;
      }
      for (int i = 0; i < length; i++) {
        if (text.charAt(i) < '0' || text.charAt(i) > '9') {
          return false;
        }
      }
      return true;
    }

    /// The number as it was written.
    public String text() {
      return text;
    }

    /// The exact value. Beware of turning a hostile exponent into an integer: compare
    /// [BigDecimal#precision()] and [BigDecimal#scale()] first.
    public BigDecimal value() {
      BigDecimal known = value;
      if (known == null) {
        known = new BigDecimal(text);
        value = known;
      }
      return known;
    }

    /// The value as a `long`, if it is an integer in range.
    public Optional<Long> asLong() {
      if (small) {
        return Optional.of(Long.parseLong(text));
      }
      BigDecimal value = value();
      // Bounded before any expansion: 1e999999999 must not allocate.
      if (value.precision() - (long) value.scale() > 19 || value.scale() > 40) {
        return value.signum() == 0 ? Optional.of(0L) : Optional.empty();
      }
      try {
        return Optional.of(value.longValueExact());
      } catch (ArithmeticException _) {
        return Optional.empty();
      }
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Num num && value().compareTo(num.value()) == 0;
    }

    @Override
    public int hashCode() {
      BigDecimal value = value();
      return value.signum() == 0 ? 0 : value.stripTrailingZeros().hashCode();
    }

    @Override
    public String toString() {
      return text;
    }
  }

  /// An array.
  record Arr(List<Json> items) implements Json {
    public Arr {
      items = List.copyOf(items);
    }
  }

  /// An object. Iteration is in the order of the text.
  final class Obj implements Json {
    // Nobody else has it, and it is not changed any more.
    private final Map<String, Json> own;
    private final Map<String, Json> members;
    // The compact form, if it is kept.
    private final byte @Nullable [] text;

    private Obj(Map<String, Json> own) {
      this(own, null);
    }

    private Obj(Map<String, Json> own, byte @Nullable [] text) {
      this.own = own;
      this.members = Collections.unmodifiableMap(own);
      this.text = text;
    }

    /// The same object, which keeps its compact form from now on: for a part of many documents.
    public Obj keepingText() {
      return new Obj(own, JsonText.compact(this));
    }

    byte @Nullable [] text() {
      return text;
    }

    /// Takes over a map that nobody changes after.
    static Obj of(LinkedHashMap<String, Json> own) {
      return new Obj(own);
    }

    public Map<String, Json> members() {
      return members;
    }

    /// The members without the wrapping that keeps others from changing them.
    Map<String, Json> own() {
      return own;
    }

    /// The member, or empty if absent. A member that is `null` is present.
    public Optional<Json> get(String name) {
      return Optional.ofNullable(own.get(name));
    }

    /// The member, or empty if absent or `null`.
    public Optional<Json> present(String name) {
      return get(name).filter(value -> value != NULL);
    }

    /// A member that must be there.
    ///
    /// @throws FormatException if absent
    public Json require(String name) throws FormatException {
      Json value = own.get(name);
      if (value == null) {
        throw FormatException.unexpected("member \"" + name + "\"", "none");
      }
      return value;
    }

    /// A member that must be there and be text.
    public String string(String name) throws FormatException {
      return require(name).asString(name);
    }

    /// A member that must be text if it is there and not `null`.
    public Optional<String> optionalString(String name) throws FormatException {
      Optional<Json> value = present(name);
      return value.isEmpty() ? Optional.empty() : Optional.of(value.get().asString(name));
    }

    /// A member that must be there and be an object.
    public Obj object(String name) throws FormatException {
      return require(name).asObject(name);
    }

    /// A member that must be there and be an array.
    public List<Json> array(String name) throws FormatException {
      return require(name).asArray(name);
    }

    /// A member that must be there and be an integer in the range of `long`.
    public long integer(String name) throws FormatException {
      return require(name).asInteger(name);
    }

    /// A member that must be there and be a boolean.
    public boolean bool(String name) throws FormatException {
      return require(name).asBoolean(name);
    }

    /// This object with one member set; a new name goes last.
    public Obj with(String name, Json value) {
      Map<String, Json> copy = new LinkedHashMap<>(own);
      copy.put(name, value);
      return new Obj(copy);
    }

    /// This object without one member.
    public Obj without(String name) {
      Map<String, Json> copy = new LinkedHashMap<>(own);
      copy.remove(name);
      return new Obj(copy);
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Obj obj && own.equals(obj.own);
    }

    @Override
    public int hashCode() {
      return own.hashCode();
    }

    @Override
    public String toString() {
      return compact();
    }
  }

  /// Collects the members of an object in order.
  final class ObjBuilder {
    private Map<String, Json> members = new LinkedHashMap<>();
    private boolean built;

    private ObjBuilder() {}

    /// @throws IllegalArgumentException if `name` was put before
    public ObjBuilder put(String name, Json value) {
      if (built) {
        members = new LinkedHashMap<>(members);
        built = false;
      }
      if (members.put(name, Objects.requireNonNull(value, name)) != null) {
        throw new IllegalArgumentException("member twice: " + name);
      }
      return this;
    }

    public ObjBuilder put(String name, String value) {
      return put(name, new Str(value));
    }

    public ObjBuilder put(String name, long value) {
      return put(name, Json.of(value));
    }

    public ObjBuilder put(String name, boolean value) {
      return put(name, value ? TRUE : FALSE);
    }

    /// Puts the member if `value` is there.
    public ObjBuilder putIf(String name, Optional<? extends Json> value) {
      value.ifPresent(json -> put(name, json));
      return this;
    }

    /// The object so far. What is put after that is not in it.
    public Obj build() {
      built = true;
      return new Obj(members);
    }
  }

  /// Parses one JSON text in UTF-8.
  ///
  /// @throws FormatException with the byte offset, if it is not strict JSON or beyond a bound
  static Json parse(Bytes text, JsonLimits limits) throws FormatException {
    return JsonText.parse(text, limits);
  }

  /// As [#parse(Bytes, JsonLimits)], for text.
  static Json parse(String text, JsonLimits limits) throws FormatException {
    return JsonText.parse(Bytes.utf8(text), limits);
  }

  /// Parses a text that must be an object.
  static Obj parseObject(Bytes text, JsonLimits limits) throws FormatException {
    return parse(text, limits).asObject("document");
  }

  static Json of(String value) {
    return new Str(value);
  }

  static Json of(long value) {
    return new Num(Long.toString(value));
  }

  static Json of(boolean value) {
    return value ? TRUE : FALSE;
  }

  static Json array(Json... items) {
    return new Arr(List.of(items));
  }

  static Json array(Collection<? extends Json> items) {
    return new Arr(List.copyOf(items));
  }

  /// An array of texts.
  static Json strings(Collection<String> items) {
    List<Json> list = new ArrayList<>(items.size());
    items.forEach(item -> list.add(new Str(item)));
    return new Arr(list);
  }

  static ObjBuilder object() {
    return new ObjBuilder();
  }

  /// An object with the members of `members`, in its order.
  static Obj object(Map<String, ? extends Json> members) {
    return new Obj(new LinkedHashMap<>(members));
  }

  /// The compact form: no white space, member order as it is, numbers as they were written.
  default String compact() {
    return new String(JsonText.compact(this), StandardCharsets.UTF_8);
  }

  /// For people: text as it is, anything else in the compact form.
  default String plain() {
    return this instanceof Str(String text) ? text : compact();
  }

  /// The canonical form of RFC 8785 (JCS): members sorted by UTF-16 code units, minimal escapes,
  /// numbers as ECMAScript writes an IEEE 754 double. A number that is too large for a double, for
  /// which JCS has no form, is written in the same way with all its digits.
  default String canonical() {
    return JsonText.canonical(this);
  }

  /// The compact form in UTF-8.
  default byte[] toUtf8() {
    return JsonText.compact(this);
  }

  /// The compact form in UTF-8, as an immutable value.
  default Bytes utf8() {
    return Bytes.own(JsonText.compact(this));
  }

  /// @param what the name of the value, for the error
  default String asString(String what) throws FormatException {
    if (this instanceof Str(String value)) {
      return value;
    }
    throw wrongType(what, "text");
  }

  default Obj asObject(String what) throws FormatException {
    if (this instanceof Obj object) {
      return object;
    }
    throw wrongType(what, "an object");
  }

  default List<Json> asArray(String what) throws FormatException {
    if (this instanceof Arr(List<Json> items)) {
      return items;
    }
    throw wrongType(what, "an array");
  }

  default long asInteger(String what) throws FormatException {
    if (this instanceof Num num && num.asLong().isPresent()) {
      return num.asLong().get();
    }
    throw wrongType(what, "an integer");
  }

  default boolean asBoolean(String what) throws FormatException {
    if (this instanceof Bool(boolean value)) {
      return value;
    }
    throw wrongType(what, "a boolean");
  }

  private FormatException wrongType(String what, String expected) {
    String found =
        switch (this) {
          case Null _ -> "null";
          case Bool _ -> "a boolean";
          case Str _ -> "text";
          case Num _ -> "a number";
          case Arr _ -> "an array";
          case Obj _ -> "an object";
        };
    return FormatException.unexpected(expected + " as \"" + what + "\"", found);
  }
}
