package io.vouchsafe.appraisal.corim;

import io.vouchsafe.encoding.Cbor;
import io.vouchsafe.encoding.FormatException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// What a triple speaks of (`environment-map`): a class of things, one thing, or a group.
/// Identifiers are text: UUIDs with dashes, OIDs with dots, other bytes as lower-case hex.
///
/// @param classId of the class
/// @param vendor of the class
/// @param model of the class
/// @param layer of the class
/// @param index of the class
/// @param instance one thing
/// @param group of things
public record Environment(
    Optional<String> classId,
    Optional<String> vendor,
    Optional<String> model,
    Optional<Long> layer,
    Optional<Long> index,
    Optional<String> instance,
    Optional<String> group) {
  private static final long CLASS = 0;
  private static final long INSTANCE = 1;
  private static final long GROUP = 2;
  private static final long CLASS_ID = 0;
  private static final long VENDOR = 1;
  private static final long MODEL = 2;
  private static final long LAYER = 3;
  private static final long INDEX = 4;

  static Environment parse(Cbor item) throws FormatException {
    Cbor.Dict map = item.asMap("environment");
    if (map.size() == 0) {
      throw FormatException.unexpected("an environment with a class, instance or group", "none");
    }
    Cbor.Dict type =
        map.get(CLASS).isPresent() ? map.require(CLASS).asMap("class") : Cbor.map().build();
    return new Environment(
        name(type, CLASS_ID, "class id"),
        plain(type, VENDOR, "vendor"),
        plain(type, MODEL, "model"),
        number(type, LAYER, "layer"),
        number(type, INDEX, "index"),
        name(map, INSTANCE, "instance"),
        name(map, GROUP, "group"));
  }

  private static Optional<String> name(Cbor.Dict map, long key, String what)
      throws FormatException {
    Optional<Cbor> item = map.get(key);
    return item.isEmpty() ? Optional.empty() : Optional.of(Names.text(item.get(), what));
  }

  private static Optional<String> plain(Cbor.Dict map, long key, String what)
      throws FormatException {
    Optional<Cbor> item = map.get(key);
    return item.isEmpty() ? Optional.empty() : Optional.of(item.get().asText(what));
  }

  private static Optional<Long> number(Cbor.Dict map, long key, String what)
      throws FormatException {
    Optional<Cbor> item = map.get(key);
    return item.isEmpty() ? Optional.empty() : Optional.of(item.get().asInteger(what));
  }

  /// Vendor and model, else what else there is: the first part of a reference value's name.
  List<String> nameParts() {
    List<String> parts = new ArrayList<>();
    vendor.ifPresent(parts::add);
    model.ifPresent(parts::add);
    if (parts.isEmpty()) {
      classId.ifPresent(parts::add);
    }
    if (parts.isEmpty()) {
      instance.or(() -> group).ifPresent(parts::add);
    }
    return parts;
  }
}
