package io.vouchsafe.appraisal.why;

import io.vouchsafe.encoding.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Reads records leniently: older ones lack members, and an explanation of the rest is better than
/// none.
final class Members {
  private Members() {}

  /// Text as it stands, anything else as JSON, nothing as empty.
  static String text(Json.Obj object, String name) {
    return object.present(name).map(Json::plain).orElse("");
  }

  static Optional<Json.Obj> object(Json.Obj object, String name) {
    return object.present(name).filter(Json.Obj.class::isInstance).map(Json.Obj.class::cast);
  }

  /// The objects of an array.
  static List<Json.Obj> objects(Json.Obj object, String name) {
    List<Json.Obj> objects = new ArrayList<>();
    if (object.present(name).orElse(Json.NULL) instanceof Json.Arr(List<Json> items)) {
      for (Json item : items) {
        if (item instanceof Json.Obj one) {
          objects.add(one);
        }
      }
    }
    return objects;
  }

  static long number(Json.Obj object, String name) {
    return object.present(name).orElse(Json.NULL) instanceof Json.Num number
        ? number.asLong().orElse(0L)
        : 0;
  }
}
