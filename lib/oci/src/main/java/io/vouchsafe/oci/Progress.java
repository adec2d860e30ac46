package io.vouchsafe.oci;

/// Told how far a long step is. Called often; must be quick.
@FunctionalInterface
public interface Progress {

  /// @param step what is being done, in a few words
  /// @param done units that are done
  /// @param total units in all
  void at(String step, long done, long total);

  /// Nobody listens.
  static Progress none() {
    return (_, _, _) -> {};
  }
}
