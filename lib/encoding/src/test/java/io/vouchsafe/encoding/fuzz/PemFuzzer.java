package io.vouchsafe.encoding.fuzz;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Pem;
import io.vouchsafe.encoding.PemBlock;
import java.util.List;

/// Blocks that parse are written and read back as the same blocks.
public final class PemFuzzer {
  private PemFuzzer() {}

  public static void fuzzerTestOneInput(byte[] data) {
    List<PemBlock> blocks;
    try {
      blocks = Pem.parse(Bytes.of(data));
    } catch (FormatException _) {
      return;
    }
    try {
      for (PemBlock block : blocks) {
        if (!Pem.parse(Pem.encode(block.label(), block.content())).equals(List.of(block))) {
          throw new IllegalStateException("block changed: " + block);
        }
      }
    } catch (FormatException e) {
      throw new IllegalStateException("the written form does not parse", e);
    }
  }
}
