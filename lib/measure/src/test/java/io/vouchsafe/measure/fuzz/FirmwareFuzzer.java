package io.vouchsafe.measure.fuzz;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.measure.OvmfImage;
import io.vouchsafe.measure.sev.KernelHashes;
import io.vouchsafe.measure.sev.SevLaunchDigest;
import io.vouchsafe.measure.sev.SnpFirmware;
import io.vouchsafe.measure.sev.SnpLaunch;
import io.vouchsafe.measure.sev.Svsm;
import io.vouchsafe.measure.sev.VcpuSignature;
import io.vouchsafe.measure.tdx.Mrtd;
import io.vouchsafe.measure.tdx.TdHob;
import java.util.Optional;

/// Measures the same bytes as firmware of every kind, and as an SVSM.
public final class FirmwareFuzzer {
  private static final VcpuSignature PROCESSOR = new VcpuSignature(0);
  private static final KernelHashes KERNEL = KernelHashes.of(Bytes.EMPTY, Bytes.EMPTY, "");

  private FirmwareFuzzer() {}

  private interface Step {
    void run() throws FormatException;
  }

  public static void fuzzerTestOneInput(byte[] data) {
    OvmfImage image;
    try {
      image = OvmfImage.parse(Bytes.of(data));
    } catch (FormatException _) {
      return;
    }
    attempt(() ->
        SnpLaunch.of(SnpFirmware.of(image), PROCESSOR).withVcpus(2).withKernel(KERNEL).measure());
    attempt(() -> SevLaunchDigest.sev(image, Optional.of(KERNEL)));
    attempt(() -> SnpLaunch.measureSvsm(Svsm.of(image, image, 0), PROCESSOR, 1, 1));
    attempt(() -> Mrtd.predict(image, Mrtd.Order.TWO_PASSES));
    attempt(() -> TdHob.of(image, 1L << 32));
  }

  private static void attempt(Step step) {
    try {
      step.run();
    } catch (FormatException _) {
      return;
    }
  }
}
