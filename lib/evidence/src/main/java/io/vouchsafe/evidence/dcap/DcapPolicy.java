package io.vouchsafe.evidence.dcap;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Json;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/// What an operator asks of DCAP evidence beyond its being genuine (specs/evidence-x86 §0.3).
///
/// @param allowDebug whether debug and profiling are allowed
/// @param allowMigration whether the guest may be migratable
/// @param allowServiceTd whether a service TD may be bound
/// @param minTcbEvaluationDataNumber lowest TCB recovery of the collateral; 0 for any
/// @param requireSameEvaluationNumber whether TCB info and QE identity must be of one recovery
/// @param mrEnclave the enclave, 32 bytes
/// @param minIsvSvn lowest security version of the enclave; 0 for any
/// @param configId configuration of the enclave, 64 bytes
/// @param minConfigSvn lowest security version of the configuration; 0 for any
/// @param demands what else is asked for
public record DcapPolicy(
    boolean allowDebug,
    boolean allowMigration,
    boolean allowServiceTd,
    long minTcbEvaluationDataNumber,
    boolean requireSameEvaluationNumber,
    Optional<Bytes> mrEnclave,
    int minIsvSvn,
    Optional<Bytes> configId,
    int minConfigSvn,
    DcapDemands demands) {
  private static final int MAX_SVN = 0xffff;
  private static final Set<String> MEMBERS =
      Set.of(
          "allowDebug",
          "allowMigration",
          "allowServiceTd",
          "minTcbEvaluationDataNumber",
          "requireSameEvaluationNumber",
          "mrEnclave",
          "minIsvSvn",
          "configId",
          "minConfigSvn");

  /// Allows nothing special and asks for nothing special.
  public static final DcapPolicy STRICT =
      new DcapPolicy(
          false,
          false,
          false,
          0,
          false,
          Optional.empty(),
          0,
          Optional.empty(),
          0,
          DcapDemands.NONE);

  public DcapPolicy {
    Objects.requireNonNull(mrEnclave, "mrEnclave");
    Objects.requireNonNull(configId, "configId");
    Objects.requireNonNull(demands, "demands");
  }

  /// Reads a policy: an object whose members are those of this record and of its demands, each of
  /// them optional. A member that is unknown is an error: somebody relies on it.
  public static DcapPolicy parse(Json json) throws FormatException {
    DcapPolicy policy = STRICT;
    Json.Obj rest = json.asObject("policy");
    for (Map.Entry<String, Json> member : json.asObject("policy").members().entrySet()) {
      if (MEMBERS.contains(member.getKey())) {
        policy = policy.with(member.getKey(), member.getValue());
        rest = rest.without(member.getKey());
      }
    }
    return policy.demanding(DcapDemands.parse(rest));
  }

  private DcapPolicy with(String name, Json value) throws FormatException {
    return switch (name) {
      case "allowDebug" -> allowingDebug(value.asBoolean(name));
      case "allowMigration" ->
          new DcapPolicy(
              allowDebug,
              value.asBoolean(name),
              allowServiceTd,
              minTcbEvaluationDataNumber,
              requireSameEvaluationNumber,
              mrEnclave,
              minIsvSvn,
              configId,
              minConfigSvn,
              demands);
      case "allowServiceTd" -> allowingServiceTd(value.asBoolean(name));
      case "minTcbEvaluationDataNumber" ->
          requiringEvaluation(bounded(name, value, Integer.MAX_VALUE), requireSameEvaluationNumber);
      case "requireSameEvaluationNumber" ->
          requiringEvaluation(minTcbEvaluationDataNumber, value.asBoolean(name));
      case "mrEnclave" -> requiringEnclave(Optional.of(hex(name, value, 32)), minIsvSvn);
      case "minIsvSvn" -> requiringEnclave(mrEnclave, bounded(name, value, MAX_SVN));
      case "configId" -> requiringConfiguration(Optional.of(hex(name, value, 64)), minConfigSvn);
      case "minConfigSvn" -> requiringConfiguration(configId, bounded(name, value, MAX_SVN));
      default -> throw FormatException.unexpected("a member of a DCAP policy", name);
    };
  }

  private static int bounded(String name, Json value, int max) throws FormatException {
    long number = value.asInteger(name);
    if (number < 0 || number > max) {
      throw FormatException.unexpected(name + " from 0 to " + max, number + "");
    }
    return (int) number;
  }

  private static Bytes hex(String name, Json value, int size) throws FormatException {
    Bytes bytes = Bytes.fromHex(value.asString(name));
    if (bytes.size() != size) {
      throw FormatException.unexpected(name + " of " + size + " bytes", bytes.size() + " bytes");
    }
    return bytes;
  }

  /// This, with debug allowed or not.
  public DcapPolicy allowingDebug(boolean allowed) {
    return new DcapPolicy(
        allowed,
        allowMigration,
        allowServiceTd,
        minTcbEvaluationDataNumber,
        requireSameEvaluationNumber,
        mrEnclave,
        minIsvSvn,
        configId,
        minConfigSvn,
        demands);
  }

  /// This, with service TDs allowed or not.
  public DcapPolicy allowingServiceTd(boolean allowed) {
    return new DcapPolicy(
        allowDebug,
        allowMigration,
        allowed,
        minTcbEvaluationDataNumber,
        requireSameEvaluationNumber,
        mrEnclave,
        minIsvSvn,
        configId,
        minConfigSvn,
        demands);
  }

  /// This, with other demands.
  public DcapPolicy demanding(DcapDemands other) {
    return new DcapPolicy(
        allowDebug,
        allowMigration,
        allowServiceTd,
        minTcbEvaluationDataNumber,
        requireSameEvaluationNumber,
        mrEnclave,
        minIsvSvn,
        configId,
        minConfigSvn,
        other);
  }

  private DcapPolicy requiringEvaluation(long minimum, boolean same) {
    return new DcapPolicy(
        allowDebug,
        allowMigration,
        allowServiceTd,
        minimum,
        same,
        mrEnclave,
        minIsvSvn,
        configId,
        minConfigSvn,
        demands);
  }

  private DcapPolicy requiringEnclave(Optional<Bytes> enclave, int svn) {
    return new DcapPolicy(
        allowDebug,
        allowMigration,
        allowServiceTd,
        minTcbEvaluationDataNumber,
        requireSameEvaluationNumber,
        enclave,
        svn,
        configId,
        minConfigSvn,
        demands);
  }

  private DcapPolicy requiringConfiguration(Optional<Bytes> id, int svn) {
    return new DcapPolicy(
        allowDebug,
        allowMigration,
        allowServiceTd,
        minTcbEvaluationDataNumber,
        requireSameEvaluationNumber,
        mrEnclave,
        minIsvSvn,
        id,
        svn,
        demands);
  }
}
