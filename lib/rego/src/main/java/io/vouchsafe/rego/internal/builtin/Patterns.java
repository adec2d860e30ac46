package io.vouchsafe.rego.internal.builtin;

import com.google.re2j.Pattern;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// Compiled patterns of one policy, kept from one evaluation to the next; for all threads.
///
/// It only grows, up to a bound: inputs that fill it with patterns of their own cost later
/// evaluations the time to compile theirs, and nothing else.
public final class Patterns {
  private static final int MAX_PATTERNS = 512;
  private static final int MAX_LENGTH = 1_000;

  /// A compiled pattern.
  ///
  /// @param weight steps that a character of the text counts for: each state may look at it
  record Compiled(Pattern pattern, long weight) {
    private static final long STATES_PER_STEP = 32;

    static Compiled of(Pattern pattern, long states) {
      return new Compiled(pattern, 1 + states / STATES_PER_STEP);
    }
  }

  private final Map<String, Compiled> known = new ConcurrentHashMap<>();

  @Nullable Compiled find(String text) {
    return known.get(text);
  }

  void keep(String text, Compiled pattern) {
    if (text.length() <= MAX_LENGTH && known.size() < MAX_PATTERNS) {
      known.put(text, pattern);
    }
  }
}
