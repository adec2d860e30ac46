package io.vouchsafe.cli;

/// Text that others chose, as a terminal may show it: names and values of manifests, comments of
/// other administrators, what a server answered. None of it can command the terminal, or look like
/// a line of our own.
final class Shown {
  private Shown() {}

  /// In one line: control characters as JSON escapes them.
  static String line(String text) {
    return escaped(text, false);
  }

  /// The same, but line breaks stay: for texts of ours that quote others.
  static String text(String text) {
    return escaped(text, true);
  }

  private static String escaped(String text, boolean breaks) {
    if (text.chars().noneMatch(Character::isISOControl)) {
      return text;
    }
    StringBuilder shown = new StringBuilder();
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (!Character.isISOControl(c) || breaks && c == '\n') {
        shown.append(c);
      } else {
        shown.append("\\u%04x".formatted((int) c));
      }
    }
    return shown.toString();
  }
}
