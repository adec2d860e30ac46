package io.vouchsafe.rego.internal.builtin;

import io.vouchsafe.rego.internal.Budget;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Deque;
import java.util.List;

/// Whether some text matches two patterns of `regex.globs_match`: literals, `.`, `[sets]`, each
/// once, `*` or `+` times.
final class GlobPair {
  private static final int ALL = Character.MAX_VALUE + 1;
  private static final int WORDS_PER_STEP = 16;

  /// Of all tokens that take any character. Not to be changed.
  private static final BitSet ANY = new BitSet();

  static {
    ANY.set(0, ALL);
  }

  private GlobPair() {}

  /// Steps that meeting each token of one with each of the other takes.
  static long steps(Token[] a, Token[] b) {
    return Math.min(words(a) * b.length, words(b) * a.length) / WORDS_PER_STEP;
  }

  private static long words(Token[] tokens) {
    long words = tokens.length;
    for (Token token : tokens) {
      words += token.characters().length() / Long.SIZE;
    }
    return words;
  }

  /// Characters and whether they may be left out or come again.
  record Token(BitSet characters, boolean optional, boolean again) {
    boolean meets(Token other) {
      return characters.intersects(other.characters);
    }
  }

  static Token[] parse(Budget budget, String text) throws BuiltinException {
    List<Token> tokens = new ArrayList<>();
    int at = 0;
    while (at < text.length()) {
      BitSet characters = new BitSet();
      char c = text.charAt(at);
      if (c == '[') {
        at = set(text, at + 1, characters);
      } else if (c == ']') {
        throw BuiltinException.failed(
            "input:"
                + text
                + ", pos:"
                + (at + 1)
                + ", set-close ']' with no preceding '[': the input provided is invalid");
      } else if (c == '*' || c == '+') {
        throw BuiltinException.failed(
            "input:" + text + ", pos:" + (at + 1) + ", nothing before " + c);
      } else {
        if (c == '\\') {
          at++;
          if (at == text.length()) {
            throw BuiltinException.failed("input:" + text + ", a lone escape at the end");
          }
          characters.set(text.charAt(at));
        } else if (c == '.') {
          characters = ANY;
        } else {
          characters.set(c);
        }
        at++;
      }
      char times = at < text.length() ? text.charAt(at) : 0;
      boolean repeated = times == '*' || times == '+';
      budget.cells(1 + (characters == ANY ? 0 : characters.length() / Long.SIZE));
      tokens.add(new Token(characters, times == '*', repeated));
      at += repeated ? 1 : 0;
    }
    return tokens.toArray(Token[]::new);
  }

  /// Reads a set up to its bracket.
  private static int set(String text, int from, BitSet characters) throws BuiltinException {
    int at = from;
    int last = -1;
    while (at < text.length() && text.charAt(at) != ']') {
      char c = text.charAt(at++);
      if (c == '\\' && at < text.length()) {
        c = text.charAt(at++);
      } else if (c == '-') {
        if (last < 0 || at == text.length() || text.charAt(at) == ']') {
          throw BuiltinException.failed("input:" + text + ", a range without one of its ends");
        }
        char end = text.charAt(at++);
        if (end < last) {
          throw BuiltinException.failed("input:" + text + ", a range that runs backwards");
        }
        characters.set(last, end + 1);
        last = -1;
        continue;
      }
      characters.set(c);
      last = c;
    }
    if (at == text.length()) {
      throw BuiltinException.failed("input:" + text + ", a set without its end");
    }
    return at + 1;
  }

  /// Walks both patterns together; a place is how many tokens of each are behind.
  static boolean intersect(Token[] a, Token[] b) {
    BitSet seen = new BitSet();
    Deque<int[]> open = new ArrayDeque<>();
    reach(a, b, 0, 0, seen, open);
    while (!open.isEmpty()) {
      int[] place = open.removeFirst();
      int i = place[0];
      int j = place[1];
      if (i == a.length && j == b.length) {
        return true;
      }
      if (i < a.length && a[i].optional()) {
        reach(a, b, i + 1, j, seen, open);
      }
      if (j < b.length && b[j].optional()) {
        reach(a, b, i, j + 1, seen, open);
      }
      if (i < a.length && j < b.length && a[i].meets(b[j])) {
        after(a, b, i, j, seen, open);
      }
    }
    return false;
  }

  /// One character for both: each of the two may want another of the same kind, or go on.
  private static void after(Token[] a, Token[] b, int i, int j, BitSet seen, Deque<int[]> open) {
    reach(a, b, i + 1, j + 1, seen, open);
    if (a[i].again()) {
      reach(a, b, i, j + 1, seen, open);
    }
    if (b[j].again()) {
      reach(a, b, i + 1, j, seen, open);
    }
  }

  private static void reach(Token[] a, Token[] b, int i, int j, BitSet seen, Deque<int[]> open) {
    int key = i * (b.length + 1) + j;
    if (!seen.get(key)) {
      seen.set(key);
      open.addLast(new int[] {i, j});
    }
  }
}
