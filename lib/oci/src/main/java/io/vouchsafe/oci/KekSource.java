package io.vouchsafe.oci;

import io.vouchsafe.encoding.SecretBytes;
import io.vouchsafe.verdict.RefusedException;
import java.io.IOException;
import java.util.Optional;

/// Finds key encryption keys by their id.
@FunctionalInterface
public interface KekSource {

  /// @param kid a `kbs://` URI
  /// @return a copy that the caller closes, or empty if there is none
  /// @throws RefusedException if whoever has it does not give it
  /// @throws IOException if it cannot be reached
  Optional<SecretBytes> kek(String kid) throws RefusedException, IOException;
}
