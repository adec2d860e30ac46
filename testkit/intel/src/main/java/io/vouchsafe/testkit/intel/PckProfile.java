package io.vouchsafe.testkit.intel;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.DerTag;
import io.vouchsafe.encoding.DerWriter;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// What a PCK certificate says: its validity and the members of its SGX extension. Immutable.
///
/// @param authority which of the two issues it
/// @param from start of its validity
/// @param to end of its validity
/// @param components the 16 security versions
/// @param pceSvn security version of the provisioning enclave
/// @param members members of the SGX extension by the last arcs of their names, as DER; those of
///   the TCB (`2.1` to `2.18`) and the configuration (`7.1` to `7.3`) with their second arc
public record PckProfile(
    Authority authority,
    Instant from,
    Instant to,
    List<Integer> components,
    int pceSvn,
    Map<String, Bytes> members) {
  /// Length of an FMSPC in bytes.
  public static final int FMSPC_SIZE = 6;

  private static final String PREFIX = "1.2.840.113741.1.13.1.";
  private static final int COMPONENTS = 16;
  private static final Bytes FMSPC = Bytes.of((byte) 0x90, (byte) 0xc0, (byte) 0x6f);

  /// A server with several packages, every component at security version 5, PCESVN 13.
  public static final PckProfile SERVER = base(Authority.PLATFORM);

  /// A machine of one package, every component at security version 5, PCESVN 13.
  public static final PckProfile CLIENT = base(Authority.PROCESSOR).without("6").without("7");

  /// The two authorities that issue PCK certificates.
  public enum Authority {
    /// For servers with several packages.
    PLATFORM("Intel SGX PCK Platform CA"),
    /// For machines of one package.
    PROCESSOR("Intel SGX PCK Processor CA");

    private final String commonName;

    Authority(String commonName) {
      this.commonName = commonName;
    }

    String commonName() {
      return commonName;
    }
  }

  public PckProfile {
    components = List.copyOf(components);
    members = Collections.unmodifiableMap(new LinkedHashMap<>(members));
  }

  private static PckProfile base(Authority authority) {
    Map<String, Bytes> members = new LinkedHashMap<>();
    members.put("1", DerWriter.octetString(Bytes.utf8("simulated-ppid--")));
    members.put("2", Bytes.EMPTY);
    members.put("3", DerWriter.octetString(Bytes.zeros(2)));
    members.put("4", DerWriter.octetString(FMSPC.fit(FMSPC_SIZE)));
    members.put("5", DerWriter.element(DerTag.ENUMERATED, Bytes.of((byte) 1)));
    members.put("6", DerWriter.octetString(Bytes.utf8("simulated-server")));
    members.put("7", Bytes.EMPTY);
    members.put("7.1", DerWriter.bool(true));
    members.put("7.2", DerWriter.bool(true));
    members.put("7.3", DerWriter.bool(false));
    return new PckProfile(
            authority,
            SimulatedIntel.FROM,
            SimulatedIntel.TO,
            Collections.nCopies(COMPONENTS, 0),
            0,
            members)
        .withLevel(Collections.nCopies(COMPONENTS, 5), 13);
  }

  /// This, at other security versions.
  ///
  /// @param components 16 of them, 0 to 255
  public PckProfile withLevel(List<Integer> components, int pceSvn) {
    Map<String, Bytes> all = new LinkedHashMap<>(members);
    byte[] cpuSvn = new byte[COMPONENTS];
    for (int i = 0; i < COMPONENTS; i++) {
      all.put("2." + (i + 1), DerWriter.integer(components.get(i)));
      cpuSvn[i] = components.get(i).byteValue();
    }
    all.put("2.17", DerWriter.integer(pceSvn));
    all.put("2.18", DerWriter.octetString(Bytes.of(cpuSvn)));
    return new PckProfile(authority, from, to, components, pceSvn, all);
  }

  /// This, valid at another time.
  public PckProfile valid(Instant since, Instant until) {
    return new PckProfile(authority, since, until, components, pceSvn, members);
  }

  /// This, with another FMSPC.
  public PckProfile withFmspc(Bytes fmspc) {
    return with("4", DerWriter.octetString(fmspc));
  }

  /// This, with a member of the SGX extension as given.
  ///
  /// @param arcs `4` for the FMSPC, `2.17` for the PCESVN, …
  /// @param der the member's value
  public PckProfile with(String arcs, Bytes der) {
    Map<String, Bytes> all = new LinkedHashMap<>(members);
    all.put(arcs, der);
    return new PckProfile(authority, from, to, components, pceSvn, all);
  }

  /// This, without a member of the SGX extension.
  public PckProfile without(String arcs) {
    Map<String, Bytes> all = new LinkedHashMap<>(members);
    all.keySet().removeIf(name -> name.equals(arcs) || name.startsWith(arcs + "."));
    return new PckProfile(authority, from, to, components, pceSvn, all);
  }

  /// This, without an SGX extension.
  public PckProfile withoutExtension() {
    return new PckProfile(authority, from, to, components, pceSvn, Map.of());
  }

  /// The 6 bytes of the FMSPC, if there is one.
  public Bytes fmspc() {
    return content("4", FMSPC_SIZE);
  }

  /// The 2 bytes of the PCEID, if there is one.
  public Bytes pceId() {
    return content("3", 2);
  }

  private Bytes content(String arcs, int size) {
    Bytes der = members.getOrDefault(arcs, Bytes.EMPTY);
    return der.size() < size ? Bytes.EMPTY : der.slice(der.size() - size, der.size());
  }

  /// Content of the SGX extension.
  Bytes extension() {
    List<Bytes> all = new ArrayList<>();
    members.forEach((arcs, value) -> {
      if (!arcs.contains(".")) {
        boolean nested = value.isEmpty();
        all.add(member(arcs, nested ? DerWriter.sequence(below(arcs)) : value));
      }
    });
    return DerWriter.sequence(all.toArray(Bytes[]::new));
  }

  private Bytes[] below(String arcs) {
    return members.entrySet().stream()
        .filter(member -> member.getKey().startsWith(arcs + "."))
        .map(member -> member(member.getKey(), member.getValue()))
        .toArray(Bytes[]::new);
  }

  private static Bytes member(String arcs, Bytes value) {
    return DerWriter.sequence(DerWriter.oid(PREFIX + arcs), value);
  }
}
