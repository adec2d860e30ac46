package io.vouchsafe.oci.fuzz;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.SecretBytes;
import io.vouchsafe.oci.Jwe;
import io.vouchsafe.oci.KeyPacket;
import io.vouchsafe.oci.LayerKey;
import io.vouchsafe.oci.WrappedKey;
import io.vouchsafe.verdict.RefusedException;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/// Wrapped keys of both schemes, and what is in them.
public final class PacketFuzzer {
  private PacketFuzzer() {}

  public static void fuzzerTestOneInput(byte[] data) {
    Bytes text = Bytes.of(data);
    try {
      LayerKey.parse(SecretBytes.copyOf(data)).close();
    } catch (FormatException _) {
      // The documented way out.
    }
    try {
      KeyPacket.opener(_ -> Optional.of(SecretBytes.take(new byte[KeyPacket.KEK_LENGTH])))
          .unwrap(new WrappedKey.Provider("p", text));
      Jwe.opener(List.of()).unwrap(new WrappedKey.Jwe(text));
    } catch (RefusedException | IOException e) {
      throw new IllegalStateException("nobody refuses here", e);
    }
  }
}
