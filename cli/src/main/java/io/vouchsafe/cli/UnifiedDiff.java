package io.vouchsafe.cli;

import java.util.ArrayList;
import java.util.List;

/// The differences of two texts, line by line, in the unified form of `diff -u`.
final class UnifiedDiff {
  /// Unchanged lines around a change.
  private static final int CONTEXT = 3;

  /// Beyond so many different lines the shortest way is not searched: all is shown as replaced.
  private static final int MAX_EDITS = 2_000;

  private static final String NO_NEWLINE = "\\ No newline at end of file";

  private enum Kind {
    SAME(' '),
    OLD('-'),
    NEW('+');

    private final char sign;

    Kind(char sign) {
      this.sign = sign;
    }
  }

  private record Line(Kind kind, String text) {}

  private UnifiedDiff() {}

  /// The lines of the difference; none if the texts are the same.
  static List<String> of(String oldName, String oldText, String newName, String newText) {
    if (oldText.equals(newText)) {
      return List.of();
    }
    List<Line> lines = compare(split(oldText), split(newText));
    List<String> out = new ArrayList<>();
    out.add("--- " + oldName);
    out.add("+++ " + newName);
    int at = 0;
    while (true) {
      int first = nextChange(lines, at);
      if (first == lines.size()) {
        return out;
      }
      int last = first;
      for (int next = first; next - last <= 2 * CONTEXT && next < lines.size(); ) {
        last = next;
        next = nextChange(lines, next + 1);
      }
      hunk(lines, Math.max(at, first - CONTEXT), Math.min(lines.size(), last + CONTEXT + 1), out);
      at = last + 1;
    }
  }

  private static int nextChange(List<Line> lines, int from) {
    int at = from;
    while (at < lines.size() && lines.get(at).kind() == Kind.SAME) {
      at++;
    }
    return at;
  }

  private static void hunk(List<Line> lines, int from, int to, List<String> out) {
    int oldAt = count(lines, 0, from, Kind.NEW);
    int newAt = count(lines, 0, from, Kind.OLD);
    int oldCount = count(lines, from, to, Kind.NEW);
    int newCount = count(lines, from, to, Kind.OLD);
    out.add("@@ -%s +%s @@".formatted(range(oldAt, oldCount), range(newAt, newCount)));
    for (Line line : lines.subList(from, to)) {
      boolean ended = line.text().endsWith("\n");
      String text = ended ? line.text().substring(0, line.text().length() - 1) : line.text();
      out.add(line.kind().sign + text);
      if (!ended) {
        out.add(NO_NEWLINE);
      }
    }
  }

  private static String range(int before, int count) {
    return count == 1 ? "" + (before + 1) : (count == 0 ? before : before + 1) + "," + count;
  }

  /// How many lines are not of one kind.
  private static int count(List<Line> lines, int from, int to, Kind without) {
    return (int) lines.subList(from, to).stream().filter(line -> line.kind() != without).count();
  }

  /// The lines with their ends.
  private static List<String> split(String text) {
    List<String> lines = new ArrayList<>();
    int at = 0;
    while (at < text.length()) {
      int end = text.indexOf('\n', at);
      int next = end < 0 ? text.length() : end + 1;
      lines.add(text.substring(at, next));
      at = next;
    }
    return lines;
  }

  /// The shortest way from one text to the other (Myers 1986): on each diagonal, the furthest point
  /// that so many edits lead to.
  private static List<Line> compare(List<String> from, List<String> to) {
    int max = Math.min(from.size() + to.size(), MAX_EDITS);
    int[] furthest = new int[2 * max + 3];
    List<int[]> trace = new ArrayList<>();
    for (int edits = 0; edits <= max; edits++) {
      trace.add(furthest.clone());
      for (int k = -edits; k <= edits; k += 2) {
        int x = start(furthest, k, edits, max);
        while (x < from.size() && x - k < to.size() && from.get(x).equals(to.get(x - k))) {
          x++;
        }
        furthest[k + max + 1] = x;
        if (x >= from.size() && x - k >= to.size()) {
          return back(from, to, trace, max);
        }
      }
    }
    List<Line> all = new ArrayList<>();
    from.forEach(line -> all.add(new Line(Kind.OLD, line)));
    to.forEach(line -> all.add(new Line(Kind.NEW, line)));
    return all;
  }

  /// Where diagonal `k` is entered with one more edit.
  private static int start(int[] furthest, int k, int edits, int max) {
    return isDown(furthest, k, edits, max)
        ? furthest[k + 1 + max + 1]
        : furthest[k - 1 + max + 1] + 1;
  }

  private static boolean isDown(int[] furthest, int k, int edits, int max) {
    return k == -edits || k != edits && furthest[k - 1 + max + 1] < furthest[k + 1 + max + 1];
  }

  private static List<Line> back(List<String> from, List<String> to, List<int[]> trace, int max) {
    List<Line> lines = new ArrayList<>();
    int x = from.size();
    int y = to.size();
    for (int edits = trace.size() - 1; edits >= 0; edits--) {
      int[] furthest = trace.get(edits);
      int k = x - y;
      boolean down = isDown(furthest, k, edits, max);
      int beforeX = edits == 0 ? 0 : furthest[(down ? k + 1 : k - 1) + max + 1];
      int beforeY = edits == 0 ? 0 : beforeX - (down ? k + 1 : k - 1);
      while (x > beforeX && y > beforeY) {
        lines.add(new Line(Kind.SAME, from.get(--x)));
        y--;
      }
      if (edits > 0) {
        lines.add(down ? new Line(Kind.NEW, to.get(--y)) : new Line(Kind.OLD, from.get(--x)));
      }
    }
    return lines.reversed();
  }
}
