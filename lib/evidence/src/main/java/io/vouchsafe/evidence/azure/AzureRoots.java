package io.vouchsafe.evidence.azure;

import io.vouchsafe.evidence.RootKeys;
import io.vouchsafe.evidence.internal.VendorKey;
import io.vouchsafe.evidence.internal.VerifierOnly;
import java.util.List;

/// Microsoft's root keys for virtual TPMs of Azure (specs/evidence-x86 §0.4).
public final class AzureRoots {
  private static final RootKeys VIRTUAL_TPM =
      RootKeys.pinned(
          VerifierOnly.INSTANCE,
          List.of(
              VendorKey.AZURE_VIRTUAL_TPM_2023.root(),
              VendorKey.MICROSOFT_RSA_DEVICES_2021.root()));

  private AzureRoots() {}

  /// For keys of virtual TPMs.
  public static RootKeys virtualTpm() {
    return VIRTUAL_TPM;
  }
}
