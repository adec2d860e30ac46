package io.vouchsafe.encoding.fuzz;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/// The text forms of byte strings: what parses has one text.
public final class BytesFuzzer {
  private BytesFuzzer() {}

  /// A parser of one of the text forms.
  private interface Form {
    String roundTrip(String text) throws FormatException;
  }

  public static void fuzzerTestOneInput(byte[] data) {
    String text = new String(data, StandardCharsets.UTF_8);
    check(text, t -> Bytes.fromBase64(t).base64());
    check(text, t -> Bytes.fromBase64Url(t).base64Url());
    check(text.toLowerCase(Locale.ROOT), t -> Bytes.fromHex(t).hex());
  }

  private static void check(String text, Form form) {
    String again;
    try {
      again = form.roundTrip(text);
    } catch (FormatException _) {
      return;
    }
    if (!again.equals(text)) {
      throw new IllegalStateException("two texts for one value: " + text);
    }
  }
}
