package io.vouchsafe.trust.core;

import java.util.Objects;

/// Who administers. Whether it may, the facade has found out before.
///
/// @param identity what tells this subject from others: of two approvals it must differ. Whoever
///   holds the same key is the same subject, whatever name its token bears
/// @param shown as records show it
public record Administrator(String identity, String shown) {
  public Administrator {
    Objects.requireNonNull(identity, "identity");
    Objects.requireNonNull(shown, "shown");
  }

  /// One whose name is all that is known.
  public static Administrator of(String name) {
    return new Administrator(name, name);
  }

  @Override
  public String toString() {
    return shown;
  }
}
