/// TPM 2.0 as bytes: structures, typed commands over any transport, credentials, event logs. No I/O
/// and no randomness of its own; the guest's agent and the trust server both stand on it.
module io.vouchsafe.tpm {
  requires transitive io.vouchsafe.encoding;
  requires static org.jspecify;

  exports io.vouchsafe.tpm;
}
