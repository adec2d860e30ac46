package io.vouchsafe.oci.fuzz;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.oci.CosignPayload;
import io.vouchsafe.oci.ImageConfig;
import io.vouchsafe.oci.ImageIndex;
import io.vouchsafe.oci.Manifest;

/// Manifests, indexes, configurations and signature payloads: no text is more than one of the first
/// two.
public final class ManifestFuzzer {
  private ManifestFuzzer() {}

  public static void fuzzerTestOneInput(byte[] data) {
    Bytes text = Bytes.of(data);
    boolean manifest = parses(() -> Manifest.parse(text));
    boolean index = parses(() -> ImageIndex.parse(text));
    parses(() -> ImageConfig.parse(text));
    parses(() -> CosignPayload.parse(text));
    if (manifest && index) {
      throw new IllegalStateException("manifest and index at once");
    }
  }

  @FunctionalInterface
  private interface Parser {
    Object parse() throws FormatException;
  }

  private static boolean parses(Parser parser) {
    try {
      parser.parse();
      return true;
    } catch (FormatException _) {
      return false;
    }
  }
}
