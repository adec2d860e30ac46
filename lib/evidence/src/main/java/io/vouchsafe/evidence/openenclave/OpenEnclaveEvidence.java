package io.vouchsafe.evidence.openenclave;

import io.vouchsafe.encoding.ByteReader;
import io.vouchsafe.encoding.ByteWriter;
import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.evidence.dcap.Quote;
import io.vouchsafe.verdict.Code;
import java.util.Objects;

/// Evidence as the SDK makes it, taken apart and not verified. Three forms have a quote inside:
///
/// - evidence with a header of version 3: version u32, identifier of the format \[16\], 4 bytes
///   that the compiler left free, length u64; then quote and claims;
/// - the same without header, where both sides know the format;
/// - reports of the older call, with a header of version 1: version u32, type u32 (2 for remote),
///   length u64; then the quote, whose report data is the claims themselves.
///
/// All integers are little-endian. Sources: the SDK's `common/attest_plugin.h`,
/// `include/openenclave/attestation/sgx/evidence.h` and `common/sgx/report.c`.
///
/// @param form how the quote came
/// @param quote the quote
/// @param claims what stood behind it; in a report its 64 bytes of report data are the claims
public record OpenEnclaveEvidence(Form form, Bytes quote, Bytes claims) {
  /// Length of the longest evidence.
  public static final int MAX_SIZE = 256 << 10;

  private static final int REPORT_VERSION = 1;
  private static final int EVIDENCE_VERSION = 3;
  private static final int REMOTE = 2;
  private static final int FORMAT_SIZE = 16;
  private static final int PADDING = 4;
  private static final int ENCLAVE_QUOTE_HEAD = 48 + 384;
  private static final String SGX_ECDSA = "a3a21e871b4d4014b70aa125d2fbcd8c";

  /// How the quote came.
  public enum Form {
    /// With claims behind it, whose hash the quote binds.
    EVIDENCE,
    /// With claims of up to 64 bytes inside.
    REPORT
  }

  public OpenEnclaveEvidence {
    Objects.requireNonNull(form, "form");
    Objects.requireNonNull(quote, "quote");
    Objects.requireNonNull(claims, "claims");
  }

  /// Takes evidence or a report with its header apart.
  ///
  /// @throws FormatException if it is malformed, or of a format without an SGX quote
  public static OpenEnclaveEvidence parse(Bytes evidence) throws FormatException {
    bound(evidence);
    ByteReader in = ByteReader.littleEndian(evidence);
    long version = in.u32("version");
    if (version == REPORT_VERSION) {
      return report(in);
    } else if (version != EVIDENCE_VERSION) {
      throw new FormatException(
          Code.UNSUPPORTED_VERSION, 0, "a header of version 1 or 3", "version " + version);
    }
    int at = in.offset();
    String format = in.bytes("format", FORMAT_SIZE).hex();
    if (!format.equals(SGX_ECDSA)) {
      throw new FormatException(
          Code.UNSUPPORTED_TEE, at, "format " + SGX_ECDSA + " (SGX, ECDSA)", format);
    }
    in.skip("bytes between", PADDING);
    requireRest(in);
    return split(in);
  }

  /// Takes evidence apart that came without header: a quote and the claims behind it.
  public static OpenEnclaveEvidence parseWithoutHeader(Bytes evidence) throws FormatException {
    bound(evidence);
    return split(ByteReader.littleEndian(evidence));
  }

  private static void bound(Bytes evidence) throws FormatException {
    if (evidence.size() > MAX_SIZE) {
      throw FormatException.oversized(
          0, "evidence of at most " + MAX_SIZE + " bytes", evidence.size() + " bytes");
    }
  }

  private static void requireRest(ByteReader in) throws FormatException {
    int at = in.offset();
    long size = in.u64("length");
    if (size != in.remaining()) {
      throw FormatException.malformed(
          at, in.remaining() + " as length", Long.toUnsignedString(size));
    }
  }

  private static OpenEnclaveEvidence report(ByteReader in) throws FormatException {
    int at = in.offset();
    long type = in.u32("report type");
    if (type != REMOTE) {
      throw new FormatException(
          Code.UNSUPPORTED_TEE, at, "a report of type 2 (remote)", "type " + type);
    }
    requireRest(in);
    return new OpenEnclaveEvidence(Form.REPORT, in.rest(), Bytes.EMPTY);
  }

  private static OpenEnclaveEvidence split(ByteReader in) throws FormatException {
    Bytes head = in.bytes("quote", ENCLAVE_QUOTE_HEAD);
    int at = in.offset();
    long size = in.u32("length of the signature data");
    if (size > Quote.MAX_SIZE || size > in.remaining()) {
      throw FormatException.malformed(
          at, "at most " + in.remaining() + " bytes of signature data", size + "");
    }
    Bytes signature = in.bytes("signature data", (int) size);
    Bytes length = ByteWriter.littleEndian().u32(size).toBytes();
    return new OpenEnclaveEvidence(Form.EVIDENCE, head.concat(length).concat(signature), in.rest());
  }
}
