package io.vouchsafe.testkit.intel;

import io.vouchsafe.encoding.Bytes;
import java.util.HexFormat;
import java.util.List;

/// A report of an enclave or a guest, every byte of which can be set. Immutable.
public final class SimulatedBody {
  /// MRSIGNER of Intel's quoting enclave for SGX.
  public static final String QE_SIGNER =
      "8c4f5775d796503e96137f77c68a829a0056ac8ded70140b081b094490c57bff";

  /// MRSIGNER of Intel's quoting enclave for TDX.
  public static final String TD_QE_SIGNER =
      "dc9e2a7c6f948f17474e34a7fc43ed030f7c1563f1babddf6340c82e0e54a8c5";

  private static final int SGX_SIZE = 384;
  private static final int TD_1_0_SIZE = 584;
  private static final int TD_1_5_SIZE = 648;
  private static final int TD_1_5_EX_SIZE = 885;

  /// What a body is; the types are those of quotes of version 5.
  public enum Kind {
    SGX(1, SGX_SIZE),
    TD_1_0(2, TD_1_0_SIZE),
    TD_1_5(3, TD_1_5_SIZE),
    /// TDX 1.5 with what a service TD was at the start.
    TD_1_5_EX(4, TD_1_5_EX_SIZE);

    private final int type;
    private final int size;

    Kind(int type, int size) {
      this.type = type;
      this.size = size;
    }

    /// Its number in a quote of version 5.
    public int type() {
      return type;
    }

    /// Its length in bytes.
    public int size() {
      return size;
    }
  }

  /// A field by its place.
  ///
  /// @param name as in Intel's documents
  /// @param offset first byte
  /// @param size length in bytes
  public record Field(String name, int offset, int size) {}

  private static final List<Field> SGX_FIELDS =
      List.of(
          new Field("CPUSVN", 0, 16),
          new Field("MISCSELECT", 16, 4),
          new Field("ISVEXTPRODID", 32, 16),
          new Field("ATTRIBUTES", 48, 8),
          new Field("XFRM", 56, 8),
          new Field("MRENCLAVE", 64, 32),
          new Field("MRSIGNER", 128, 32),
          new Field("CONFIGID", 192, 64),
          new Field("ISVPRODID", 256, 2),
          new Field("ISVSVN", 258, 2),
          new Field("CONFIGSVN", 260, 2),
          new Field("ISVFAMILYID", 304, 16),
          new Field("REPORTDATA", 320, 64));

  private static final List<Field> TD_FIELDS =
      List.of(
          new Field("TEE_TCB_SVN", 0, 16),
          new Field("MRSEAM", 16, 48),
          new Field("MRSIGNERSEAM", 64, 48),
          new Field("SEAMATTRIBUTES", 112, 8),
          new Field("TDATTRIBUTES", 120, 8),
          new Field("XFAM", 128, 8),
          new Field("MRTD", 136, 48),
          new Field("MRCONFIGID", 184, 48),
          new Field("MROWNER", 232, 48),
          new Field("MROWNERCONFIG", 280, 48),
          new Field("RTMR0", 328, 48),
          new Field("RTMR1", 376, 48),
          new Field("RTMR2", 424, 48),
          new Field("RTMR3", 472, 48),
          new Field("REPORTDATA", 520, 64),
          new Field("TEE_TCB_SVN2", 584, 16),
          new Field("MRSERVICETD", 600, 48),
          new Field("VMID", 648, 1),
          new Field("TD_ID", 649, 32),
          new Field("DEV_INFO", 681, 48),
          new Field("INIT_SERVTD_HASH", 729, 48),
          new Field("INIT_SERVTD_ATTRIBUTES", 777, 8),
          new Field("INIT_CPUSVN", 785, 16),
          new Field("INIT_TEE_TCB_SVN", 801, 16),
          new Field("INIT_FMSPC", 817, 12),
          new Field("CUR_SERVTD_HASH", 829, 48),
          new Field("CUR_SERVTD_ATTRIBUTES", 877, 8));

  private final Kind kind;
  private final byte[] content;

  private SimulatedBody(Kind kind, byte[] content) {
    this.kind = kind;
    this.content = content;
  }

  /// An application's enclave without debug and key separation; MRENCLAVE and MRSIGNER are `11…`
  /// and `22…`.
  public static SimulatedBody enclave() {
    return new SimulatedBody(Kind.SGX, new byte[SGX_SIZE])
        // INIT and MODE64BIT; x87 and SSE.
        .with("ATTRIBUTES", "0500000000000000")
        .with("XFRM", "0300000000000000")
        .with("MRENCLAVE", "11".repeat(32))
        .with("MRSIGNER", "22".repeat(32));
  }

  /// The report of the quoting enclave for SGX, security version 8.
  public static SimulatedBody quotingEnclave() {
    return quotingEnclave(QE_SIGNER, 1);
  }

  /// The report of the quoting enclave for TDX, security version 8.
  public static SimulatedBody tdQuotingEnclave() {
    return quotingEnclave(TD_QE_SIGNER, 2);
  }

  private static SimulatedBody quotingEnclave(String signer, int product) {
    return new SimulatedBody(Kind.SGX, new byte[SGX_SIZE])
        // INIT and PROVISION_KEY, as Intel's.
        .with("ATTRIBUTES", "1100000000000000")
        .with("XFRM", "0300000000000000")
        .with("MRENCLAVE", "33".repeat(32))
        .with("MRSIGNER", signer)
        .with("ISVPRODID", Bytes.of((byte) product, (byte) 0))
        .with("ISVSVN", "0800");
  }

  /// A guest of TDX 1.0: module of version 1 with security version 5, other components 5.
  public static SimulatedBody td() {
    return td(Kind.TD_1_0);
  }

  /// A guest of TDX 1.5 whose module was not exchanged since it started.
  public static SimulatedBody td15() {
    return td(Kind.TD_1_5).with("TEE_TCB_SVN2", "0501" + "05".repeat(14));
  }

  /// As [#td15()], with the longer report.
  public static SimulatedBody td15Ex() {
    return td(Kind.TD_1_5_EX).with("TEE_TCB_SVN2", "0501" + "05".repeat(14));
  }

  private static SimulatedBody td(Kind kind) {
    return new SimulatedBody(kind, new byte[kind.size()])
        .with("TEE_TCB_SVN", "0501" + "05".repeat(14))
        .with("MRSEAM", "44".repeat(48))
        // SEPT_VE_DISABLE.
        .with("TDATTRIBUTES", "0000001000000000")
        .with("XFAM", "e702060000000000")
        .with("MRTD", "55".repeat(48));
  }

  /// What this is.
  public Kind kind() {
    return kind;
  }

  /// All of its bytes.
  public Bytes bytes() {
    return Bytes.of(content);
  }

  /// The fields of this kind, in their order.
  public List<Field> fields() {
    return (kind == Kind.SGX ? SGX_FIELDS : TD_FIELDS)
        .stream().filter(field -> field.offset() + field.size() <= content.length).toList();
  }

  /// The field with this name.
  public Field field(String name) {
    return fields().stream()
        .filter(field -> field.name().equals(name))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("no field " + name + " in " + kind));
  }

  /// What stands in a field.
  public Bytes get(String name) {
    Field field = field(name);
    return Bytes.of(content, field.offset(), field.size());
  }

  /// This, with a field set, from its first byte on.
  public SimulatedBody with(String name, Bytes value) {
    Field field = field(name);
    if (value.size() > field.size()) {
      throw new IllegalArgumentException(name + " has " + field.size() + " bytes");
    }
    return with(field.offset(), value);
  }

  /// As [#with(String, Bytes)], in hexadecimal.
  public SimulatedBody with(String name, String hex) {
    return with(name, Bytes.of(HexFormat.of().parseHex(hex)));
  }

  /// This, with bytes set that need be no field.
  public SimulatedBody with(int offset, Bytes value) {
    byte[] changed = content.clone();
    System.arraycopy(value.toByteArray(), 0, changed, offset, value.size());
    return new SimulatedBody(kind, changed);
  }
}
