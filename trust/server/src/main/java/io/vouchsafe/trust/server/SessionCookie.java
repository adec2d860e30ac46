package io.vouchsafe.trust.server;

import io.vouchsafe.http.server.HttpRequest;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Optional;

/// The cookie that names a session (specs/kbs-protocol §2.2).
final class SessionCookie {
  private static final String NAME = "kbs-session-id";
  private static final int ID_DIGITS = 32;
  private static final DateTimeFormatter IMF_FIXDATE =
      DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ROOT)
          .withZone(ZoneOffset.UTC);

  /// An instant's text. Sessions of the same second end in the same second.
  private record Expires(long second, String text) {}

  private static volatile Expires last = new Expires(0, IMF_FIXDATE.format(Instant.EPOCH));

  private SessionCookie() {}

  private static String expires(Instant expires) {
    Expires known = last;
    if (known.second() != expires.getEpochSecond()) {
      known = new Expires(expires.getEpochSecond(), IMF_FIXDATE.format(expires));
      last = known;
    }
    return known.text();
  }

  /// The session id that the request bears, if it has the form of one.
  static Optional<String> of(HttpRequest request) {
    for (String header : request.headers("Cookie")) {
      for (String pair : header.split(";", -1)) {
        String cookie = pair.strip();
        if (cookie.startsWith(NAME + "=")) {
          return Optional.of(cookie.substring(NAME.length() + 1)).filter(SessionCookie::isId);
        }
      }
    }
    return Optional.empty();
  }

  private static boolean isId(String text) {
    if (text.length() != ID_DIGITS) {
      return false;
    }
    for (int i = 0; i < ID_DIGITS; i++) {
      char c = text.charAt(i);
      if ((c < '0' || c > '9') && (c < 'a' || c > 'f')) {
        return false;
      }
    }
    return true;
  }

  /// The value of `Set-Cookie`. Path and HttpOnly are more than the reference broker sends.
  static String set(String id, Instant expires) {
    return NAME + "=" + id + "; Expires=" + expires(expires) + "; Path=/kbs/v0; HttpOnly";
  }
}
