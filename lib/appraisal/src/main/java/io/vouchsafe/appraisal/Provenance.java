package io.vouchsafe.appraisal;

import io.vouchsafe.encoding.FormatException;
import java.util.Locale;

/// Where a reference value comes from. It is shown wherever the value is used, because a value that
/// was computed from artifacts proves more than one that was once seen.
public enum Provenance {
  /// Computed from the artifacts: firmware, kernel, initrd, command line.
  PREDICTED,
  /// Seen on a boot that was taken as good.
  RECORDED,
  /// Stated by an operator or by another system.
  DECLARED;

  /// The lower-case name, as it is written in JSON.
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }

  /// Parses the lower-case name.
  ///
  /// @throws FormatException if it is none of the three
  public static Provenance parse(String text) throws FormatException {
    for (Provenance provenance : values()) {
      if (provenance.text().equals(text)) {
        return provenance;
      }
    }
    throw FormatException.malformed(0, "predicted, recorded or declared", '"' + text + '"');
  }
}
