/// Predicts, from the artifacts that will be started, what hardware will report once they are:
/// registers of a TPM, launch digests of AMD SEV, measurements of Intel TDX and SGX. No I/O:
/// artifacts are handed in as bytes.
module io.vouchsafe.measure {
  requires transitive io.vouchsafe.encoding;
  requires transitive io.vouchsafe.tpm;
  requires static org.jspecify;

  exports io.vouchsafe.measure;
  exports io.vouchsafe.measure.sev;
  exports io.vouchsafe.measure.sgx;
  exports io.vouchsafe.measure.tdx;
}
