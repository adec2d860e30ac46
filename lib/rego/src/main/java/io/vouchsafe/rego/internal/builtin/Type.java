package io.vouchsafe.rego.internal.builtin;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What kinds of value an operand may have; for checks while compiling, never in evaluation.
///
/// @param kinds bit `1 << rank` for each kind of value
/// @param element the type of the items of an array or set, or of the values of an object
public record Type(int kinds, @Nullable Type element) {
  private static final String[] NAMES = {
    "null", "boolean", "number", "string", "array", "object", "set"
  };

  public static final Type ANY = new Type(0x7f, null);
  public static final Type NULL = new Type(1, null);
  public static final Type BOOLEAN = new Type(1 << 1, null);
  public static final Type NUMBER = new Type(1 << 2, null);
  public static final Type STRING = new Type(1 << 3, null);
  public static final Type ARRAY = new Type(1 << 4, null);
  public static final Type OBJECT = new Type(1 << 5, null);
  public static final Type SET = new Type(1 << 6, null);

  /// An array or set.
  public static final Type COLLECTION = oneOf(ARRAY, SET);

  public static Type arrayOf(Type element) {
    return new Type(ARRAY.kinds, element);
  }

  public static Type setOf(Type element) {
    return new Type(SET.kinds, element);
  }

  /// An array or set of such items.
  public static Type collectionOf(Type element) {
    return new Type(COLLECTION.kinds, element);
  }

  /// An object with such values.
  public static Type objectOf(Type value) {
    return new Type(OBJECT.kinds, value);
  }

  /// One of several; what their elements are is forgotten.
  public static Type oneOf(Type... types) {
    int kinds = 0;
    for (Type type : types) {
      kinds |= type.kinds;
    }
    return new Type(kinds, null);
  }

  /// Whether a value can be of both types.
  public boolean overlaps(Type other) {
    return (kinds & other.kinds) != 0;
  }

  @Override
  public String toString() {
    if (kinds == ANY.kinds) {
      return "any";
    }
    List<String> names = new ArrayList<>();
    for (int i = 0; i < NAMES.length; i++) {
      if ((kinds & 1 << i) != 0) {
        names.add(NAMES[i] + (element == null || i < 4 ? "" : "[" + element + "]"));
      }
    }
    return names.size() == 1 ? names.getFirst() : "one of {" + String.join(", ", names) + "}";
  }
}
