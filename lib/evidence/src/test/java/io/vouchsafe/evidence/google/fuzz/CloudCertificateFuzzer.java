package io.vouchsafe.evidence.google.fuzz;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.evidence.RootKeys;
import io.vouchsafe.evidence.google.InstanceInfo;

/// Certificates of clouds, and what they say about their machines.
public final class CloudCertificateFuzzer {
  private CloudCertificateFuzzer() {}

  public static void fuzzerTestOneInput(byte[] data) {
    Bytes input = Bytes.of(data);
    try {
      RootKeys.none().named(input);
    } catch (FormatException _) {
      instance(input);
    }
  }

  private static void instance(Bytes input) {
    try {
      InstanceInfo.parse(input).production();
    } catch (FormatException _) {
      return;
    }
  }
}
