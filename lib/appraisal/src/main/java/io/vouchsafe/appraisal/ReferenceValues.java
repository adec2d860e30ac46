package io.vouchsafe.appraisal;

import io.vouchsafe.encoding.Json;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/// An immutable set of reference values, indexed by name and value: comparing costs the same with
/// ten entries as with a million. The value of a name is the union of its entries in force.
public final class ReferenceValues {
  /// No values at all.
  public static final ReferenceValues NONE = of(List.of());

  private final Map<String, Named> byName;
  private final NavigableSet<Instant> ends;

  /// What became of a comparison.
  public sealed interface Match {
    /// The value is expected.
    ///
    /// @param entry the entry that says so
    record Matched(ReferenceValue entry) implements Match {}

    /// Only an entry past its end has that value.
    record Expired(ReferenceValue entry) implements Match {}

    /// There are entries in force, with other values.
    ///
    /// @param known up to three of them, in words
    record Different(String known) implements Match {}

    /// No entry of that name is in force.
    record NoEntry() implements Match {}
  }

  private static final int SHOWN = 3;

  /// Entries of one name. `lastEnd` answers "is any in force" without a look at each.
  private static final class Named {
    private final List<ReferenceValue> entries = new ArrayList<>();
    private final Map<Json, List<ReferenceValue>> byValue = new HashMap<>();
    private Instant lastEnd = Instant.MIN;

    void add(ReferenceValue entry) {
      entries.add(entry);
      if (entry.expires().isAfter(lastEnd)) {
        lastEnd = entry.expires();
      }
      if (entry.value() instanceof Json.Arr(List<Json> items)) {
        items.forEach(item -> index(item, entry));
      } else {
        index(entry.value(), entry);
      }
    }

    private void index(Json value, ReferenceValue entry) {
      byValue.computeIfAbsent(value, _ -> new ArrayList<>(1)).add(entry);
    }
  }

  private ReferenceValues(Map<String, Named> byName, NavigableSet<Instant> ends) {
    this.byName = byName;
    this.ends = ends;
  }

  /// Indexes `entries`.
  public static ReferenceValues of(Collection<ReferenceValue> entries) {
    Map<String, Named> byName = new HashMap<>();
    NavigableSet<Instant> ends = new TreeSet<>();
    for (ReferenceValue entry : entries) {
      ends.add(entry.expires());
      byName.computeIfAbsent(entry.name(), _ -> new Named()).add(entry);
    }
    return new ReferenceValues(byName, ends);
  }

  /// Whether every entry is in force at both instants or at neither: then a comparison comes to the
  /// same at both.
  public boolean sameAt(Instant one, Instant other) {
    Instant earlier = one.isBefore(other) ? one : other;
    Instant later = one.isBefore(other) ? other : one;
    // An entry is not in force any more at its end.
    return ends.subSet(earlier, false, later, true).isEmpty();
  }

  /// Compares one value with the entries of `name` that are in force at `at`.
  public Match match(String name, Json value, Instant at) {
    Named named = byName.get(name);
    if (named == null) {
      return new Match.NoEntry();
    }
    Optional<ReferenceValue> expired = Optional.empty();
    for (ReferenceValue entry : named.byValue.getOrDefault(value, List.of())) {
      if (entry.inForce(at)) {
        return new Match.Matched(entry);
      }
      expired = Optional.of(entry);
    }
    if (expired.isPresent()) {
      return new Match.Expired(expired.get());
    }
    return at.isBefore(named.lastEnd) ? new Match.Different(shown(named, at)) : new Match.NoEntry();
  }

  private static String shown(Named named, Instant at) {
    StringBuilder text = new StringBuilder();
    int count = 0;
    for (Map.Entry<Json, List<ReferenceValue>> known : named.byValue.entrySet()) {
      if (known.getValue().stream().noneMatch(entry -> entry.inForce(at))) {
        continue;
      }
      if (count == SHOWN) {
        return text.append(" or others").toString();
      }
      text.append(count == 0 ? "" : " or ").append(plain(known.getKey()));
      count++;
    }
    return text.toString();
  }

  /// Text without quotes, everything else as JSON.
  static String plain(Json value) {
    return value instanceof Json.Str(String text) ? text : value.compact();
  }

  /// The entries of `name` that are in force at `at`.
  public List<ReferenceValue> entries(String name, Instant at) {
    Named named = byName.get(name);
    return named == null
        ? List.of()
        : named.entries.stream().filter(entry -> entry.inForce(at)).toList();
  }

  /// Up to `most` entries of `name` to show beside a value that is none of them: in force, or where
  /// none is, the last that were.
  public List<ReferenceValue> nearest(String name, Instant at, int most) {
    Named named = byName.get(name);
    if (named == null) {
      return List.of();
    }
    List<ReferenceValue> inForce =
        named.entries.stream().filter(entry -> entry.inForce(at)).limit(most).toList();
    int size = named.entries.size();
    return inForce.isEmpty()
        ? List.copyOf(named.entries.subList(Math.max(0, size - most), size))
        : inForce;
  }

  /// What the older interface shows as the value of `name`: the value itself where one entry is in
  /// force, else an array of all.
  public Optional<Json> value(String name, Instant at) {
    List<ReferenceValue> entries = entries(name, at);
    if (entries.size() <= 1) {
      return entries.stream().findFirst().map(ReferenceValue::value);
    }
    Set<Json> union = new LinkedHashSet<>();
    for (ReferenceValue entry : entries) {
      if (entry.value() instanceof Json.Arr(List<Json> items)) {
        union.addAll(items);
      } else {
        union.add(entry.value());
      }
    }
    return Optional.of(Json.array(union));
  }
}
