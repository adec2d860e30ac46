package io.vouchsafe.protocol;

import java.util.Optional;

/// The kinds of evidence that the protocol has names for. That a name is known does not mean that a
/// verifier for it is there.
public enum Tee {
  AZ_SNP_VTPM("az-snp-vtpm"),
  AZ_TDX_VTPM("az-tdx-vtpm"),
  NVIDIA("nvidia"),
  NVIDIA_DPU("nvidiadpu"),
  SGX("sgx"),
  SNP("snp"),
  TDX("tdx"),
  CCA("cca"),
  CSV("csv"),
  SE("se"),
  HYGON_DCU("hygondcu"),
  TPM("tpm"),
  SAMPLE("sample"),
  SAMPLE_DEVICE("sampledevice");

  private final String wireName;

  Tee(String wireName) {
    this.wireName = wireName;
  }

  /// The kind of that name, exactly as it is written on the wire.
  public static Optional<Tee> ofName(String name) {
    for (Tee tee : values()) {
      if (tee.wireName.equals(name)) {
        return Optional.of(tee);
      }
    }
    return Optional.empty();
  }

  /// The name on the wire, for example `az-snp-vtpm`.
  public String wireName() {
    return wireName;
  }
}
