/// Rego from source text: parse, check, compile, evaluate, explain, within bounds. No I/O, no
/// clock, no randomness of its own: they are handed in.
module io.vouchsafe.rego {
  requires transitive io.vouchsafe.encoding;
  requires re2j;
  requires static org.jspecify;

  exports io.vouchsafe.rego;
}
