package io.vouchsafe.testkit;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;

/// The shared test vectors: real evidence and test data that lie beside a checkout, never in it.
/// The folder is named by the system property `vouchsafe.vectors`; where it is absent, tests that
/// need it are reported as skipped.
public final class Vectors {
  private Vectors() {}

  /// A file or folder of the vectors; the test is skipped if the vectors are not here.
  ///
  /// @param path relative to the folder of vectors, for example `tpm/swtpm/ek.pub`
  public static Path path(String path) {
    String root = System.getProperty("vouchsafe.vectors", "");
    Assumptions.assumeTrue(
        !root.isEmpty() && Files.isDirectory(Path.of(root)), "no test vectors at '" + root + "'");
    Path file = Path.of(root).resolve(path);
    if (!Files.exists(file)) {
      throw new IllegalStateException("the vectors are here but not " + path);
    }
    return file;
  }

  /// The bytes of a file of the vectors.
  public static byte[] bytes(String path) throws IOException {
    return Files.readAllBytes(path(path));
  }

  /// The text of a file of the vectors.
  public static String text(String path) throws IOException {
    return Files.readString(path(path));
  }
}
