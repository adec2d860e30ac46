package io.vouchsafe.evidence.azure;

import io.vouchsafe.encoding.ByteReader;
import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.tpm.HashAlg;
import io.vouchsafe.verdict.Code;

/// The HCL report: what the paravisor of the virtual machine keeps in NV index 0x01400001
/// (specs/evidence-x86 §7.1). Nothing of it is verified, and its header is signed by nobody.
///
/// @param version of the header, 1 or 2
/// @param requestType as it came
/// @param hardware kind of the hardware report
/// @param report the hardware report: 1184 bytes of SEV-SNP, or a TDREPORT with zeros behind it,
///   which has no signature and is no evidence
/// @param hash of the runtime data, as the hardware report binds it
/// @param runtimeData the bytes that are hashed, see [RuntimeData]
public record HclReport(
    int version,
    long requestType,
    Hardware hardware,
    Bytes report,
    HashAlg hash,
    Bytes runtimeData) {

  /// Longest report that is read. Real ones have 2600 bytes, older ones 2048.
  public static final int MAX_SIZE = 16 << 10;

  private static final Bytes MAGIC = Bytes.utf8("HCLA");
  private static final int MAX_VERSION = 2;
  private static final int DATA_VERSION = 1;
  private static final int RESERVED = 12;
  private static final int HARDWARE_SIZE = 1184;
  private static final int TD_REPORT_SIZE = 1024;
  private static final int REPORT_DATA_SIZE = 64;

  /// What made the hardware report.
  public enum Hardware {
    SNP(2),
    TDX(4);

    private final int type;

    Hardware(int type) {
      this.type = type;
    }

    private static Hardware of(long type, int at) throws FormatException {
      for (Hardware hardware : values()) {
        if (hardware.type == type) {
          return hardware;
        }
      }
      throw new FormatException(
          Code.UNSUPPORTED_TEE, at, "report type 2 (SNP) or 4 (TDX)", Long.toString(type));
    }
  }

  /// Reads a report. The sizes in its header are hints; what counts is that of the runtime data,
  /// and that nothing but zeros follows.
  ///
  /// @throws FormatException if it is malformed, or of a version, kind or hash that is not handled
  public static HclReport parse(Bytes raw) throws FormatException {
    if (raw.size() > MAX_SIZE) {
      throw FormatException.oversized(
          0, "an HCL report of at most " + MAX_SIZE + " bytes", raw.size() + " bytes");
    }
    ByteReader in = ByteReader.littleEndian(raw);
    Bytes magic = in.bytes("signature", MAGIC.size());
    if (!magic.equals(MAGIC)) {
      throw FormatException.malformed(0, "HCLA", magic.hex());
    }
    int version = version(in, "version of the header", MAX_VERSION);
    in.skip("size of the report", 4);
    long requestType = in.u32("type of the request");
    in.zeros("status", 4);
    in.zeros("reserved bytes", RESERVED);
    int at = in.offset();
    Bytes report = in.bytes("hardware report", HARDWARE_SIZE);
    in.skip("size of the data", 4);
    version(in, "version of the data", DATA_VERSION);
    Hardware hardware = Hardware.of(in.u32("report type"), in.offset());
    HashAlg hash = hash(in.u32("hash type"), in.offset());
    int size = in.count32("size of the runtime data", MAX_SIZE);
    Bytes runtimeData = in.bytes("runtime data", size);
    in.zeros("padding", in.remaining());
    if (hardware == Hardware.TDX) {
      ByteReader inner = ByteReader.littleEndian(raw.slice(0, at + HARDWARE_SIZE));
      inner.skip("TDREPORT", at + TD_REPORT_SIZE);
      inner.zeros("padding behind the TDREPORT", inner.remaining());
    }
    return new HclReport(version, requestType, hardware, report, hash, runtimeData);
  }

  private static int version(ByteReader in, String field, int max) throws FormatException {
    int at = in.offset();
    long version = in.u32(field);
    if (version < 1 || version > max) {
      throw new FormatException(
          Code.UNSUPPORTED_VERSION, at, field + " from 1 to " + max, Long.toString(version));
    }
    return (int) version;
  }

  private static HashAlg hash(long type, int at) throws FormatException {
    if (type < 1 || type > 3) {
      throw new FormatException(
          Code.UNSUPPORTED_ALGORITHM,
          at,
          "hash type 1 (SHA-256), 2 (SHA-384) or 3 (SHA-512)",
          Long.toString(type));
    }
    return type == 1 ? HashAlg.SHA256 : type == 2 ? HashAlg.SHA384 : HashAlg.SHA512;
  }

  /// What the hardware report must bind in its report data: the digest of the runtime data, and
  /// zeros behind it, 64 bytes.
  public Bytes binding() {
    return hash.digest(runtimeData).fit(REPORT_DATA_SIZE);
  }
}
