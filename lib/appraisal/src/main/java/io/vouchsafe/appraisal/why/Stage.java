package io.vouchsafe.appraisal.why;

import io.vouchsafe.encoding.FormatException;
import java.util.Locale;

/// Where a check belongs, in the order in which a reader meets them.
public enum Stage {
  /// The transaction itself: session, token, store.
  TRANSACTION,
  /// Is the evidence genuine?
  EVIDENCE,
  /// Is it what was expected?
  APPRAISAL,
  /// May this one have that?
  POLICY,
  /// What the guest made of an image's signatures.
  SIGNATURES,
  /// What else a guest refused by itself.
  GUEST;

  /// The lower-case name.
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }

  static Stage parse(String text) throws FormatException {
    for (Stage stage : values()) {
      if (stage.text().equals(text)) {
        return stage;
      }
    }
    throw FormatException.malformed(0, "a stage", '"' + text + '"');
  }
}
