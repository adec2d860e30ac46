package io.vouchsafe.testkit.intel;

import io.vouchsafe.encoding.Bytes;
import java.security.PrivateKey;

/// A machine: the key that vouches for its quoting enclaves.
///
/// @param profile what its certificate says
/// @param key the PCK
/// @param serial serial number of its certificate
/// @param certificate DER
/// @param chain PEM: certificate, issuer, root
public record SimulatedPlatform(
    PckProfile profile, PrivateKey key, long serial, Bytes certificate, Bytes chain) {

  /// This, with another chain in its quotes.
  public SimulatedPlatform withChain(Bytes other) {
    return new SimulatedPlatform(profile, key, serial, certificate, other);
  }
}
