/// Is it what we expect, and may it have that? Reference values, attestation and release policies,
/// the AR4SI trust vector and attestation results in EAR form. No I/O, no clock, no randomness.
module io.vouchsafe.appraisal {
  requires transitive io.vouchsafe.encoding;
  requires transitive io.vouchsafe.evidence;
  requires transitive io.vouchsafe.rego;
  requires transitive io.vouchsafe.verdict;
  requires java.xml;
  requires java.xml.crypto;
  requires static org.jspecify;

  exports io.vouchsafe.appraisal;
  exports io.vouchsafe.appraisal.corim;
  exports io.vouchsafe.appraisal.manifest;
  exports io.vouchsafe.appraisal.rim;
  exports io.vouchsafe.appraisal.statement;
  exports io.vouchsafe.appraisal.why;
}
