package io.vouchsafe.bench;

import io.vouchsafe.encoding.Json;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// One measured figure.
///
/// @param name what it is
/// @param unit of the values
/// @param values one for each run
/// @param goal what was promised, if anything was
record Figure(String name, String unit, List<Double> values, Optional<Goal> goal) {

  private static final MathContext DIGITS = new MathContext(6);

  /// What was promised of the median.
  ///
  /// @param bound the limit
  /// @param atMost whether the median must not be above it, else not below
  record Goal(double bound, boolean atMost) {
    private boolean met(double value) {
      return atMost ? value <= bound : value >= bound;
    }
  }

  Figure {
    values = List.copyOf(values);
    if (values.isEmpty()) {
      throw new IllegalArgumentException("a figure needs a value");
    }
  }

  static Figure of(String name, String unit, List<Double> values) {
    return new Figure(name, unit, values, Optional.empty());
  }

  Figure atMost(double bound) {
    return new Figure(name, unit, values, Optional.of(new Goal(bound, true)));
  }

  Figure atLeast(double bound) {
    return new Figure(name, unit, values, Optional.of(new Goal(bound, false)));
  }

  double median() {
    double[] sorted = values.stream().mapToDouble(Double::doubleValue).sorted().toArray();
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }

  private double smallest() {
    return values.stream().mapToDouble(Double::doubleValue).min().orElseThrow();
  }

  private double largest() {
    return values.stream().mapToDouble(Double::doubleValue).max().orElseThrow();
  }

  /// One line of a table.
  String line() {
    String verdict =
        goal.map(it ->
                "  goal %s %s  %s"
                    .formatted(
                        it.atMost() ? "≤" : "≥",
                        number(it.bound()),
                        it.met(median()) ? "met" : "MISSED"))
            .orElse("");
    String range =
        values.size() == 1
            ? ""
            : "  (%s … %s, %d runs)"
                .formatted(number(smallest()), number(largest()), values.size());
    return String.format(Locale.ROOT, "%-58s %9s %-3s", name, number(median()), unit)
        + range
        + verdict;
  }

  private static String number(double value) {
    double size = Math.abs(value);
    String pattern = size >= 100 ? "%.0f" : size >= 10 ? "%.1f" : size >= 1 ? "%.2f" : "%.3f";
    return value == Math.rint(value) && size < 1e6
        ? String.format(Locale.ROOT, "%.0f", value)
        : String.format(Locale.ROOT, pattern, value);
  }

  Json.Obj json() {
    Json.ObjBuilder json =
        Json.object()
            .put("name", name)
            .put("unit", unit)
            .put("median", json(median()))
            .put("values", Json.array(values.stream().map(Figure::json).toList()));
    goal.ifPresent(it ->
        json.put(it.atMost() ? "atMost" : "atLeast", json(it.bound()))
            .put("met", it.met(median())));
    return json.build();
  }

  private static Json json(double value) {
    return new Json.Num(BigDecimal.valueOf(value).round(DIGITS).toPlainString());
  }
}
