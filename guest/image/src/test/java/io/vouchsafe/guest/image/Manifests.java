package io.vouchsafe.guest.image;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import java.nio.file.Path;

/// Opens the package-private parser to the fuzz target.
public final class Manifests {
  private Manifests() {}

  /// Parses a manifest.
  public static PodVm parse(Bytes manifest) throws FormatException {
    return PodVm.parse(Path.of("/image"), manifest);
  }
}
