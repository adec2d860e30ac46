package io.vouchsafe.rego.internal.builtin;

import static io.vouchsafe.rego.internal.builtin.Type.OBJECT;
import static io.vouchsafe.rego.internal.builtin.Type.STRING;

import io.vouchsafe.rego.ArrayValue;
import io.vouchsafe.rego.NumberValue;
import io.vouchsafe.rego.ObjectValue;
import io.vouchsafe.rego.StringValue;
import io.vouchsafe.rego.Value;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// `uuid.*` (RFC 9562) and `opa.runtime`.
final class Identities {
  private static final int BYTES = 16;
  private static final int TEXT = 36;

  /// From the start of the Gregorian calendar to 1970, in units of 100 ns.
  private static final long GREGORIAN = 0x01b21dd213814000L;

  private Identities() {}

  static void register(Family family) {
    family
        .function("uuid.rfc4122", List.of(STRING), STRING, Identities::random)
        .function("uuid.parse", List.of(STRING), OBJECT, Identities::parse)
        .function(
            "opa.runtime", List.of(), OBJECT, in -> in.session().capabilities().environment());
  }

  private static Value random(Operands in) throws BuiltinException {
    ArrayValue key = ArrayValue.of(StringValue.of("uuid.rfc4122"), StringValue.of(in.string(0)));
    return in.session()
        .once(
            key,
            () -> {
              byte[] bytes = new byte[BYTES];
              in.session().capabilities().random().nextBytes(bytes);
              bytes[6] = (byte) (bytes[6] & 0x0f | 0x40);
              bytes[8] = (byte) (bytes[8] & 0x3f | 0x80);
              return StringValue.of(text(bytes));
            });
  }

  private static String text(byte[] bytes) {
    String hex = HexFormat.of().formatHex(bytes);
    return hex.substring(0, 8)
        + '-'
        + hex.substring(8, 12)
        + '-'
        + hex.substring(12, 16)
        + '-'
        + hex.substring(16, 20)
        + '-'
        + hex.substring(20);
  }

  private static @Nullable Value parse(Operands in) throws BuiltinException {
    String text = in.string(0).toLowerCase(Locale.ROOT);
    if (text.startsWith("urn:uuid:")) {
      text = text.substring(9);
    } else if (text.startsWith("{") && text.endsWith("}")) {
      text = text.substring(1, text.length() - 1);
    }
    String hex = text.replace("-", "");
    if (hex.length() != 2 * BYTES
        || text.length() != TEXT && text.length() != hex.length()
        || !hex.chars().allMatch(HexFormat::isHexDigit)
        || text.length() == TEXT && !text(HexFormat.of().parseHex(hex)).equals(text)) {
      return null;
    }
    byte[] bytes = HexFormat.of().parseHex(hex);
    int version = bytes[6] >> 4 & 0x0f;
    ObjectValue.Builder parts =
        new ObjectValue.Builder()
            .put("version", NumberValue.of(version))
            .put("variant", StringValue.of(variant(bytes[8])));
    if (version == 1 || version == 2) {
      addNode(parts, bytes, version);
    }
    return parts.build();
  }

  private static String variant(byte octet) {
    if ((octet & 0xc0) == 0x80) {
      return "RFC4122";
    }
    return (octet & 0xe0) == 0xc0 ? "Microsoft" : (octet & 0xe0) == 0xe0 ? "Future" : "Reserved";
  }

  private static void addNode(ObjectValue.Builder parts, byte[] bytes, int version) {
    long time =
        (number(bytes, 6, 8) & 0x0fff) << 48 | number(bytes, 4, 6) << 32 | number(bytes, 0, 4);
    String node = HexFormat.ofDelimiter("-").formatHex(Arrays.copyOfRange(bytes, 10, BYTES));
    parts
        .put("nodeid", StringValue.of(node))
        .put("macvariables", StringValue.of(variables(bytes[10])))
        .put("clocksequence", NumberValue.of(number(bytes, 8, 10) & 0x3fff))
        .put("time", NumberValue.of((time - GREGORIAN) * 100));
    if (version == 2) {
      List<String> domains = List.of("Person", "Group", "Org");
      int domain = bytes[9] & 0xff;
      parts
          .put("id", NumberValue.of(number(bytes, 0, 4)))
          .put(
              "domain",
              StringValue.of(domain < domains.size() ? domains.get(domain) : "Domain" + domain));
    }
  }

  private static String variables(byte octet) {
    return List.of(
            (octet & 2) == 0 ? "global" : "local", (octet & 1) == 0 ? "unicast" : "multicast")
        .stream()
        .collect(Collectors.joining(":"));
  }

  private static long number(byte[] bytes, int from, int to) {
    long number = 0;
    for (int i = from; i < to; i++) {
      number = number << 8 | bytes[i] & 0xff;
    }
    return number;
  }
}
