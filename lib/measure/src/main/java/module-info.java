/// Predicts, from the artifacts that will be started, what a TPM will hold once they are. No I/O:
/// artifacts are handed in as bytes.
module io.vouchsafe.measure {
  requires transitive io.vouchsafe.encoding;
  requires transitive io.vouchsafe.tpm;
  requires static org.jspecify;

  exports io.vouchsafe.measure;
}
