package io.vouchsafe.trust.core;

import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Json;
import java.util.Objects;

/// What a guest refused by itself, for example an image without the right signature.
///
/// @param code a stable code, as the guest names it
/// @param check id of the check
/// @param expected what it wanted
/// @param found what it found
/// @param subject what it looked at
public record GuestReport(
    String code, String check, String expected, String found, String subject) {
  /// Longest member, in characters.
  public static final int MAX_LENGTH = 2048;

  public GuestReport {
    Objects.requireNonNull(code, "code");
    Objects.requireNonNull(check, "check");
    Objects.requireNonNull(expected, "expected");
    Objects.requireNonNull(found, "found");
    Objects.requireNonNull(subject, "subject");
  }

  /// Parses `{code, check, expected, found, subject}`.
  ///
  /// @throws FormatException if a member is missing, no text or too long
  public static GuestReport parse(Json.Obj report) throws FormatException {
    return new GuestReport(
        text(report, "code"),
        text(report, "check"),
        text(report, "expected"),
        text(report, "found"),
        text(report, "subject"));
  }

  private static String text(Json.Obj report, String name) throws FormatException {
    String text = report.string(name);
    if (text.length() > MAX_LENGTH) {
      throw FormatException.oversized(
          0, "\"" + name + "\" of at most " + MAX_LENGTH + " characters", "" + text.length());
    }
    return text;
  }

  /// The form that [#parse(Json.Obj)] reads.
  public Json.Obj json() {
    return Json.object()
        .put("code", code)
        .put("check", check)
        .put("expected", expected)
        .put("found", found)
        .put("subject", subject)
        .build();
  }
}
