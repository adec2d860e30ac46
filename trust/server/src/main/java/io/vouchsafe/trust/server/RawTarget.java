package io.vouchsafe.trust.server;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Decodes paths and queries the way the reference broker does: leniently, escapes before the
/// split.
final class RawTarget {
  private RawTarget() {}

  /// The segments of a path: percent-decoded first, then split, so that `%2F` divides.
  static List<String> segments(String rawPath) {
    return List.of(decode(rawPath).split("/", -1));
  }

  /// The parameters of a query; of a repeated name the last value counts.
  static Map<String, String> query(String rawQuery) {
    Map<String, String> parameters = new LinkedHashMap<>();
    for (String pair : rawQuery.split("&", -1)) {
      if (pair.isEmpty()) {
        continue;
      }
      int equals = pair.indexOf('=');
      String name = equals < 0 ? pair : pair.substring(0, equals);
      String value = equals < 0 ? "" : pair.substring(equals + 1);
      parameters.put(decode(name.replace('+', ' ')), decode(value.replace('+', ' ')));
    }
    return parameters;
  }

  /// Percent-decodes; what is no escape stays, what is no UTF-8 becomes U+FFFD.
  static String decode(String raw) {
    if (raw.indexOf('%') < 0) {
      return raw;
    }
    byte[] in = raw.getBytes(StandardCharsets.UTF_8);
    ByteArrayOutputStream out = new ByteArrayOutputStream(in.length);
    for (int i = 0; i < in.length; i++) {
      int high = i + 2 < in.length && in[i] == '%' ? Character.digit(in[i + 1], 16) : -1;
      int low = high < 0 ? -1 : Character.digit(in[i + 2], 16);
      if (low >= 0) {
        out.write(high << 4 | low);
        i += 2;
      } else {
        out.write(in[i]);
      }
    }
    return out.toString(StandardCharsets.UTF_8);
  }
}
