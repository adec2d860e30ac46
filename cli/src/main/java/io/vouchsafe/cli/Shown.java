package io.vouchsafe.cli;

/// Text that others chose, as a terminal may show it: names and values of manifests, policies and
/// comments of other administrators, what a server answered. None of it can command the terminal,
/// look like a line of our own, or show its characters in another order than they have.
final class Shown {
  private Shown() {}

  /// In one line: characters that are not seen, but for tabs, as JSON escapes them.
  static String line(String text) {
    return escaped(text, false);
  }

  /// The same, but line breaks stay: for texts of ours that quote others.
  static String text(String text) {
    return escaped(text, true);
  }

  private static String escaped(String text, boolean breaks) {
    if (text.chars().noneMatch(c -> isUnseen((char) c))) {
      return text;
    }
    StringBuilder shown = new StringBuilder();
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (!isUnseen(c) || breaks && c == '\n') {
        shown.append(c);
      } else {
        shown.append("\\u%04x".formatted((int) c));
      }
    }
    return shown.toString();
  }

  private static boolean isUnseen(char c) {
    return switch (Character.getType(c)) {
      case Character.CONTROL -> c != '\t';
      case Character.FORMAT, Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR -> true;
      default -> false;
    };
  }
}
