/// What guests and brokers say to each other: the messages of the RCAR handshake, keys and sealed
/// replies, init-data, resource addresses. No I/O, no clock; randomness is handed in. Cryptography
/// is the JDK's alone, because the guest carries this module too.
module io.vouchsafe.protocol {
  requires transitive io.vouchsafe.encoding;
  requires com.fasterxml.jackson.core;
  requires com.fasterxml.jackson.dataformat.toml;
  requires static org.jspecify;

  exports io.vouchsafe.protocol;
}
