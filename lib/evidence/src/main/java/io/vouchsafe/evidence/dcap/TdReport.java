package io.vouchsafe.evidence.dcap;

import io.vouchsafe.encoding.ByteReader;
import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// The report of a TDX guest (specs/evidence-x86 §4.3). Byte strings are in the order of memory.
///
/// @param teeTcbSvn 16 security versions: module, module version, loader, then components
/// @param attributes TDATTRIBUTES, see [TdAttribute]
/// @param rtmrs the four registers that software extended
/// @param current what TDX 1.5 adds: the module that runs now and service TDs
/// @param serviceTds what the longer report of TDX 1.5 adds: service TDs at the start and now
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
    Optional<Current> current,
    Optional<ServiceTds> serviceTds)
    implements QuoteBody {

  /// Length in bytes of a report of TDX 1.0.
  public static final int SIZE_1_0 = 584;

  /// Length in bytes of a report of TDX 1.5.
  public static final int SIZE_1_5 = 648;

  /// Length in bytes of the longer report of TDX 1.5.
  public static final int SIZE_1_5_EX = 885;

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
  public record Current(Bytes teeTcbSvn, Bytes mrServiceTd) {}

  /// What the longer report of TDX 1.5 adds.
  ///
  /// @param vmId 0 for the guest itself, else a virtual machine inside it
  /// @param tdId 32 bytes
  /// @param devInfo 48 bytes, about devices
  /// @param initial the service TDs when the guest was built
  /// @param initialCpuSvn of the machine where it was built, 16 bytes
  /// @param initialTeeTcbSvn of the module there, 16 bytes
  /// @param initialFmspc of the machine there, 12 bytes
  /// @param current the service TDs now
  public record ServiceTds(
      int vmId,
      Bytes tdId,
      Bytes devInfo,
      Binding initial,
      Bytes initialCpuSvn,
      Bytes initialTeeTcbSvn,
      Bytes initialFmspc,
      Binding current) {

    /// Service TDs that are bound.
    ///
    /// @param hash over them, 48 bytes; zeros for none
    /// @param attributes 8 bytes
    public record Binding(Bytes hash, Bytes attributes) {
      private static Binding read(ByteReader in) throws FormatException {
        return new Binding(in.bytes("SERVTD_HASH", MEASUREMENT), in.bytes("SERVTD_ATTRIBUTES", 8));
      }
    }

    private static ServiceTds read(ByteReader in) throws FormatException {
      return new ServiceTds(
          in.u8("VMID"),
          in.bytes("TD_ID", 32),
          in.bytes("DEV_INFO", MEASUREMENT),
          Binding.read(in),
          in.bytes("INIT_CPUSVN", SVN),
          in.bytes("INIT_TEE_TCB_SVN", SVN),
          in.bytes("INIT_FMSPC", 12),
          Binding.read(in));
    }
  }

  /// The forms of the report.
  enum Form {
    TDX_1_0(SIZE_1_0),
    TDX_1_5(SIZE_1_5),
    TDX_1_5_EX(SIZE_1_5_EX);

    private final int size;

    Form(int size) {
      this.size = size;
    }

    int size() {
      return size;
    }
  }

  /// The form of this report.
  Form form() {
    if (serviceTds.isPresent()) {
      return Form.TDX_1_5_EX;
    }
    return current.isPresent() ? Form.TDX_1_5 : Form.TDX_1_0;
  }

  /// Hashes over service TDs that are or were bound, without those that are zero.
  Set<Bytes> boundServiceTds() {
    Set<Bytes> hashes = new LinkedHashSet<>();
    current.ifPresent(now -> hashes.add(now.mrServiceTd()));
    serviceTds.ifPresent(all -> hashes.addAll(List.of(all.initial().hash(), all.current().hash())));
    hashes.remove(Bytes.zeros(MEASUREMENT));
    return hashes;
  }

  static TdReport read(ByteReader in, Form form) throws FormatException {
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
        form != Form.TDX_1_0
            ? Optional.of(
                new Current(in.bytes("TEE_TCB_SVN2", SVN), in.bytes("MRSERVICETD", MEASUREMENT)))
            : Optional.empty();
    Optional<ServiceTds> serviceTds =
        form == Form.TDX_1_5_EX ? Optional.of(ServiceTds.read(in)) : Optional.empty();
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
        current,
        serviceTds);
  }

  /// Whether the guest has an attribute.
  public boolean has(TdAttribute attribute) {
    return (attributes & attribute.mask()) != 0;
  }
}
