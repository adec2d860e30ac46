package io.vouchsafe.oci.fuzz;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.oci.ImageName;
import io.vouchsafe.oci.ImagePolicy;
import io.vouchsafe.verdict.RefusedException;

/// Image policies: parsed or refused; one that was parsed always has requirements.
public final class SignaturePolicyFuzzer {
  private SignaturePolicyFuzzer() {}

  public static void fuzzerTestOneInput(byte[] data) {
    try {
      ImagePolicy policy = ImagePolicy.parse(Bytes.of(data));
      if (policy.requirements(ImageName.parse("h.example/a/b:c")).isEmpty()) {
        throw new IllegalStateException("no requirement");
      }
    } catch (RefusedException _) {
      // The documented way out.
    }
  }
}
