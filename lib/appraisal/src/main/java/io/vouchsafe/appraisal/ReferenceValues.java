package io.vouchsafe.appraisal;

import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.rego.NullValue;
import io.vouchsafe.rego.Value;
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
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

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

    /// Of entries with the same value the one that ends last: it is in force if any is.
    private final Map<Json, ReferenceValue> byValue = new HashMap<>();

    private Instant lastEnd = Instant.MIN;

    /// A final record, so that a racing write is harmless.
    private @Nullable InForce known;

    /// As above.
    private @Nullable Sorted sorted;

    InForce at(Instant at) {
      InForce last = known;
      if (last == null || !last.holds(at)) {
        last = InForce.of(entries, at);
        known = last;
      }
      return last;
    }

    LowerBounds bounds(Instant at, LowerBounds.Form form) {
      InForce inForce = at(at);
      Sorted last = sorted;
      if (last == null || last.inForce != inForce || last.form != form) {
        last = new Sorted(inForce, form, LowerBounds.of(inForce.entries(), form));
        sorted = last;
      }
      return last.bounds;
    }

    void add(ReferenceValue entry) {
      entries.add(entry);
      if (entry.expires().isAfter(lastEnd)) {
        lastEnd = entry.expires();
      }
      items(entry.value()).forEach(item -> index(item, entry));
    }

    private void index(Json value, ReferenceValue entry) {
      byValue.merge(
          value, entry, (one, other) -> other.expires().isAfter(one.expires()) ? other : one);
    }
  }

  /// What is in force, as lower bounds.
  private record Sorted(InForce inForce, LowerBounds.Form form, LowerBounds bounds) {}

  /// What is in force of one name from an instant on until another: made once, for all comparisons
  /// until an entry ends.
  ///
  /// @param value what the older interface shows
  /// @param rego the same for policies; empty where a number is beyond what they can take
  /// @param shown some of the values, in words
  private record InForce(
      Instant from,
      Instant to,
      List<ReferenceValue> entries,
      Optional<Json> value,
      Optional<Value> rego,
      String shown) {

    boolean holds(Instant at) {
      return !at.isBefore(from) && at.isBefore(to);
    }

    static InForce of(List<ReferenceValue> all, Instant at) {
      Instant from = Instant.MIN;
      Instant to = Instant.MAX;
      List<ReferenceValue> entries = new ArrayList<>();
      for (ReferenceValue entry : all) {
        Instant end = entry.expires();
        if (entry.inForce(at)) {
          entries.add(entry);
          to = end.isBefore(to) ? end : to;
        } else {
          from = end.isAfter(from) ? end : from;
        }
      }
      Set<Json> union = new LinkedHashSet<>();
      entries.forEach(entry -> union.addAll(items(entry.value())));
      Optional<Json> value =
          entries.size() == 1
              ? Optional.of(entries.getFirst().value())
              : Optional.<Json>of(Json.array(union)).filter(_ -> !entries.isEmpty());
      return new InForce(from, to, List.copyOf(entries), value, rego(value), shown(union));
    }

    /// Policies know no number of thousands of digits. None can be registered; a store that holds
    /// one from before has nothing for them there, not even null.
    private static Optional<Value> rego(Optional<Json> value) {
      try {
        return Optional.of(Value.of(value.orElse(Json.NULL)));
      } catch (FormatException _) {
        return Optional.empty();
      }
    }

    private static String shown(Set<Json> union) {
      String text =
          union.stream().limit(SHOWN).map(Json::plain).collect(Collectors.joining(" or "));
      return union.size() > SHOWN ? text + " or others" : text;
    }
  }

  private static List<Json> items(Json value) {
    return value instanceof Json.Arr(List<Json> items) ? items : List.of(value);
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
    ReferenceValue entry = named.byValue.get(value);
    if (entry != null) {
      return entry.inForce(at) ? new Match.Matched(entry) : new Match.Expired(entry);
    }
    return at.isBefore(named.lastEnd)
        ? new Match.Different(named.at(at).shown())
        : new Match.NoEntry();
  }

  /// Whether an entry of `name` is in force at `at`.
  public boolean knows(String name, Instant at) {
    Named named = byName.get(name);
    return named != null && at.isBefore(named.lastEnd);
  }

  /// The entries of `name` that are in force at `at`.
  public List<ReferenceValue> entries(String name, Instant at) {
    Named named = byName.get(name);
    return named == null ? List.of() : named.at(at).entries();
  }

  /// The same as lower bounds.
  LowerBounds bounds(String name, Instant at, LowerBounds.Form form) {
    Named named = byName.get(name);
    return named == null ? LowerBounds.of(List.of(), form) : named.bounds(at, form);
  }

  /// Up to `most` entries of `name` to show beside a value that is none of them: in force, or where
  /// none is, the last that were.
  public List<ReferenceValue> nearest(String name, Instant at, int most) {
    Named named = byName.get(name);
    if (named == null) {
      return List.of();
    }
    List<ReferenceValue> inForce = named.at(at).entries();
    int size = named.entries.size();
    return inForce.isEmpty()
        ? List.copyOf(named.entries.subList(Math.max(0, size - most), size))
        : List.copyOf(inForce.subList(0, Math.min(most, inForce.size())));
  }

  /// What the older interface shows as the value of `name`: the value itself where one entry is in
  /// force, else an array of all.
  public Optional<Json> value(String name, Instant at) {
    Named named = byName.get(name);
    return named == null ? Optional.empty() : named.at(at).value();
  }

  /// The same for policies: null where there is none, empty where it is nothing that they can take.
  Optional<Value> rego(String name, Instant at) {
    Named named = byName.get(name);
    return named == null ? Optional.of(NullValue.NULL) : named.at(at).rego();
  }
}
