package io.vouchsafe.cli;

/// What a mode of attestation does not prove. Shown wherever its results are.
final class Caveat {
  static final String VIRTUAL_TPM =
      "A virtual TPM proves what was booted to whoever trusts the operator of the host, and nothing"
          + " against that operator: they can read the VM's memory and they run the TPM.";

  private Caveat() {}
}
