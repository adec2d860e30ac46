/// Verification of ECDSA signatures over public data on P-256 and P-384, in variable time and in
/// plain Java. Never for signing or key agreement: those touch secrets. No I/O, no clock, no
/// randomness.
module io.vouchsafe.ec {
  requires transitive io.vouchsafe.encoding;
  requires static org.jspecify;

  exports io.vouchsafe.ec;
}
