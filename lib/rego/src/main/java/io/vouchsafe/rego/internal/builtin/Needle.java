package io.vouchsafe.rego.internal.builtin;

import io.vouchsafe.rego.internal.Budget;
import org.jspecify.annotations.Nullable;

/// A text that is looked for in others, in time linear in both.
final class Needle {
  /// Comparisons up to which trying each place is good enough.
  private static final long FEW = 1 << 16;

  private final Budget budget;
  private final String text;

  /// For each length of a prefix, that of its longest border; made when it is needed (Knuth,
  /// Morris, Pratt).
  private int @Nullable [] borders;

  /// @param text not empty
  Needle(Budget budget, String text) {
    this.budget = budget;
    this.text = text;
  }

  /// The first place at or after `from`, or -1.
  int find(String in, int from) {
    if ((long) (in.length() - from) * text.length() <= FEW) {
      return in.indexOf(text, from);
    }
    if (text.length() == 1) {
      return in.indexOf(text.charAt(0), from);
    }
    int[] known = borders;
    if (known == null) {
      budget.cells(1 + text.length() / 2);
      budget.steps(text.length());
      known = bordersOf(text);
      borders = known;
    }
    int matched = 0;
    for (int at = from; at < in.length(); at++) {
      char c = in.charAt(at);
      while (matched > 0 && text.charAt(matched) != c) {
        matched = known[matched];
      }
      if (text.charAt(matched) == c && ++matched == text.length()) {
        return at + 1 - matched;
      }
    }
    return -1;
  }

  private static int[] bordersOf(String text) {
    int[] borders = new int[text.length() + 1];
    int border = 0;
    for (int length = 2; length <= text.length(); length++) {
      char c = text.charAt(length - 1);
      while (border > 0 && text.charAt(border) != c) {
        border = borders[border];
      }
      if (text.charAt(border) == c) {
        border++;
      }
      borders[length] = border;
    }
    return borders;
  }
}
