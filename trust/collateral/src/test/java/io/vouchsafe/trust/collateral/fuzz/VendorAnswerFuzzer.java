package io.vouchsafe.trust.collateral.fuzz;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.trust.collateral.Parsers;

/// What a vendor's service sends: bodies, headers with certificates, and documents as they are kept
/// in files. The first two bytes say where the header starts.
public final class VendorAnswerFuzzer {
  private VendorAnswerFuzzer() {}

  public static void fuzzerTestOneInput(byte[] data) {
    Bytes input = Bytes.of(data);
    Parsers.file(input);
    Parsers.thim(input);
    Parsers.header(input.utf8Lossy());
    if (input.size() >= 2) {
      Bytes rest = input.slice(2, input.size());
      int at = Math.min(input.at(0) << 8 | input.at(1), rest.size());
      Parsers.answer(rest.slice(0, at), rest.slice(at, rest.size()));
    }
  }
}
