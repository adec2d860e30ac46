package io.vouchsafe.appraisal.corim;

import io.vouchsafe.encoding.Cbor;
import java.math.BigInteger;

/// Keys of maps in manifests, for people.
final class MapKey {
  private MapKey() {}

  static String shown(Cbor key) {
    if (key instanceof Cbor.Int(BigInteger number)) {
      return number.toString();
    }
    return key instanceof Cbor.Text(String name)
        ? '"' + name + '"'
        : key.encode().hex() + " (CBOR)";
  }
}
