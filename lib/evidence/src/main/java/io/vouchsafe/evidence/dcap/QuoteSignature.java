package io.vouchsafe.evidence.dcap;

import io.vouchsafe.encoding.ByteReader;
import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;

/// The signature data of a quote (specs/evidence-x86 §4.4), parsed and not verified.
///
/// @param signature r and s of the attestation key over the quote, 64 bytes
/// @param attestationKey X and Y, 64 bytes
/// @param qeReportBytes the report of the quoting enclave as it was received
/// @param qeReport the same, parsed
/// @param qeReportSignature r and s of the platform's key over the report, 64 bytes
/// @param authData what the quoting enclave added to its key, usually 32 bytes
/// @param certificationType kind of `certificationData`; 5 is a certificate chain
/// @param certificationData what names the platform
public record QuoteSignature(
    Bytes signature,
    Bytes attestationKey,
    Bytes qeReportBytes,
    SgxReport qeReport,
    Bytes qeReportSignature,
    Bytes authData,
    int certificationType,
    Bytes certificationData) {

  private static final int QE_REPORT_CERTIFICATION = 6;
  private static final int PLATFORM_MANIFEST = 7;

  static QuoteSignature read(ByteReader in, int version) throws FormatException {
    Bytes signature = in.bytes("quote signature", 64);
    Bytes key = in.bytes("attestation key", 64);
    ByteReader inner = version == 3 ? in : nested(in);
    Bytes reportBytes = inner.bytes("QE report", SgxReport.SIZE);
    SgxReport report = SgxReport.read(ByteReader.littleEndian(reportBytes));
    Bytes reportSignature = inner.bytes("QE report signature", 64);
    Bytes authData = inner.sized16("QE authentication data", 0xffff);
    int at = inner.offset();
    int type = inner.u16("certification data type");
    if (type < 1 || type > PLATFORM_MANIFEST || type == QE_REPORT_CERTIFICATION) {
      throw FormatException.malformed(at, "certification data of type 1 to 5 or 7", type + "");
    }
    long size = inner.u32("size of the certification data");
    if (size != inner.remaining()) {
      throw FormatException.malformed(
          at + 2, inner.remaining() + " as size of the certification data", size + "");
    }
    Bytes data = inner.rest();
    return new QuoteSignature(
        signature, key, reportBytes, report, reportSignature, authData, type, data);
  }

  /// Everything that the platform says about the attestation key: the key, and what is signed and
  /// signed by, each of a fixed length but the last.
  Bytes certified() {
    return attestationKey.concat(qeReportBytes).concat(qeReportSignature).concat(authData);
  }

  /// Versions 4 and 5 wrap the rest once more.
  private static ByteReader nested(ByteReader in) throws FormatException {
    int at = in.offset();
    int type = in.u16("certification data type");
    if (type != QE_REPORT_CERTIFICATION) {
      throw FormatException.malformed(at, "certification data of type 6", type + "");
    }
    long size = in.u32("size of the certification data");
    if (size != in.remaining()) {
      throw FormatException.malformed(
          at + 2, in.remaining() + " as size of the certification data", size + "");
    }
    return in.sub("certification data", in.remaining());
  }
}
