package io.vouchsafe.rego.internal.builtin;

import java.util.ArrayDeque;
import java.util.Deque;

/// Estimates how large a regular expression gets when its counted repeats are written out: nested
/// ones multiply, and the program is built before a single character is matched.
final class PatternSize {
  /// States that a program may have, about.
  static final long MAX_STATES = 20_000;

  private final String text;
  private final Deque<Long> outer = new ArrayDeque<>();
  private long sum;
  private long atom;

  private PatternSize(String text) {
    this.text = text;
  }

  /// About how many states its program has; beyond [#MAX_STATES] the count stops.
  static long of(String text) {
    return new PatternSize(text).states();
  }

  private long states() {
    for (int i = 0; i < text.length() && sum <= MAX_STATES; i++) {
      char c = text.charAt(i);
      switch (c) {
        case '(' -> {
          outer.push(sum + atom);
          sum = 0;
          atom = 0;
        }
        case ')' -> {
          atom += sum;
          sum = outer.isEmpty() ? 0 : outer.pop();
        }
        case '{' -> i = repeat(i);
        case '[' -> {
          int end = text.indexOf(']', i + 2);
          i = end < 0 ? i : end;
          next();
        }
        case '\\' -> {
          i++;
          next();
        }
        default -> next();
      }
    }
    long all = sum + atom;
    for (long before : outer) {
      all += before;
    }
    return all;
  }

  private void next() {
    sum += atom;
    atom = 1;
  }

  /// `{n}`, `{n,}` or `{n,m}`; anything else is text.
  private int repeat(int start) {
    long most = 0;
    long number = 0;
    for (int i = start + 1; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c >= '0' && c <= '9') {
        number = Math.min(MAX_STATES, number * 10 + (c - '0'));
      } else if (c == ',') {
        most = number;
        number = 0;
      } else if (c == '}' && i > start + 1) {
        atom = Math.max(1, atom) * Math.max(1, Math.max(most, number));
        return i;
      } else {
        break;
      }
    }
    next();
    return start;
  }
}
