/// Programs that we start, run to their end or keep.
module io.vouchsafe.process {
  requires transitive io.vouchsafe.encoding;
  requires static org.jspecify;

  exports io.vouchsafe.process;
}
