/// Bytes from outside, read with bounds: byte strings, secret bytes, a bounded reader with offsets,
/// the one strict JSON model, CBOR, COSE_Sign1, DER and PEM. No I/O, no clock, no randomness.
module io.vouchsafe.encoding {
  requires transitive io.vouchsafe.verdict;
  requires com.fasterxml.jackson.core;
  requires static org.jspecify;

  exports io.vouchsafe.encoding;
}
