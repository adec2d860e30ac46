package io.vouchsafe.tpm;

import io.vouchsafe.encoding.Bytes;
import java.io.IOException;

/// A way to one TPM: a device file, a socket, a recording.
@FunctionalInterface
public interface TpmTransport {
  /// Longest command or response that a TPM of the PC client profile handles.
  int MAX_MESSAGE = 4096;

  /// Sends one command and returns the whole response. Callers do not overlap calls.
  ///
  /// @throws IOException if the TPM cannot be reached, or answers with more than [#MAX_MESSAGE]
  Bytes transmit(Bytes command) throws IOException;
}
