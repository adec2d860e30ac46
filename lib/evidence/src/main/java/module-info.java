/// Is evidence genuine? Per kind of TEE a verifier that runs the named checks of its specification.
/// No I/O, no clock, no randomness.
module io.vouchsafe.evidence {
  requires io.vouchsafe.ec;
  requires transitive io.vouchsafe.encoding;
  requires transitive io.vouchsafe.tpm;
  requires transitive io.vouchsafe.verdict;
  requires static org.jspecify;

  exports io.vouchsafe.evidence;
  exports io.vouchsafe.evidence.azure;
  exports io.vouchsafe.evidence.dcap;
  exports io.vouchsafe.evidence.forms;
  exports io.vouchsafe.evidence.google;
  exports io.vouchsafe.evidence.openenclave;
  exports io.vouchsafe.evidence.sev;
  exports io.vouchsafe.evidence.snp;
  exports io.vouchsafe.evidence.tpm;
}
