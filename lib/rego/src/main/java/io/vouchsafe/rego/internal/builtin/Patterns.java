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

  private final Map<String, Pattern> known = new ConcurrentHashMap<>();

  @Nullable Pattern find(String text) {
    return known.get(text);
  }

  void keep(String text, Pattern pattern) {
    if (text.length() <= MAX_LENGTH && known.size() < MAX_PATTERNS) {
      known.put(text, pattern);
    }
  }
}
