package io.vouchsafe.cli;

import io.vouchsafe.appraisal.ReferenceValue;
import io.vouchsafe.encoding.Json;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/// Which values differ between two sets. A list counts as each of its items.
///
/// @param removed what only the first has
/// @param added what only the second has
/// @param same how many both have
record ReferenceDiff(List<Named> removed, List<Named> added, int same) {
  /// A value under its name.
  record Named(String name, Json value) implements Comparable<Named> {
    @Override
    public int compareTo(Named other) {
      int byName = name.compareTo(other.name);
      return byName != 0 ? byName : value.canonical().compareTo(other.value.canonical());
    }

    String line() {
      return "%-24s %s".formatted(name, value.plain());
    }

    Json.Obj json() {
      return Json.object().put("name", name).put("value", value).build();
    }
  }

  static ReferenceDiff of(Collection<ReferenceValue> first, Collection<ReferenceValue> second) {
    Set<Named> before = named(first);
    Set<Named> after = named(second);
    Set<Named> removed = new TreeSet<>(before);
    removed.removeAll(after);
    Set<Named> added = new TreeSet<>(after);
    added.removeAll(before);
    return new ReferenceDiff(
        List.copyOf(removed), List.copyOf(added), before.size() - removed.size());
  }

  /// Each value, and each item of a list.
  static Set<Named> named(Collection<ReferenceValue> values) {
    Set<Named> named = new TreeSet<>();
    for (ReferenceValue value : values) {
      if (value.value() instanceof Json.Arr(List<Json> items)) {
        items.forEach(item -> named.add(new Named(value.name(), item)));
      } else {
        named.add(new Named(value.name(), value.value()));
      }
    }
    return named;
  }

  List<String> lines() {
    List<String> lines = new ArrayList<>();
    removed.forEach(value -> lines.add("- " + value.line()));
    added.forEach(value -> lines.add("+ " + value.line()));
    lines.add(
        "%d only in the first, %d only in the second, %d in both"
            .formatted(removed.size(), added.size(), same));
    return lines;
  }

  Json.Obj json() {
    return Json.object()
        .put("removed", Json.array(removed.stream().map(Named::json).toList()))
        .put("added", Json.array(added.stream().map(Named::json).toList()))
        .put("same", same)
        .build();
  }
}
