package io.vouchsafe.appraisal.manifest;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.encoding.JsonLimits;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Measurements of a Constellation image (specs/cluster-and-mesh.md A3.1, B12): the `measurements`
/// of each cloud and attestation variant, by register, `{"expected": hex, "warnOnly": bool}`. Only
/// enforced ones are taken: what is only warned about is no reference value here.
///
/// @param release version, reference and stream, empty for a bare map
/// @param images what the release measures, one per cloud and variant
public record ConstellationMeasurements(String release, List<Image> images) {
  private static final JsonLimits LIMITS = new JsonLimits(1 << 20, 8, 20_000, 16);
  private static final int MAX_IMAGES = 256;
  private static final int MAX_TEXT = 256;
  private static final Set<String> DOCUMENT = Set.of("version", "ref", "stream", "list");
  private static final Set<String> IMAGE = Set.of("csp", "attestationVariant", "measurements");
  private static final Set<String> REGISTER = Set.of("expected", "warnOnly");

  /// What one image measures.
  ///
  /// @param cloud where it runs, as the file calls it
  /// @param variant how it attests
  /// @param registers by index
  /// @param others members that are not of the documented form
  public record Image(
      String cloud,
      ConstellationVariant variant,
      Map<Integer, Register> registers,
      List<String> others) {
    public Image {
      registers = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(registers));
      others = List.copyOf(others);
    }
  }

  /// One register.
  ///
  /// @param expected its value
  /// @param warnOnly whether another value is taken too, with a warning
  public record Register(Bytes expected, boolean warnOnly) {}

  public ConstellationMeasurements {
    images = List.copyOf(images);
  }

  /// Whether a JSON object looks like the file of a release: what [#parse] wants and nothing else
  /// has.
  public static boolean isRelease(Json.Obj json) {
    return json.members().keySet().containsAll(DOCUMENT);
  }

  /// Whether a JSON object looks like a bare map of registers.
  public static boolean isMap(Json.Obj json) {
    return !json.members().isEmpty()
        && json.members().keySet().stream().allMatch(name -> name.matches("[0-9]{1,2}"));
  }

  /// Reads the file of a release: `{version, ref, stream, list: [{csp, attestationVariant,
  /// measurements}]}`.
  ///
  /// @throws FormatException if it is not of that form, or of a variant that is not known here
  public static ConstellationMeasurements parse(Bytes file) throws FormatException {
    Json.Obj json = Json.parseObject(file, LIMITS);
    String release =
        "%s ref %s stream %s"
            .formatted(text(json, "version"), text(json, "ref"), text(json, "stream"));
    List<Json> items = json.array("list");
    if (items.isEmpty() || items.size() > MAX_IMAGES) {
      throw FormatException.unexpected("1 to " + MAX_IMAGES + " images", "" + items.size());
    }
    List<Image> images = new ArrayList<>();
    for (Json item : items) {
      Json.Obj image = item.asObject("image");
      images.add(
          image(
              text(image, "csp"),
              ConstellationVariant.parse(text(image, "attestationVariant")),
              image.object("measurements"),
              others(image, IMAGE, "")));
    }
    List<String> others = others(json, DOCUMENT, "");
    if (!others.isEmpty()) {
      Image first = images.removeFirst();
      List<String> all = new ArrayList<>(others);
      all.addAll(first.others());
      images.addFirst(new Image(first.cloud(), first.variant(), first.registers(), all));
    }
    return new ConstellationMeasurements(release, images);
  }

  /// Reads a bare map of registers, of which only the caller knows what it is of.
  ///
  /// @throws FormatException if it is not of that form
  public static ConstellationMeasurements parseMap(Bytes file, ConstellationVariant variant)
      throws FormatException {
    Json.Obj json = Json.parseObject(file, LIMITS);
    return new ConstellationMeasurements("", List.of(image("", variant, json, List.of())));
  }

  private static String text(Json.Obj json, String name) throws FormatException {
    String text = json.string(name);
    if (text.isEmpty() || text.length() > MAX_TEXT) {
      throw FormatException.unexpected(
          "1 to " + MAX_TEXT + " characters as \"" + name + '"', text.length() + " characters");
    }
    return text;
  }

  private static List<String> others(Json.Obj json, Set<String> known, String where) {
    return json.members().keySet().stream()
        .filter(name -> !known.contains(name))
        .map(name -> where + name)
        .toList();
  }

  private static Image image(
      String cloud, ConstellationVariant variant, Json.Obj measurements, List<String> outer)
      throws FormatException {
    Map<Integer, Register> registers = new LinkedHashMap<>();
    List<String> others = new ArrayList<>(outer);
    for (Map.Entry<String, Json> member : measurements.members().entrySet()) {
      int index = index(member.getKey(), variant);
      registers.put(index, register(member.getValue(), variant));
      if (member.getValue() instanceof Json.Obj object) {
        others.addAll(others(object, REGISTER, "register " + index + " "));
      }
    }
    if (registers.isEmpty()) {
      throw FormatException.unexpected("measurements of " + variant.text(), "none");
    }
    return new Image(cloud, variant, registers, others);
  }

  /// Decimal without leading zeros: two spellings of one index would be two values of it.
  private static int index(String text, ConstellationVariant variant) throws FormatException {
    boolean plain = text.matches("0|[1-9][0-9]?");
    if (!plain || Integer.parseInt(text) >= variant.registers()) {
      throw FormatException.unexpected(
          "a register of " + variant.text() + ", 0 to " + (variant.registers() - 1), text);
    }
    return Integer.parseInt(text);
  }

  /// A bare text is enforced.
  private static Register register(Json value, ConstellationVariant variant)
      throws FormatException {
    if (value instanceof Json.Str(String text)) {
      return new Register(digest(text, variant), false);
    }
    Json.Obj object = value.asObject("measurement");
    boolean warnOnly = object.get("warnOnly").isPresent() && object.bool("warnOnly");
    return new Register(digest(object.string("expected"), variant), warnOnly);
  }

  /// Hexadecimal, or base64 as older files have it. 64 digits can be read as either: they are the
  /// hexadecimal of 32 bytes, and where 48 are due the file is refused.
  private static Bytes digest(String text, ConstellationVariant variant) throws FormatException {
    boolean hex = text.chars().allMatch(c -> Character.digit(c, 16) >= 0 && c < 128);
    Bytes bytes = hex ? Bytes.fromHex(text) : Bytes.fromBase64(text);
    if (bytes.size() != variant.size()) {
      throw FormatException.unexpected(
          variant.size() + " bytes of a register of " + variant.text(), bytes.size() + " bytes");
    }
    return bytes;
  }

  /// Takes the values over.
  ///
  /// @param only the variant that is wanted; empty: all
  /// @param expires when they stop to count
  /// @param origin for operators
  public TakenOver values(Optional<ConstellationVariant> only, Instant expires, String origin) {
    TakenOver.Collector collector = new TakenOver.Collector();
    for (Image image : images) {
      String where = (image.cloud() + " " + image.variant().text()).strip();
      if (only.isPresent() && only.get() != image.variant()) {
        collector.skip(where + ": not asked for");
        continue;
      }
      image.others().forEach(other -> collector.skip(where + ": " + other));
      image
          .registers()
          .forEach((index, register) -> take(image, index, register, where, collector));
    }
    return collector.done(expires, release.isEmpty() ? origin : origin + ", image " + release);
  }

  private static void take(
      Image image, int index, Register register, String where, TakenOver.Collector collector) {
    Optional<String> name = image.variant().valueName(index);
    if (register.warnOnly()) {
      collector.skip("%s: register %d, which is only warned about".formatted(where, index));
    } else if (name.isEmpty()) {
      collector.skip(
          "%s: register %d, of evidence that is not appraised here".formatted(where, index));
    } else {
      collector.add(name.get(), Json.of(register.expected().hex()));
    }
  }
}
