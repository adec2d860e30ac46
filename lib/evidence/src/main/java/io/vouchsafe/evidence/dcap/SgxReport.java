package io.vouchsafe.evidence.dcap;

import io.vouchsafe.encoding.ByteReader;
import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;

/// The report of an SGX enclave, 384 bytes (specs/evidence-x86 §4.2). Integers are unsigned; byte
/// strings are in the order of memory.
///
/// @param miscSelect 4 bytes
/// @param flags attribute flags, see [#isDebug()]
/// @param reportData 64 bytes that the enclave chose
public record SgxReport(
    Bytes cpuSvn,
    Bytes miscSelect,
    Bytes isvExtProdId,
    long flags,
    long xfrm,
    Bytes mrEnclave,
    Bytes mrSigner,
    Bytes configId,
    int isvProdId,
    int isvSvn,
    int configSvn,
    Bytes isvFamilyId,
    Bytes reportData)
    implements QuoteBody {

  /// Length in bytes.
  public static final int SIZE = 384;

  private static final long FLAG_DEBUG = 1L << 1;
  private static final long FLAG_PROVISION_KEY = 1L << 4;
  private static final long FLAG_KSS = 1L << 7;

  static SgxReport read(ByteReader in) throws FormatException {
    Bytes cpuSvn = in.bytes("CPUSVN", 16);
    Bytes miscSelect = in.bytes("MISCSELECT", 4);
    in.zeros("reserved bytes", 12);
    Bytes isvExtProdId = in.bytes("ISVEXTPRODID", 16);
    long flags = in.u64("ATTRIBUTES");
    long xfrm = in.u64("XFRM");
    Bytes mrEnclave = in.bytes("MRENCLAVE", 32);
    in.zeros("reserved bytes", 32);
    Bytes mrSigner = in.bytes("MRSIGNER", 32);
    in.zeros("reserved bytes", 32);
    Bytes configId = in.bytes("CONFIGID", 64);
    int isvProdId = in.u16("ISVPRODID");
    int isvSvn = in.u16("ISVSVN");
    int configSvn = in.u16("CONFIGSVN");
    in.zeros("reserved bytes", 42);
    Bytes isvFamilyId = in.bytes("ISVFAMILYID", 16);
    Bytes reportData = in.bytes("REPORTDATA", 64);
    return new SgxReport(
        cpuSvn,
        miscSelect,
        isvExtProdId,
        flags,
        xfrm,
        mrEnclave,
        mrSigner,
        configId,
        isvProdId,
        isvSvn,
        configSvn,
        isvFamilyId,
        reportData);
  }

  /// Whether the enclave can be read by a debugger.
  public boolean isDebug() {
    return (flags & FLAG_DEBUG) != 0;
  }

  /// Whether the enclave can have the key that provisions platforms: quoting enclaves need it, an
  /// application hardly.
  public boolean hasProvisionKey() {
    return (flags & FLAG_PROVISION_KEY) != 0;
  }

  /// Whether CONFIGID, CONFIGSVN, ISVEXTPRODID and ISVFAMILYID mean something.
  public boolean hasKeySeparation() {
    return (flags & FLAG_KSS) != 0;
  }

  /// ATTRIBUTES in the order of memory: flags, then XFRM.
  public Bytes attributes() {
    return LittleEndian.u64(flags).concat(LittleEndian.u64(xfrm));
  }
}
