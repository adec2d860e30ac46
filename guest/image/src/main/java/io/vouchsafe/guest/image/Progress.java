package io.vouchsafe.guest.image;

/// Is told what is being done.
@FunctionalInterface
public interface Progress {

  /// A step that takes more than a moment begins.
  ///
  /// @param what in words, without a full stop
  void step(String what);
}
