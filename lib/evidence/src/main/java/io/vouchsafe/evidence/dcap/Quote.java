package io.vouchsafe.evidence.dcap;

import io.vouchsafe.encoding.ByteReader;
import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.verdict.Code;

/// A DCAP quote of version 3, 4 or 5 (specs/evidence-x86 §4.1 to §4.4), parsed and not verified.
///
/// @param header the first 48 bytes
/// @param body what it is about
/// @param signed the bytes that the attestation key signed, as they were received
/// @param signature what follows them
/// @param padding how many zero bytes stood behind the quote
public record Quote(
    Header header, QuoteBody body, Bytes signed, QuoteSignature signature, int padding) {

  /// Longest quote that is read. Real ones have 4 to 8 KB.
  public static final int MAX_SIZE = 64 << 10;

  private static final int HEADER = 48;
  private static final int KEY_TYPE_P256 = 2;
  private static final int BODY_SGX = 1;
  private static final int BODY_TD_1_0 = 2;
  private static final int BODY_TD_1_5 = 3;
  private static final int BODY_TD_1_5_EX = 4;

  /// The first 48 bytes.
  ///
  /// @param version 3, 4 or 5
  /// @param keyType kind of the attestation key; 2 is ECDSA P-256
  /// @param tee what the quote is about
  /// @param qeSvn as claimed; zero but for version 3
  /// @param pceSvn as claimed; zero but for version 3
  /// @param vendorId who made the quoting enclave, 16 bytes
  /// @param userData 20 bytes, the first 16 of which name the quoting enclave's platform
  public record Header(
      int version,
      int keyType,
      TeeKind tee,
      int qeSvn,
      int pceSvn,
      Bytes vendorId,
      Bytes userData) {}

  /// Parses a quote. Zero bytes may stand behind it: transports pad.
  ///
  /// @throws FormatException if it is malformed, or of a version, TEE or key that is not handled
  public static Quote parse(Bytes quote) throws FormatException {
    if (quote.size() > MAX_SIZE) {
      throw FormatException.oversized(
          0, "a quote of at most " + MAX_SIZE + " bytes", quote.size() + " bytes");
    }
    ByteReader in = ByteReader.littleEndian(quote);
    Header header = header(in);
    QuoteBody body = header.version() == 5 ? described(in, header.tee()) : plain(in, header);
    Bytes signed = in.since(0);
    int at = in.offset();
    long length = in.u32("length of the signature data");
    if (length > in.remaining()) {
      throw FormatException.malformed(
          at, length + " bytes of signature data", in.remaining() + " bytes");
    }
    ByteReader data = in.sub("signature data", (int) length);
    QuoteSignature signature = QuoteSignature.read(data, header.version());
    int padding = in.remaining();
    in.zeros("the padding behind the quote", padding);
    return new Quote(header, body, signed, signature, padding);
  }

  private static Header header(ByteReader in) throws FormatException {
    int version = in.u16("version");
    if (version < 3 || version > 5) {
      throw new FormatException(
          Code.UNSUPPORTED_VERSION, 0, "a quote of version 3, 4 or 5", "version " + version);
    }
    int keyType = in.u16("attestation key type");
    if (keyType != KEY_TYPE_P256) {
      throw new FormatException(
          Code.UNSUPPORTED_ALGORITHM, 2, "attestation key type 2 (ECDSA P-256)", keyType + "");
    }
    TeeKind tee = tee(in.u32("TEE type"), version);
    int qeSvn = in.u16("QE SVN");
    int pceSvn = in.u16("PCE SVN");
    Bytes vendor = in.bytes("QE vendor id", 16);
    Bytes userData = in.bytes("user data", HEADER - in.offset());
    return new Header(version, keyType, tee, qeSvn, pceSvn, vendor, userData);
  }

  private static TeeKind tee(long type, int version) throws FormatException {
    for (TeeKind kind : TeeKind.values()) {
      if (kind.type() == type && (version != 3 || kind == TeeKind.SGX)) {
        return kind;
      }
    }
    String expected = version == 3 ? "TEE type 0 (SGX)" : "TEE type 0 (SGX) or 0x81 (TDX)";
    throw new FormatException(Code.UNSUPPORTED_TEE, 4, expected, "0x" + Long.toHexString(type));
  }

  /// Versions 3 and 4: the header alone says what follows.
  private static QuoteBody plain(ByteReader in, Header header) throws FormatException {
    return switch (header.tee()) {
      case SGX -> SgxReport.read(in);
      case TDX -> TdReport.read(in, TdReport.Form.TDX_1_0);
    };
  }

  /// Version 5: type and size of the body stand before it.
  private static QuoteBody described(ByteReader in, TeeKind tee) throws FormatException {
    int at = in.offset();
    int type = in.u16("body type");
    int size =
        switch (type) {
          case BODY_SGX -> SgxReport.SIZE;
          case BODY_TD_1_0, BODY_TD_1_5, BODY_TD_1_5_EX -> form(type).size();
          default -> throw FormatException.malformed(at, "body type 1 to 4", type + "");
        };
    long claimed = in.u32("body size");
    if (claimed != size) {
      throw FormatException.malformed(at + 2, size + " as size of body type " + type, claimed + "");
    }
    if ((type == BODY_SGX) != (tee == TeeKind.SGX)) {
      throw FormatException.malformed(at, "a body of " + tee, "body type " + type);
    }
    return type == BODY_SGX ? SgxReport.read(in) : TdReport.read(in, form(type));
  }

  private static TdReport.Form form(int type) {
    return TdReport.Form.values()[type - BODY_TD_1_0];
  }
}
