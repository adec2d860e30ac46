package io.vouchsafe.protocol;

import io.vouchsafe.encoding.FormatException;
import java.util.List;

/// The address of a resource inside a broker: three segments of letters, digits, `_`, `-` and dots,
/// none of which starts with a dot.
///
/// @param repository first segment
/// @param type second segment
/// @param tag third segment
public record ResourcePath(String repository, String type, String tag) {
  private static final int SEGMENTS = 3;
  private static final int MAX_LENGTH = 255;

  /// @throws IllegalArgumentException if a segment is not well formed
  public ResourcePath {
    for (String segment : List.of(repository, type, tag)) {
      if (!isSegment(segment)) {
        throw new IllegalArgumentException("not a segment of a resource path: " + segment);
      }
    }
  }

  private static boolean isSegment(String text) {
    if (text.isEmpty() || text.length() > MAX_LENGTH || text.charAt(0) == '.') {
      return false;
    }
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean letter = c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z';
      if (!letter && (c < '0' || c > '9') && c != '_' && c != '-' && c != '.') {
        return false;
      }
    }
    return true;
  }

  /// Parses `repository/type/tag`.
  ///
  /// @throws FormatException if it is anything else
  public static ResourcePath parse(String path) throws FormatException {
    return ofSegments(List.of(path.split("/", -1)));
  }

  /// Takes exactly three segments.
  ///
  /// @throws FormatException if there are more or fewer, or one is not well formed
  public static ResourcePath ofSegments(List<String> segments) throws FormatException {
    if (segments.size() != SEGMENTS) {
      throw FormatException.malformed(
          0, "three segments, repository/type/tag", segments.size() + " segments");
    }
    for (String segment : segments) {
      if (!isSegment(segment)) {
        throw FormatException.malformed(
            0,
            "a segment of letters, digits, '_', '-' and inner dots",
            "\"" + abbreviate(segment) + "\"");
      }
    }
    return new ResourcePath(segments.get(0), segments.get(1), segments.get(2));
  }

  private static String abbreviate(String text) {
    return text.length() <= 64 ? text : text.substring(0, 64) + "…";
  }

  @Override
  public String toString() {
    return repository + "/" + type + "/" + tag;
  }
}
