package io.vouchsafe.evidence.google;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.DerReader;
import io.vouchsafe.encoding.DerTag;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Json;
import java.math.BigInteger;
import java.util.Collections;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/// Which virtual machine the key of a virtual TPM belongs to: the extension
/// 1.3.6.1.4.1.11129.2.1.21 of its certificate (specs/evidence-x86 §8.3).
///
/// @param zone for example `us-central1-a`
/// @param projectNumber of the project
/// @param projectId name of the project
/// @param instanceId of the machine, as unsigned 64 bits
/// @param instanceName of the machine
/// @param securityProperties DER by tag; none if there are none
public record InstanceInfo(
    String zone,
    BigInteger projectNumber,
    String projectId,
    BigInteger instanceId,
    String instanceName,
    SortedMap<Integer, Bytes> securityProperties) {

  static final String EXTENSION = "1.3.6.1.4.1.11129.2.1.21";

  private static final int LAST_PROPERTY = 5;
  private static final int PRODUCTION = 1;

  /// Reads the value of the extension.
  public static InstanceInfo parse(Bytes extension) throws FormatException {
    DerReader in = DerReader.of(extension).onlySequence();
    String zone = in.text("zone");
    BigInteger projectNumber = unsigned(in, "projectNumber");
    String projectId = in.text("projectId");
    BigInteger instanceId = unsigned(in, "instanceId");
    String instanceName = in.text("instanceName");
    Optional<DerReader> wrapped = in.hasMore() ? in.optional(0) : Optional.empty();
    in.end();
    return new InstanceInfo(
        zone,
        projectNumber,
        projectId,
        instanceId,
        instanceName,
        wrapped.isEmpty() ? new TreeMap<>() : properties(wrapped.get()));
  }

  private static BigInteger unsigned(DerReader in, String field) throws FormatException {
    BigInteger value = in.integer(field);
    if (value.signum() < 0 || value.bitLength() > Long.SIZE) {
      throw FormatException.unexpected(field + " of 64 bits", value.toString());
    }
    return value;
  }

  private static SortedMap<Integer, Bytes> properties(DerReader wrapped) throws FormatException {
    DerReader in = wrapped.sequence("securityProperties");
    wrapped.end();
    SortedMap<Integer, Bytes> properties = new TreeMap<>();
    for (int tag = 0; tag <= LAST_PROPERTY && in.hasMore(); tag++) {
      Optional<DerReader> property = in.optional(tag);
      if (property.isPresent()) {
        properties.put(tag, property.get().element("security property"));
        property.get().end();
      }
    }
    in.end();
    return Collections.unmodifiableSortedMap(properties);
  }

  /// Whether the virtual machine is one of production; empty if the certificate does not say.
  public Optional<Boolean> production() {
    return Optional.ofNullable(securityProperties.get(PRODUCTION)).flatMap(InstanceInfo::bool);
  }

  private static Optional<Boolean> bool(Bytes der) {
    try {
      DerReader in = DerReader.of(der);
      return in.nextIs(DerTag.BOOLEAN) ? Optional.of(in.bool("property")) : Optional.empty();
    } catch (FormatException _) {
      return Optional.empty();
    }
  }

  Json claims() {
    return Json.object()
        .put("zone", zone)
        .put("project_number", projectNumber.toString())
        .put("project_id", projectId)
        .put("instance_id", instanceId.toString())
        .put("instance_name", instanceName)
        .putIf("production", production().map(Json::of))
        .build();
  }
}
