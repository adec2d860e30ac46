package io.vouchsafe.oci;

import io.vouchsafe.encoding.SecretBytes;
import io.vouchsafe.verdict.RefusedException;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/// Opens wrapped layer keys. In a guest, this is what asks the broker.
@FunctionalInterface
public interface LayerKeys {

  /// Opens one wrapped key.
  ///
  /// @return the private options, or empty if this has no key for it or the key does not open it:
  ///   the next wrapped key is tried
  /// @throws RefusedException if the key exists but was refused: nothing else is tried, so that the
  ///   caller sees why
  /// @throws IOException if whoever has the key cannot be reached
  Optional<SecretBytes> unwrap(WrappedKey wrapped) throws RefusedException, IOException;

  /// For images that are not encrypted.
  static LayerKeys none() {
    return _ -> Optional.empty();
  }

  /// Tries `all` in order.
  static LayerKeys firstOf(List<LayerKeys> all) {
    List<LayerKeys> copy = List.copyOf(all);
    return wrapped -> {
      for (LayerKeys keys : copy) {
        Optional<SecretBytes> opened = keys.unwrap(wrapped);
        if (opened.isPresent()) {
          return opened;
        }
      }
      return Optional.empty();
    };
  }
}
