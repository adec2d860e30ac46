package io.vouchsafe.appraisal.manifest;

import io.vouchsafe.appraisal.Provenance;
import io.vouchsafe.appraisal.ReferenceValue;
import io.vouchsafe.encoding.Json;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// What a file of others came to.
///
/// @param values entries, in the order of the file, each once
/// @param notUnderstood what the file says and no entry stands for, in words
public record TakenOver(List<ReferenceValue> values, List<String> notUnderstood) {
  public TakenOver {
    values = List.copyOf(values);
    notUnderstood = List.copyOf(notUnderstood);
  }

  /// Collects values; alternatives of one name become entries of their own.
  static final class Collector {
    private final Map<String, Set<Json>> byName = new LinkedHashMap<>();
    private final List<String> notUnderstood = new ArrayList<>();

    void add(String name, Json value) {
      byName.computeIfAbsent(name, _ -> new LinkedHashSet<>()).add(value);
    }

    void skip(String what) {
      notUnderstood.add(what);
    }

    TakenOver done(Instant expires, String origin) {
      List<ReferenceValue> values = new ArrayList<>();
      byName.forEach((name, alternatives) -> {
        for (Json value : alternatives) {
          values.add(new ReferenceValue(name, value, expires, Provenance.DECLARED, origin));
        }
      });
      return new TakenOver(values, notUnderstood);
    }
  }
}
