package io.vouchsafe.evidence.dcap;

/// The two kinds of TEE that DCAP quotes are about.
public enum TeeKind {
  SGX("sgx", 0, "SGX", "QE"),
  TDX("tdx", 0x81, "TDX", "TD_QE");

  private final String tee;
  private final long type;
  private final String tcbInfoId;
  private final String qeIdentityId;

  TeeKind(String tee, long type, String tcbInfoId, String qeIdentityId) {
    this.tee = tee;
    this.type = type;
    this.tcbInfoId = tcbInfoId;
    this.qeIdentityId = qeIdentityId;
  }

  /// The name on the wire.
  public String tee() {
    return tee;
  }

  /// The type in the header of a quote.
  long type() {
    return type;
  }

  /// What the TCB info of this kind calls itself.
  String tcbInfoId() {
    return tcbInfoId;
  }

  /// What the identity of the quoting enclave for this kind calls itself.
  String qeIdentityId() {
    return qeIdentityId;
  }
}
