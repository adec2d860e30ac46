package io.vouchsafe.protocol.fuzz;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.protocol.InitData;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;

/// Init-data documents and disks.
public final class InitDataFuzzer {
  private InitDataFuzzer() {}

  public static void fuzzerTestOneInput(byte[] data) {
    try {
      InitData.parse(Bytes.of(data)).claims();
    } catch (FormatException _) {
      // what malformed input is for
    }
    try {
      InitData.fromDisk(new ByteArrayInputStream(data));
    } catch (FormatException _) {
      // what malformed input is for
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
