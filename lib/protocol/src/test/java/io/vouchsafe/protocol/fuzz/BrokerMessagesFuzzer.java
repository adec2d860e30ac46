package io.vouchsafe.protocol.fuzz;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.protocol.AttestRequest;
import io.vouchsafe.protocol.AuthRequest;
import io.vouchsafe.protocol.Jwe;
import io.vouchsafe.protocol.ProtocolVersion;
import io.vouchsafe.protocol.ResourceUri;

/// Messages that a broker or a guest gets from the other.
public final class BrokerMessagesFuzzer {
  private BrokerMessagesFuzzer() {}

  public static void fuzzerTestOneInput(byte[] data) {
    Bytes input = Bytes.of(data);
    attempt(() -> ProtocolVersion.parse(AuthRequest.parse(input).version()));
    attempt(() -> {
      AttestRequest request = AttestRequest.parse(input, ProtocolVersion.V0_4_0);
      request.devices();
      request.key().toJwk();
    });
    attempt(() -> Jwe.parse(input));
    attempt(() -> ResourceUri.parse(input.utf8Lossy()));
  }

  private interface Parse {
    void run() throws FormatException;
  }

  private static void attempt(Parse parse) {
    try {
      parse.run();
    } catch (FormatException _) {
      // what malformed input is for
    }
  }
}
