package io.vouchsafe.evidence.snp;

import io.vouchsafe.encoding.ByteReader;
import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.verdict.Code;
import java.util.Arrays;

/// ATTESTATION_REPORT of versions 2 to 5 (specs/evidence-x86 §1.1): decoded, and nothing of it
/// verified. TCB versions stay undecoded because their layout depends on the product.
///
/// @param raw the bytes as they came
/// @param version 2 to 5
/// @param guestSvn security version of the guest, from its ID block
/// @param policy what the guest's owner allows
/// @param familyId from the ID block
/// @param imageId from the ID block
/// @param vmpl privilege level that asked, 0 to 3, or [#HOST_VMPL]
/// @param currentTcb TCB in use
/// @param platformInfo what is enabled on the platform
/// @param keyInfo kind of the signing key, and two flags
/// @param reportData what the guest chose, 64 bytes
/// @param measurement of the launch, 48 bytes
/// @param hostData what the host chose at launch, 32 bytes
/// @param idKeyDigest digest of the key that signed the ID block
/// @param authorKeyDigest digest of the key that signed the ID key
/// @param reportId of this guest, for its life
/// @param migrationAgentId report id of the migration agent; all ones without one
/// @param reportedTcb TCB that the signing key was derived from
/// @param family processor's display family; zero before version 3
/// @param model processor's display model; zero before version 3
/// @param stepping processor's stepping; zero before version 3
/// @param chipId names the chip, 64 bytes; zero if masked
/// @param committedTcb TCB that the platform cannot go below
/// @param current firmware in use
/// @param committed firmware that the platform cannot go below
/// @param launchTcb TCB at the guest's launch
/// @param launchMitigations at the launch; zero before version 5
/// @param currentMitigations now; zero before version 5
/// @param r of the signature, 72 bytes, least significant first
/// @param s of the signature, 72 bytes, least significant first
public record SnpReport(
    Bytes raw,
    int version,
    long guestSvn,
    GuestPolicy policy,
    Bytes familyId,
    Bytes imageId,
    long vmpl,
    Bytes currentTcb,
    PlatformInfo platformInfo,
    KeyInfo keyInfo,
    Bytes reportData,
    Bytes measurement,
    Bytes hostData,
    Bytes idKeyDigest,
    Bytes authorKeyDigest,
    Bytes reportId,
    Bytes migrationAgentId,
    Bytes reportedTcb,
    int family,
    int model,
    int stepping,
    Bytes chipId,
    Bytes committedTcb,
    Firmware current,
    Firmware committed,
    Bytes launchTcb,
    long launchMitigations,
    long currentMitigations,
    Bytes r,
    Bytes s) {

  /// Length of a report.
  public static final int SIZE = 1184;

  /// What [#vmpl()] is if the host asked for the report.
  public static final long HOST_VMPL = 0xffff_ffffL;

  static final int SIGNED_SIZE = 0x2a0;
  static final int CHIP_ID_SIZE = 64;
  static final int SCALAR_SIZE = 72;
  private static final int MIN_VERSION = 2;
  private static final int CPUID_VERSION = 3;
  private static final int MITIGATION_VERSION = 5;
  private static final int ECDSA_P384_SHA384 = 1;
  private static final int LAST_VMPL = 3;
  private static final Bytes NO_AGENT = ones(32);

  /// A version of the secure processor's firmware.
  ///
  /// @param major major version
  /// @param minor minor version
  /// @param build build number
  public record Firmware(int major, int minor, int build) {
    private static Firmware read(ByteReader in, String field) throws FormatException {
      int build = in.u8(field);
      int minor = in.u8(field);
      int major = in.u8(field);
      in.zeros(field, 1);
      return new Firmware(major, minor, build);
    }

    @Override
    public String toString() {
      return major + "." + minor + "." + build;
    }
  }

  /// Whose key signed.
  public enum Signer {
    /// The chip's own key.
    VCEK,
    /// A key that AMD gave to a provider.
    VLEK,
    /// No key.
    NONE,
    /// A value that has no meaning yet.
    RESERVED
  }

  /// The word at 0x48.
  ///
  /// @param bits bits 4 to 0; the others are zero
  public record KeyInfo(int bits) {
    private static final int BITS = 5;

    /// Whether the ID key was signed by an author key.
    public boolean authorKey() {
      return (bits & 1) != 0;
    }

    /// Whether the host forbids the chip to sign.
    public boolean chipKeyMasked() {
      return (bits & 2) != 0;
    }

    public Signer signer() {
      return switch (bits >> 2) {
        case 0 -> Signer.VCEK;
        case 1 -> Signer.VLEK;
        case 7 -> Signer.NONE;
        default -> Signer.RESERVED;
      };
    }
  }

  /// Decodes a report, which must fill `raw`.
  ///
  /// @throws FormatException with [Code#UNSUPPORTED_VERSION] or [Code#UNSUPPORTED_ALGORITHM] if it
  ///   is of another version or not signed with ECDSA P-384, else [Code#MALFORMED]
  public static SnpReport parse(Bytes raw) throws FormatException {
    if (raw.size() != SIZE) {
      throw FormatException.malformed(
          Math.min(raw.size(), SIZE), "a report of " + SIZE + " bytes", raw.size() + " bytes");
    }
    ByteReader in = ByteReader.littleEndian(raw);
    int version = (int) bounded(in.u32("VERSION"), MIN_VERSION, MITIGATION_VERSION);
    SnpReport report =
        new SnpReport(
            raw,
            version,
            in.u32("GUEST_SVN"),
            GuestPolicy.of(in.u64("POLICY")),
            in.bytes("FAMILY_ID", 16),
            in.bytes("IMAGE_ID", 16),
            vmpl(in),
            tcbAfterAlgorithm(in),
            new PlatformInfo(in.u64("PLATFORM_INFO")),
            keyInfo(in),
            in.bytes("REPORT_DATA", 64),
            in.bytes("MEASUREMENT", 48),
            in.bytes("HOST_DATA", 32),
            in.bytes("ID_KEY_DIGEST", 48),
            in.bytes("AUTHOR_KEY_DIGEST", 48),
            in.bytes("REPORT_ID", 32),
            in.bytes("REPORT_ID_MA", 32),
            in.bytes("REPORTED_TCB", SnpTcb.SIZE),
            in.u8("CPUID family"),
            in.u8("CPUID model"),
            in.u8("CPUID stepping"),
            chipId(in),
            in.bytes("COMMITTED_TCB", SnpTcb.SIZE),
            Firmware.read(in, "CURRENT version"),
            Firmware.read(in, "COMMITTED version"),
            in.bytes("LAUNCH_TCB", SnpTcb.SIZE),
            in.u64("LAUNCH_MIT_VECTOR"),
            in.u64("CURRENT_MIT_VECTOR"),
            scalarAfterReserved(in),
            in.bytes("S", SCALAR_SIZE));
    in.zeros("SIGNATURE", in.remaining());
    report.requireConsistent();
    return report;
  }

  private static long bounded(long version, int min, int max) throws FormatException {
    if (version < min || version > max) {
      throw new FormatException(
          Code.UNSUPPORTED_VERSION, 0, "a report of version " + min + " to " + max, version + "");
    }
    return version;
  }

  private static long vmpl(ByteReader in) throws FormatException {
    int at = in.offset();
    long vmpl = in.u32("VMPL");
    if (vmpl > LAST_VMPL && vmpl != HOST_VMPL) {
      throw FormatException.malformed(at, "VMPL 0 to 3", Long.toString(vmpl));
    }
    return vmpl;
  }

  private static Bytes tcbAfterAlgorithm(ByteReader in) throws FormatException {
    int at = in.offset();
    long algorithm = in.u32("SIGNATURE_ALGO");
    if (algorithm != ECDSA_P384_SHA384) {
      throw new FormatException(
          Code.UNSUPPORTED_ALGORITHM,
          at,
          "signature algorithm 1 (ECDSA P-384 with SHA-384)",
          Long.toString(algorithm));
    }
    return in.bytes("CURRENT_TCB", SnpTcb.SIZE);
  }

  private static KeyInfo keyInfo(ByteReader in) throws FormatException {
    int at = in.offset();
    long bits = in.u32("key information");
    if (bits >>> KeyInfo.BITS != 0) {
      throw FormatException.malformed(
          at, "zero in bits 31 to 5 of the key information", "0x" + Long.toHexString(bits));
    }
    in.zeros("reserved word", 4);
    return new KeyInfo((int) bits);
  }

  private static Bytes chipId(ByteReader in) throws FormatException {
    in.zeros("reserved bytes after CPUID", 21);
    return in.bytes("CHIP_ID", CHIP_ID_SIZE);
  }

  private static Bytes scalarAfterReserved(ByteReader in) throws FormatException {
    in.zeros("reserved bytes before SIGNATURE", 152);
    return in.bytes("R", SCALAR_SIZE);
  }

  /// Fields that older versions and other settings keep at zero.
  private void requireConsistent() throws FormatException {
    if (version < CPUID_VERSION && (family | model | stepping) != 0) {
      throw FormatException.malformed(0x188, "no CPUID before version 3", "one");
    }
    if (version < MITIGATION_VERSION && (launchMitigations | currentMitigations) != 0) {
      throw FormatException.malformed(0x1f8, "no mitigation vectors before version 5", "some");
    }
    if (!keyInfo.authorKey() && !isZero(authorKeyDigest)) {
      throw FormatException.malformed(0x110, "no author key digest without an author key", "one");
    }
  }

  static boolean isZero(Bytes field) {
    for (int i = 0; i < field.size(); i++) {
      if (field.at(i) != 0) {
        return false;
      }
    }
    return true;
  }

  /// Whether the report names its processor.
  public boolean namesCpu() {
    return version >= CPUID_VERSION;
  }

  /// Whether the platform hides which chip this is.
  public boolean chipIdMasked() {
    return isZero(chipId);
  }

  private static Bytes ones(int size) {
    byte[] bytes = new byte[size];
    Arrays.fill(bytes, (byte) 0xff);
    return Bytes.of(bytes);
  }

  /// Whether a migration agent is bound to the guest.
  public boolean hasMigrationAgent() {
    return !migrationAgentId.equals(NO_AGENT);
  }

  /// What the signature is over.
  Bytes signed() {
    return raw.slice(0, SIGNED_SIZE);
  }
}
