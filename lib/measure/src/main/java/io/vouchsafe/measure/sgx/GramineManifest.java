package io.vouchsafe.measure.sgx;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Json;
import java.util.Locale;
import java.util.Objects;

/// What of a Gramine manifest decides the layout of the enclave. The text itself is measured too:
/// it is the expanded manifest (`NAME.manifest.sgx`), which has the hashes of all trusted files.
///
/// @param text exact bytes of the expanded manifest
/// @param enclaveSize bytes, a power of two
/// @param maxThreads 1 to [#MAX_THREADS]
/// @param edmm whether memory is added when it is needed (`sgx.edmm_enable`)
public record GramineManifest(Bytes text, long enclaveSize, int maxThreads, boolean edmm) {
  /// Most threads of an enclave.
  public static final int MAX_THREADS = 4096;

  /// Largest manifest.
  public static final int MAX_TEXT = 64 << 20;

  /// Largest enclave.
  public static final long MAX_ENCLAVE = 1L << 40;

  /// Largest enclave all of whose pages are added at the start.
  public static final long MAX_ADDED = 1L << 37;

  private static final String NOTIFY = "experimental_enable_aex_notify";

  public GramineManifest {
    Objects.requireNonNull(text, "text");
    if (text.size() > MAX_TEXT) {
      throw new IllegalArgumentException("a manifest of at most " + MAX_TEXT + " bytes");
    }
    if (enclaveSize <= 0
        || Long.bitCount(enclaveSize) != 1
        || enclaveSize > (edmm ? MAX_ENCLAVE : MAX_ADDED)) {
      throw new IllegalArgumentException(
          "an enclave of a power of two of at most %d bytes, not %d"
              .formatted(edmm ? MAX_ENCLAVE : MAX_ADDED, enclaveSize));
    }
    if (maxThreads < 1 || maxThreads > MAX_THREADS) {
      throw new IllegalArgumentException(
          "1 to %d threads, not %d".formatted(MAX_THREADS, maxThreads));
    }
  }

  /// Reads the members that count.
  ///
  /// @param text exact bytes of the expanded manifest
  /// @param parsed the same, parsed from TOML
  /// @throws FormatException if a member is missing or of the wrong form: an expanded manifest
  ///   names them all
  public static GramineManifest of(Bytes text, Json.Obj parsed) throws FormatException {
    Json.Obj sgx = parsed.object("sgx");
    if (sgx.get(NOTIFY).orElse(Json.FALSE).equals(Json.TRUE)) {
      throw FormatException.unexpected("a manifest without sgx." + NOTIFY, "one with it");
    }
    Json edmm = sgx.get("edmm_enable").orElse(Json.FALSE);
    long threads = sgx.integer("max_threads");
    try {
      return new GramineManifest(
          text, size(sgx.string("enclave_size")), Math.toIntExact(threads), edmm.equals(Json.TRUE));
    } catch (IllegalArgumentException | ArithmeticException e) {
      throw FormatException.unexpected("a manifest of an enclave", String.valueOf(e.getMessage()));
    }
  }

  /// A size as Gramine writes it: a number, perhaps with K, M or G.
  private static long size(String text) throws FormatException {
    int shift =
        switch (text.isEmpty() ? ' ' : text.charAt(text.length() - 1)) {
          case 'K' -> 10;
          case 'M' -> 20;
          case 'G' -> 30;
          default -> 0;
        };
    String number = shift == 0 ? text : text.substring(0, text.length() - 1);
    try {
      long value =
          number.toLowerCase(Locale.ROOT).startsWith("0x")
              ? Long.decode(number)
              : Long.parseLong(number);
      return Math.multiplyExact(value, 1L << shift);
    } catch (ArithmeticException | NumberFormatException _) {
      throw FormatException.unexpected("a size such as 256M", text);
    }
  }
}
