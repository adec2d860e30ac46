package io.vouchsafe.evidence.dcap;

import io.vouchsafe.encoding.ByteReader;
import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The report of a TDX guest (specs/evidence-x86 §4.3). Byte strings are in the order of memory.
///
/// @param teeTcbSvn 16 security versions: module, module version, loader, then components
/// @param attributes TDATTRIBUTES, see [TdAttribute]
/// @param rtmrs the four registers that software extended
/// @param current what TDX 1.5 adds: the module that runs now and service TDs
public record TdReport(
    Bytes teeTcbSvn,
    Bytes mrSeam,
    Bytes mrSignerSeam,
    Bytes seamAttributes,
    long attributes,
    long xfam,
    Bytes mrTd,
    Bytes mrConfigId,
    Bytes mrOwner,
    Bytes mrOwnerConfig,
    List<Bytes> rtmrs,
    Bytes reportData,
    Optional<Current> current)
    implements QuoteBody {

  /// Length in bytes of a report of TDX 1.0.
  public static final int SIZE_1_0 = 584;

  /// Length in bytes of a report of TDX 1.5.
  public static final int SIZE_1_5 = 648;

  private static final int RTMRS = 4;
  private static final int SVN = 16;
  private static final int MEASUREMENT = 48;

  public TdReport {
    rtmrs = List.copyOf(rtmrs);
  }

  /// What TDX 1.5 adds.
  ///
  /// @param teeTcbSvn security versions of the module that runs now, after a live update
  /// @param mrServiceTd hash over the service TDs that are bound; zeros for none
  public record Current(Bytes teeTcbSvn, Bytes mrServiceTd) {
    /// Whether a service TD is bound.
    public boolean hasServiceTd() {
      return !mrServiceTd.equals(Bytes.zeros(mrServiceTd.size()));
    }
  }

  static TdReport read(ByteReader in, boolean extended) throws FormatException {
    Bytes teeTcbSvn = in.bytes("TEE_TCB_SVN", SVN);
    Bytes mrSeam = in.bytes("MRSEAM", MEASUREMENT);
    Bytes mrSignerSeam = in.bytes("MRSIGNERSEAM", MEASUREMENT);
    Bytes seamAttributes = in.bytes("SEAMATTRIBUTES", 8);
    long attributes = in.u64("TDATTRIBUTES");
    long xfam = in.u64("XFAM");
    Bytes mrTd = in.bytes("MRTD", MEASUREMENT);
    Bytes mrConfigId = in.bytes("MRCONFIGID", MEASUREMENT);
    Bytes mrOwner = in.bytes("MROWNER", MEASUREMENT);
    Bytes mrOwnerConfig = in.bytes("MROWNERCONFIG", MEASUREMENT);
    List<Bytes> rtmrs = new ArrayList<>(RTMRS);
    for (int i = 0; i < RTMRS; i++) {
      rtmrs.add(in.bytes("RTMR", MEASUREMENT));
    }
    Bytes reportData = in.bytes("REPORTDATA", 64);
    Optional<Current> current =
        extended
            ? Optional.of(
                new Current(in.bytes("TEE_TCB_SVN2", SVN), in.bytes("MRSERVICETD", MEASUREMENT)))
            : Optional.empty();
    return new TdReport(
        teeTcbSvn,
        mrSeam,
        mrSignerSeam,
        seamAttributes,
        attributes,
        xfam,
        mrTd,
        mrConfigId,
        mrOwner,
        mrOwnerConfig,
        rtmrs,
        reportData,
        current);
  }

  /// Whether the guest has an attribute.
  public boolean has(TdAttribute attribute) {
    return (attributes & attribute.mask()) != 0;
  }
}
