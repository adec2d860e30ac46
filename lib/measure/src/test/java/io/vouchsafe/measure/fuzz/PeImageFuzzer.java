package io.vouchsafe.measure.fuzz;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.measure.DirectBoot;
import io.vouchsafe.measure.Launcher;
import io.vouchsafe.measure.UnifiedKernel;
import io.vouchsafe.tpm.HashAlg;

/// Predicts the same bytes as a kernel and as a unified kernel image.
public final class PeImageFuzzer {
  private static final long RAM = 1L << 29;

  private PeImageFuzzer() {}

  public static void fuzzerTestOneInput(byte[] data) {
    Bytes image = Bytes.of(data);
    try {
      DirectBoot.predict(image, Bytes.zeros(1), "quiet", RAM, Launcher.QEMU_Q35);
    } catch (FormatException _) {
      unified(image);
      return;
    }
    unified(image);
  }

  private static void unified(Bytes image) {
    try {
      UnifiedKernel kernel = UnifiedKernel.parse(image);
      kernel.imageEvent(HashAlg.SHA256);
      kernel.pcr11(HashAlg.SHA256, UnifiedKernel.Stub.CANONICAL);
      kernel.kernelEvent(HashAlg.SHA256);
    } catch (FormatException _) {
      return;
    }
  }
}
