package io.vouchsafe.protocol;

import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.verdict.Code;
import java.util.regex.Pattern;

/// The versions of the RCAR handshake that are spoken. They differ in the body of `attest` and in
/// what the evidence binds, and in nothing else; 0.1 sealed its replies in another way and is not
/// spoken.
public enum ProtocolVersion {
  /// Evidence alone; the key and the nonce are bound.
  V0_2_0("0.2.0"),

  /// Primary and additional evidence; the additional evidence is bound too.
  V0_3_0("0.3.0"),

  /// As 0.3, with init-data and the nonce in the body.
  V0_4_0("0.4.0");

  /// What a client of ours says.
  public static final ProtocolVersion CURRENT = V0_4_0;

  private static final int MAX_LENGTH = 64;
  private static final String NUMBER = "(?:0|[1-9][0-9]{0,9})";
  private static final String PRE_RELEASE_PART = "(?:0|[1-9][0-9]*|[0-9]*[A-Za-z-][0-9A-Za-z-]*)";
  private static final Pattern SEMANTIC_VERSION =
      Pattern.compile(
          "(%1$s\\.%1$s\\.%1$s)(-%2$s(?:\\.%2$s)*)?(?:\\+[0-9A-Za-z-]+(?:\\.[0-9A-Za-z-]+)*)?"
              .formatted(NUMBER, PRE_RELEASE_PART));

  private final String text;

  ProtocolVersion(String text) {
    this.text = text;
  }

  /// Parses a semantic version. Build metadata is ignored, a pre-release is another version.
  ///
  /// @throws FormatException with [Code#MALFORMED] if it is no semantic version, with
  ///   [Code#UNSUPPORTED_VERSION] if it is one that is not spoken
  public static ProtocolVersion parse(String version) throws FormatException {
    for (ProtocolVersion known : values()) {
      if (known.text.equals(version)) {
        return known;
      }
    }
    if (version.length() > MAX_LENGTH) {
      throw FormatException.oversized(
          0,
          "a version of at most " + MAX_LENGTH + " characters",
          version.length() + " characters");
    }
    var matcher = SEMANTIC_VERSION.matcher(version);
    if (!matcher.matches()) {
      throw FormatException.malformed(0, "a semantic version", "\"" + version + "\"");
    }
    for (ProtocolVersion known : values()) {
      if (matcher.group(2) == null && known.text.equals(matcher.group(1))) {
        return known;
      }
    }
    throw new FormatException(
        Code.UNSUPPORTED_VERSION, 0, "version 0.4.0, 0.3.0 or 0.2.0", version);
  }

  /// The version as text, for example `0.4.0`.
  public String text() {
    return text;
  }
}
