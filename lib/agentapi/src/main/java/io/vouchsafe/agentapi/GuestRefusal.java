package io.vouchsafe.agentapi;

import io.vouchsafe.verdict.Check;
import io.vouchsafe.verdict.Code;
import io.vouchsafe.verdict.Refusal;
import io.vouchsafe.verdict.RefusedException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/// A refusal as it crosses the guest channel: the message of a status that is not OK.
///
/// Text form: `CODE|check|expected|found|id`, five fields, of which the last may be empty. Inside
/// of a field `%`, `|` and line breaks are written `%25`, `%7C`, `%0A` and `%0D`. A message of any
/// other form is an ordinary error and has no refusal in it.
///
/// @param code why
/// @param check id of the check that failed
/// @param expected what was wanted
/// @param found what was there
/// @param id the id under which the trust server knows this refusal, empty if it does not
public record GuestRefusal(Code code, String check, String expected, String found, String id) {

  /// Longest field that is sent; more is cut.
  public static final int MAX_FIELD = 2048;

  private static final int FIELDS = 5;

  public GuestRefusal {
    Objects.requireNonNull(code, "code");
    check = bounded(check);
    expected = bounded(expected);
    found = bounded(found);
    id = bounded(id);
  }

  private static String bounded(String field) {
    return field.length() <= MAX_FIELD ? field : field.substring(0, MAX_FIELD);
  }

  /// A refusal that the trust server does not know of.
  public static GuestRefusal of(Check check, Code code, String expected, String found) {
    return new GuestRefusal(code, check.id(), expected, found, "");
  }

  /// `refusal`, known to the trust server as `id`.
  public static GuestRefusal of(Refusal refusal, String id) {
    return new GuestRefusal(
        refusal.code(), refusal.check(), refusal.expected(), refusal.found(), id);
  }

  /// The refusal of `thrown`, not known to the trust server.
  public static GuestRefusal of(RefusedException thrown) {
    return of(thrown.refusal(), "");
  }

  /// The refusal with the remedy that the catalogue has for its code.
  public Refusal refusal() {
    return new Refusal(check, code, expected, found, code.remedy());
  }

  /// The text form.
  public String encode() {
    StringBuilder text = new StringBuilder(code.name());
    for (String field : List.of(check, expected, found, id)) {
      text.append('|');
      escape(field, text);
    }
    return text.toString();
  }

  private static void escape(String field, StringBuilder out) {
    for (int i = 0; i < field.length(); i++) {
      char c = field.charAt(i);
      switch (c) {
        case '%' -> out.append("%25");
        case '|' -> out.append("%7C");
        case '\n' -> out.append("%0A");
        case '\r' -> out.append("%0D");
        default -> out.append(c);
      }
    }
  }

  /// Reads the message of a status; empty if it is no refusal of this form.
  public static Optional<GuestRefusal> parse(String message) {
    List<String> fields = split(message);
    if (fields.size() != FIELDS) {
      return Optional.empty();
    }
    return code(fields.getFirst())
        .map(code ->
            new GuestRefusal(
                code,
                unescape(fields.get(1)),
                unescape(fields.get(2)),
                unescape(fields.get(3)),
                unescape(fields.get(4))));
  }

  private static Optional<Code> code(String name) {
    for (Code code : Code.values()) {
      if (code.name().equals(name)) {
        return Optional.of(code);
      }
    }
    return Optional.empty();
  }

  private static List<String> split(String message) {
    List<String> fields = new ArrayList<>(FIELDS);
    int start = 0;
    for (int bar = message.indexOf('|');
        bar >= 0 && fields.size() < FIELDS;
        bar = message.indexOf('|', start)) {
      fields.add(message.substring(start, bar));
      start = bar + 1;
    }
    fields.add(message.substring(start));
    return fields;
  }

  private static String unescape(String field) {
    return field.replace("%0D", "\r").replace("%0A", "\n").replace("%7C", "|").replace("%25", "%");
  }
}
