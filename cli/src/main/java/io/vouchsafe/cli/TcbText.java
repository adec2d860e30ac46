package io.vouchsafe.cli;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.evidence.snp.SnpProduct;
import io.vouchsafe.evidence.snp.SnpTcb;
import java.util.Locale;
import java.util.Optional;

/// A TCB of SEV-SNP on a command line: 16 hexadecimal digits, or its parts by name.
final class TcbText {
  private static final int MAX_PART = 255;

  private TcbText() {}

  /// A product line by its name.
  ///
  /// @param option that named it
  static SnpProduct product(String option, String name) throws Failure {
    return SnpProduct.named(name)
        .orElseThrow(
            () -> new Failure("%s wants Milan, Genoa or Turin, got '%s'".formatted(option, name)));
  }

  /// Reads a TCB.
  ///
  /// @param option that has it
  /// @param text 16 digits, or `bl=N,tee=N,snp=N,ucode=N[,fmc=N]`
  /// @param layout of the product
  static SnpTcb parse(String option, String text, SnpTcb.Layout layout) throws Failure {
    if (text.indexOf('=') < 0) {
      return raw(option, text, layout);
    }
    boolean hasFmc = layout == SnpTcb.Layout.FAMILY_1AH;
    int named = text.split(",", -1).length;
    if (named != (hasFmc ? 5 : 4)) {
      throw new Failure(
          "%s wants bl, tee, snp and ucode%s, got '%s'"
              .formatted(option, hasFmc ? " and fmc" : "", text));
    }
    return new SnpTcb(
        hasFmc ? Optional.of(part(option, text, "fmc")) : Optional.empty(),
        part(option, text, "bl"),
        part(option, text, "tee"),
        part(option, text, "snp"),
        part(option, text, "ucode"));
  }

  private static SnpTcb raw(String option, String text, SnpTcb.Layout layout) throws Failure {
    Bytes value;
    try {
      value = Bytes.fromHex(text);
    } catch (FormatException _) {
      value = Bytes.EMPTY;
    }
    if (value.size() != Long.BYTES) {
      throw new Failure(
          "%s wants %d hexadecimal digits, got '%s'".formatted(option, 2 * Long.BYTES, text));
    }
    try {
      return SnpTcb.of(value, layout);
    } catch (FormatException e) {
      throw new Failure(option + ": expected " + e.expected() + ", found " + e.found(), e);
    }
  }

  private static int part(String option, String text, String name) throws Failure {
    for (String part : text.toLowerCase(Locale.ROOT).split(",", -1)) {
      if (part.matches(name + "=[0-9]{1,3}")) {
        int value = Integer.parseInt(part.substring(name.length() + 1));
        if (value <= MAX_PART) {
          return value;
        }
      }
    }
    throw new Failure(
        "%s wants %s=0 to %s=%d, got '%s'".formatted(option, name, name, MAX_PART, text));
  }
}
