package io.vouchsafe.appraisal;

import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Json;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/// The reference values of one name where they are lower bounds, sorted once into those that
/// decide: a bound that asks for at least as much as another in every part changes nothing. A
/// comparison looks at those only, however many were registered.
final class LowerBounds {
  /// Bounds that are one integer each, about everything.
  static final Form NUMBERS = value -> Optional.of(new Bound("", number(value)));

  private static final Group NONE = new Group(List.of());

  private final Map<String, Group> byLine = new HashMap<>();

  /// How a rule reads the bounds of a name. One object for each name, because what it made of the
  /// values is kept.
  @FunctionalInterface
  interface Form {
    /// The bound that a value is; empty if it is about no evidence at all.
    Optional<Bound> read(Json value);
  }

  /// A lower bound.
  ///
  /// @param line what it is about: a line of products; empty where there are no such
  /// @param parts what evidence must reach, part by part; none if the value cannot be read, so that
  ///   nothing reaches it
  record Bound(String line, List<Long> parts) {
    Bound {
      Objects.requireNonNull(line, "line");
      parts = List.copyOf(parts);
    }
  }

  private record Read(Bound bound, ReferenceValue entry) {}

  /// The bounds of one line.
  static final class Group {
    private final List<Read> deciding = new ArrayList<>();
    private final List<ReferenceValue> unreadable = new ArrayList<>();

    private Group(List<Read> all) {
      List<Read> ascending = new ArrayList<>(all);
      // A bound can only be superfluous beside one that stands before it in this order.
      ascending.sort(Comparator.comparing(read -> read.bound().parts(), Group::compare));
      for (Read read : ascending) {
        List<Long> parts = read.bound().parts();
        if (parts.isEmpty()) {
          unreadable.add(read.entry());
        } else if (reached(parts).isEmpty()) {
          deciding.add(read);
        }
      }
    }

    private static int compare(List<Long> one, List<Long> other) {
      int bySize = Integer.compare(one.size(), other.size());
      for (int i = 0; bySize == 0 && i < one.size(); i++) {
        int byPart = Long.compare(one.get(i), other.get(i));
        if (byPart != 0) {
          return byPart;
        }
      }
      return bySize;
    }

    boolean isEmpty() {
      return deciding.isEmpty() && unreadable.isEmpty();
    }

    /// How many bounds a comparison looks at.
    int size() {
      return deciding.size();
    }

    /// A bound that evidence reaches in every part. One with other parts than the evidence has is
    /// not reached.
    Optional<ReferenceValue> reached(List<Long> found) {
      for (Read read : deciding) {
        if (isReached(read.bound().parts(), found)) {
          return Optional.of(read.entry());
        }
      }
      return Optional.empty();
    }

    private static boolean isReached(List<Long> parts, List<Long> found) {
      if (parts.size() != found.size()) {
        return false;
      }
      for (int i = 0; i < parts.size(); i++) {
        if (found.get(i) < parts.get(i)) {
          return false;
        }
      }
      return true;
    }

    /// Up to `most` bounds to show beside evidence that reaches none: the lowest first.
    List<ReferenceValue> lowest(int most) {
      List<ReferenceValue> shown = new ArrayList<>();
      deciding.stream().limit(most).forEach(read -> shown.add(read.entry()));
      unreadable.stream().limit(most - shown.size()).forEach(shown::add);
      return Collections.unmodifiableList(shown);
    }
  }

  private LowerBounds() {}

  /// The one part that an integer is; none if it is no integer.
  static List<Long> number(Json value) {
    try {
      return List.of(value.asInteger("number"));
    } catch (FormatException _) {
      return List.of();
    }
  }

  /// Reads and sorts `entries`.
  static LowerBounds of(List<ReferenceValue> entries, Form form) {
    Map<String, List<Read>> byLine = new HashMap<>();
    for (ReferenceValue entry : entries) {
      form.read(entry.value())
          .ifPresent(bound ->
              byLine
                  .computeIfAbsent(bound.line(), _ -> new ArrayList<>())
                  .add(new Read(bound, entry)));
    }
    LowerBounds bounds = new LowerBounds();
    byLine.forEach((line, all) -> bounds.byLine.put(line, new Group(all)));
    return bounds;
  }

  /// The bounds of a line.
  Group about(String line) {
    return byLine.getOrDefault(line, NONE);
  }
}
