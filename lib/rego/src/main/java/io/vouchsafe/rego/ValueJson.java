package io.vouchsafe.rego;

import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Json;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// [Value] from and to the JSON model.
final class ValueJson {
  private ValueJson() {}

  static Value fromJson(Json json) throws FormatException {
    return switch (json) {
      case Json.Null _ -> NullValue.NULL;
      case Json.Bool(boolean value) -> BooleanValue.of(value);
      case Json.Str(String text) -> StringValue.of(text);
      case Json.Num number -> fromNumber(number);
      case Json.Arr(List<Json> items) -> {
        Value[] values = new Value[items.size()];
        for (int i = 0; i < values.length; i++) {
          values[i] = fromJson(items.get(i));
        }
        yield ArrayValue.owning(values);
      }
      case Json.Obj object -> {
        ObjectValue.Builder builder = new ObjectValue.Builder(object.members().size());
        for (Map.Entry<String, Json> member : object.members().entrySet()) {
          builder.put(StringValue.of(member.getKey()), fromJson(member.getValue()));
        }
        yield builder.build();
      }
    };
  }

  private static Value fromNumber(Json.Num number) throws FormatException {
    try {
      return NumberValue.of(number.value());
    } catch (ArithmeticException _) {
      throw FormatException.oversized(
          FormatException.NO_OFFSET,
          "a number of at most " + NumberValue.MAX_DIGITS + " digits",
          "more");
    }
  }

  static Json toJson(Value value) {
    return switch (value) {
      case NullValue _ -> Json.NULL;
      case BooleanValue bool -> Json.of(bool.value());
      case NumberValue number -> new Json.Num(number.toString());
      case StringValue string -> Json.of(string.text());
      case ArrayValue array -> fromItems(array.items());
      case SetValue set -> fromItems(set.items());
      case ObjectValue object -> {
        Map<String, Json> members = new LinkedHashMap<>();
        for (int i = 0; i < object.size(); i++) {
          members.put(nameOf(object.keyAt(i)), toJson(object.valueAt(i)));
        }
        yield Json.object(members);
      }
    };
  }

  private static Json fromItems(List<Value> items) {
    List<Json> list = new ArrayList<>(items.size());
    items.forEach(item -> list.add(toJson(item)));
    return Json.array(list);
  }

  private static String nameOf(Value key) {
    return key instanceof StringValue string ? string.text() : toJson(key).compact();
  }
}
