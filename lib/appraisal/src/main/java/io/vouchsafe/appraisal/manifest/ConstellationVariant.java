package io.vouchsafe.appraisal.manifest;

import io.vouchsafe.encoding.FormatException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// The attestation variants of Constellation, by their names in its files
/// (specs/cluster-and-mesh.md A2).
public enum ConstellationVariant {
  AWS_NITRO_TPM,
  AWS_SEV_SNP,
  GCP_SEV_ES,
  GCP_SEV_SNP,
  AZURE_SEV_SNP,
  AZURE_TRUSTEDLAUNCH,
  AZURE_TDX,
  QEMU_VTPM,
  QEMU_TDX;

  private static final int REGISTERS = 24;
  private static final int PCR_SIZE = 32;
  private static final int RTMR_SIZE = 48;

  /// Index 0 is MRTD, the others are RTMR 0 to 3.
  private static final List<String> TDX_NAMES =
      List.of("tdx_mr_td", "tdx_rtmr_0", "tdx_rtmr_1", "tdx_rtmr_2", "tdx_rtmr_3");

  /// The name in files.
  public String text() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /// The variant of that name.
  ///
  /// @throws FormatException if there is none
  public static ConstellationVariant parse(String text) throws FormatException {
    for (ConstellationVariant variant : values()) {
      if (variant.text().equals(text)) {
        return variant;
      }
    }
    throw FormatException.unexpected("an attestation variant such as qemu-vtpm", text);
  }

  /// How many registers there are.
  int registers() {
    return this == QEMU_TDX ? TDX_NAMES.size() : REGISTERS;
  }

  /// Length of a register in bytes.
  int size() {
    return this == QEMU_TDX ? RTMR_SIZE : PCR_SIZE;
  }

  /// The name under which evidence of this kind is compared here; empty if it is not verified here.
  Optional<String> valueName(int index) {
    return switch (this) {
      case QEMU_VTPM -> Optional.of(pcr("tpm", index));
      case AZURE_SEV_SNP -> Optional.of(pcr("snp", index));
      case AZURE_TDX -> Optional.of(pcr("tdx", index));
      case QEMU_TDX -> Optional.of(TDX_NAMES.get(index));
      case AWS_NITRO_TPM, AWS_SEV_SNP, GCP_SEV_ES, GCP_SEV_SNP, AZURE_TRUSTEDLAUNCH ->
          Optional.empty();
    };
  }

  private static String pcr(String prefix, int index) {
    return String.format(Locale.ROOT, "%s_pcr%02d", prefix, index);
  }
}
