package io.vouchsafe.evidence.sev;

import io.vouchsafe.encoding.Bytes;
import java.math.BigInteger;

/// Numbers as the secure processor keeps them: least significant byte first.
final class SevNumbers {
  private SevNumbers() {}

  static Bytes reversed(Bytes value) {
    byte[] result = new byte[value.size()];
    for (int i = 0; i < result.length; i++) {
      result[i] = (byte) value.at(result.length - 1 - i);
    }
    return Bytes.of(result);
  }

  static BigInteger number(Bytes value) {
    return new BigInteger(1, reversed(value).toByteArray());
  }
}
