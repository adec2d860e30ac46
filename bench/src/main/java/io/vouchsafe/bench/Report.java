package io.vouchsafe.bench;

import io.vouchsafe.encoding.Json;
import java.util.List;

/// What one benchmark found.
///
/// @param what its name
/// @param figures in the order in which they are printed
/// @param notes what one must know to read them
record Report(String what, List<Figure> figures, List<String> notes) {
  Report {
    figures = List.copyOf(figures);
    notes = List.copyOf(notes);
  }

  /// Lines for people.
  List<String> lines(Conditions conditions) {
    List<String> lines = new java.util.ArrayList<>();
    lines.add("bench " + what);
    figures.forEach(figure -> lines.add("  " + figure.line()));
    notes.forEach(note -> lines.add("  " + note));
    conditions.lines().forEach(line -> lines.add("  " + line));
    return lines;
  }

  Json.Obj json(Conditions conditions) {
    return Json.object()
        .put("bench", what)
        .put("figures", Json.array(figures.stream().map(Figure::json).toList()))
        .put("notes", Json.strings(notes))
        .put("conditions", conditions.json())
        .build();
  }
}
