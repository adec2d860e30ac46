package io.vouchsafe.evidence.google;

import io.vouchsafe.evidence.RootKeys;
import io.vouchsafe.evidence.internal.VendorKey;
import io.vouchsafe.evidence.internal.VerifierOnly;
import java.util.List;

/// Google's root keys (specs/evidence-x86 §0.4).
public final class GoogleRoots {
  private static final RootKeys FIRMWARE =
      RootKeys.pinned(VerifierOnly.INSTANCE, List.of(VendorKey.GOOGLE_FIRMWARE.root()));
  private static final RootKeys VIRTUAL_TPM =
      RootKeys.pinned(
          VerifierOnly.INSTANCE,
          List.of(VendorKey.GOOGLE_EK_AK.root(), VendorKey.GOOGLE_CLOUD_HOST.root()));

  private GoogleRoots() {}

  /// For launch endorsements.
  public static RootKeys firmware() {
    return FIRMWARE;
  }

  /// For keys of virtual TPMs, the current and the older one.
  public static RootKeys virtualTpm() {
    return VIRTUAL_TPM;
  }
}
