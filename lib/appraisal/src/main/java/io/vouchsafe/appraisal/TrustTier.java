package io.vouchsafe.appraisal;

import io.vouchsafe.encoding.FormatException;
import java.util.Locale;

/// The four tiers of AR4SI, from no statement to worst.
public enum TrustTier {
  NONE,
  AFFIRMING,
  WARNING,
  CONTRAINDICATED;

  /// The tier of one claim of a trust vector, a signed byte (draft-ietf-rats-ar4si §2.3.2).
  public static TrustTier of(int value) {
    if (value < Byte.MIN_VALUE || value > Byte.MAX_VALUE) {
      throw new IllegalArgumentException("no signed byte: " + value);
    }
    if (value >= -1 && value <= 1) {
      return NONE;
    }
    if (value >= -32 && value <= 31) {
      return AFFIRMING;
    }
    return value >= -96 && value <= 95 ? WARNING : CONTRAINDICATED;
  }

  /// The lower-case name, as EAR writes it.
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }

  /// Parses the lower-case name.
  ///
  /// @throws FormatException if it is none of the four
  public static TrustTier parse(String text) throws FormatException {
    for (TrustTier tier : values()) {
      if (tier.text().equals(text)) {
        return tier;
      }
    }
    throw FormatException.malformed(
        0, "none, affirming, warning or contraindicated", '"' + text + '"');
  }

  TrustTier worse(TrustTier other) {
    return compareTo(other) >= 0 ? this : other;
  }
}
