package io.vouchsafe.http;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// Header fields of an answer; names without regard to case.
public final class HttpHeaders {
  private final Map<String, List<String>> fields;

  private HttpHeaders(Map<String, List<String>> fields) {
    this.fields = fields;
  }

  static HttpHeaders of(Map<String, List<String>> raw) {
    Map<String, List<String>> fields = new TreeMap<>();
    raw.forEach((name, values) ->
        fields
            .computeIfAbsent(name.toLowerCase(Locale.ROOT), _ -> new ArrayList<>())
            .addAll(values));
    return new HttpHeaders(fields);
  }

  /// The first value of a field.
  public Optional<String> first(String name) {
    List<String> values = all(name);
    return values.isEmpty() ? Optional.empty() : Optional.of(values.getFirst());
  }

  /// All values of a field, in order.
  public List<String> all(String name) {
    return List.copyOf(fields.getOrDefault(name.toLowerCase(Locale.ROOT), List.of()));
  }
}
