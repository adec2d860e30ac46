package io.vouchsafe.evidence.snp;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Json;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// What a genuine report must say to be accepted. The strict policy allows nothing that weakens a
/// guest; each switch that is on is named in the checks of the result.
///
/// @param allowDebug takes guests that the host can debug
/// @param allowMigration takes guests that a migration agent can move
/// @param allowMaskedChipId takes reports of a chip's key that do not name the chip
/// @param allowProvisionalFirmware takes firmware that can be rolled back
/// @param allowUnknownPolicyBits takes guest policies with bits unknown here
/// @param requireVmpl the only privilege level to take, 0 to 3
/// @param requireAliasCheck demands that memory was searched for aliases
/// @param requireRevocationList demands a revocation list
/// @param minimumTcb lowest version of each component; a missing FMC is not compared
/// @param reportData what all 64 bytes must be
/// @param measurement what the launch measurement must be
public record SnpPolicy(
    boolean allowDebug,
    boolean allowMigration,
    boolean allowMaskedChipId,
    boolean allowProvisionalFirmware,
    boolean allowUnknownPolicyBits,
    Optional<Integer> requireVmpl,
    boolean requireAliasCheck,
    boolean requireRevocationList,
    Optional<SnpTcb> minimumTcb,
    Optional<Bytes> reportData,
    Optional<Bytes> measurement) {

  /// Allows nothing and takes any privilege level of the guest.
  public static final SnpPolicy STRICT =
      new SnpPolicy(
          false,
          false,
          false,
          false,
          false,
          Optional.empty(),
          false,
          false,
          Optional.empty(),
          Optional.empty(),
          Optional.empty());

  private static final int LAST_VMPL = 3;
  private static final int MAX_SVN = 255;
  private static final int REPORT_DATA_SIZE = 64;
  private static final int MEASUREMENT_SIZE = 48;
  private static final String REQUIRE_VMPL = "requireVmpl";
  private static final String MIN_TCB = "minTcb";
  private static final Set<String> MEMBERS =
      Set.of(
          "allowDebug",
          "allowMigration",
          "allowMaskedChipId",
          "allowProvisionalFirmware",
          "allowUnknownPolicyBits",
          REQUIRE_VMPL,
          "requireAliasCheck",
          "requireRevocationList",
          MIN_TCB,
          "reportData",
          "measurement");
  private static final Set<String> TCB_MEMBERS = Set.of("fmc", "bl", "tee", "snp", "ucode");

  /// Reads the members of specs/evidence-x86 §0.3. Absent ones are as in [#STRICT].
  ///
  /// @throws FormatException if a member is unknown, so that a misspelt demand is not lost, or of
  ///   another type
  public static SnpPolicy of(Json.Obj json) throws FormatException {
    known(json, MEMBERS);
    Optional<Integer> vmpl = integer(json, REQUIRE_VMPL, LAST_VMPL);
    Optional<SnpTcb> minimum =
        json.present(MIN_TCB).isPresent()
            ? Optional.of(minimum(json.object(MIN_TCB)))
            : Optional.empty();
    return new SnpPolicy(
        flag(json, "allowDebug"),
        flag(json, "allowMigration"),
        flag(json, "allowMaskedChipId"),
        flag(json, "allowProvisionalFirmware"),
        flag(json, "allowUnknownPolicyBits"),
        vmpl,
        flag(json, "requireAliasCheck"),
        flag(json, "requireRevocationList"),
        minimum,
        hex(json, "reportData", REPORT_DATA_SIZE),
        hex(json, "measurement", MEASUREMENT_SIZE));
  }

  private static void known(Json.Obj json, Set<String> members) throws FormatException {
    for (Map.Entry<String, Json> member : json.members().entrySet()) {
      if (!members.contains(member.getKey())) {
        throw FormatException.unexpected("a policy of " + members, member.getKey());
      }
    }
  }

  private static SnpTcb minimum(Json.Obj json) throws FormatException {
    known(json, TCB_MEMBERS);
    return new SnpTcb(
        integer(json, "fmc", MAX_SVN),
        integer(json, "bl", MAX_SVN).orElse(0),
        integer(json, "tee", MAX_SVN).orElse(0),
        integer(json, "snp", MAX_SVN).orElse(0),
        integer(json, "ucode", MAX_SVN).orElse(0));
  }

  private static boolean flag(Json.Obj json, String member) throws FormatException {
    return json.present(member).isPresent() && json.bool(member);
  }

  private static Optional<Integer> integer(Json.Obj json, String member, int max)
      throws FormatException {
    if (json.present(member).isEmpty()) {
      return Optional.empty();
    }
    long value = json.integer(member);
    if (value < 0 || value > max) {
      throw FormatException.unexpected(member + " of 0 to " + max, Long.toString(value));
    }
    return Optional.of((int) value);
  }

  private static Optional<Bytes> hex(Json.Obj json, String member, int size)
      throws FormatException {
    Optional<String> text = json.optionalString(member);
    if (text.isEmpty()) {
      return Optional.empty();
    }
    Bytes value = Bytes.fromHex(text.get());
    if (value.size() != size) {
      throw FormatException.unexpected(member + " of " + size + " bytes", value.size() + " bytes");
    }
    return Optional.of(value);
  }

  /// This, with a demand on the privilege level.
  public SnpPolicy withVmpl(int vmpl) {
    if (vmpl < 0 || vmpl > LAST_VMPL) {
      throw new IllegalArgumentException("a VMPL is 0 to 3");
    }
    return with(Optional.of(vmpl), requireRevocationList, reportData);
  }

  /// This, with other report data.
  public SnpPolicy withReportData(Bytes data) {
    return with(requireVmpl, requireRevocationList, Optional.of(data));
  }

  /// This, with the demand for a revocation list.
  public SnpPolicy withRevocationList() {
    return with(requireVmpl, true, reportData);
  }

  private SnpPolicy with(Optional<Integer> vmpl, boolean list, Optional<Bytes> data) {
    return new SnpPolicy(
        allowDebug,
        allowMigration,
        allowMaskedChipId,
        allowProvisionalFirmware,
        allowUnknownPolicyBits,
        vmpl,
        requireAliasCheck,
        list,
        minimumTcb,
        data,
        measurement);
  }
}
