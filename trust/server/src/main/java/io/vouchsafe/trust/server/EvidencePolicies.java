package io.vouchsafe.trust.server;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.evidence.azure.AzurePolicy;
import io.vouchsafe.evidence.dcap.DcapPolicy;
import io.vouchsafe.evidence.dcap.TeeKind;
import io.vouchsafe.evidence.snp.SnpPolicy;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/// What the operator asks of evidence of processors and what is let through, by kind
/// (specs/evidence-x86 §0.3): the files that `verify --policy` takes. Nothing is let through unless
/// a policy says so, and what was is named in the claims of the guest. Immutable.
public final class EvidencePolicies {
  static final String SNP = "snp";
  static final String AZURE_SNP = "az-snp-vtpm";
  static final String AZURE_TDX = "az-tdx-vtpm";

  /// No kind has a policy.
  public static final EvidencePolicies STRICT = new EvidencePolicies(Map.of());

  /// The kinds that can have one.
  public static final Set<String> KINDS =
      Set.of(SNP, AZURE_SNP, TeeKind.TDX.tee(), TeeKind.SGX.tee(), AZURE_TDX);

  /// Members of policies that name what one piece of evidence must have bound.
  private static final Set<String> BOUND = Set.of("reportData", "initDataHash");

  private static final String LISTS = "requireRevocationList";
  private static final String VMPL = "requireVmpl";
  private static final String USER_DATA = "userData";
  private static final String MIGRATION_AGENT = "migrationAgent";
  private static final int GUEST_VMPL = 0;

  private final Map<String, Json.Obj> policies;

  private EvidencePolicies(Map<String, Json.Obj> policies) {
    this.policies = Map.copyOf(policies);
  }

  /// These, with a policy for a kind; it replaces that which the kind had.
  ///
  /// @param kind one of [#KINDS]
  /// @param policy its members
  /// @throws FormatException if a member is unknown to this kind, of another type, or names what
  ///   each guest's request says
  public EvidencePolicies with(String kind, Json.Obj policy) throws FormatException {
    if (!KINDS.contains(kind)) {
      throw FormatException.unexpected("one of " + KINDS.stream().sorted().toList(), kind);
    }
    for (String name : policy.members().keySet()) {
      if (BOUND.contains(name)) {
        throw FormatException.unexpected(
            "a policy for many guests, each with its own " + name, name);
      }
    }
    Map<String, Json.Obj> all = new TreeMap<>(policies);
    all.put(kind, policy);
    EvidencePolicies made = new EvidencePolicies(all);
    made.check(kind);
    return made;
  }

  private void check(String kind) throws FormatException {
    if (isSnp(kind)) {
      readSnp(kind);
      readAgent(kind);
    } else {
      readDcap(kind);
    }
    readAzure(kind);
  }

  private static boolean isSnp(String kind) {
    return kind.equals(SNP) || kind.equals(AZURE_SNP);
  }

  private Json.Obj of(String kind) {
    return policies.getOrDefault(kind, Json.object().build());
  }

  /// @param listsDemanded what counts if the policy says nothing about revocation lists
  SnpPolicy snp(String kind, boolean listsDemanded) {
    try {
      return strict(readSnp(kind), of(kind), listsDemanded);
    } catch (FormatException e) {
      throw new IllegalStateException("read before", e);
    }
  }

  private static SnpPolicy strict(SnpPolicy policy, Json.Obj members, boolean listsDemanded) {
    SnpPolicy strict = policy.requireVmpl().isEmpty() ? policy.withVmpl(GUEST_VMPL) : policy;
    return listsDemanded && members.present(LISTS).isEmpty() ? strict.withRevocationList() : strict;
  }

  private SnpPolicy readSnp(String kind) throws FormatException {
    Json.Obj policy = of(kind).without(USER_DATA);
    return SnpPolicy.of(kind.equals(SNP) ? policy.without(MIGRATION_AGENT) : policy);
  }

  /// What is accepted of the migration agents of SEV-SNP guests; empty if guests that have one are
  /// refused.
  ///
  /// @param listsDemanded what counts if the policy says nothing about revocation lists
  Optional<SnpPolicy> migrationAgent(boolean listsDemanded) {
    try {
      Optional<SnpPolicy> agent = readAgent(SNP);
      return agent.isEmpty()
          ? agent
          : Optional.of(strict(agent.get(), of(SNP).object(MIGRATION_AGENT), listsDemanded));
    } catch (FormatException e) {
      throw new IllegalStateException("read before", e);
    }
  }

  private Optional<SnpPolicy> readAgent(String kind) throws FormatException {
    if (!kind.equals(SNP) || of(kind).present(MIGRATION_AGENT).isEmpty()) {
      return Optional.empty();
    }
    SnpPolicy agent = SnpPolicy.of(of(kind).object(MIGRATION_AGENT));
    if (agent.measurement().isEmpty() || agent.allowMigration() || agent.reportData().isPresent()) {
      throw FormatException.unexpected(
          "the measurement of a migration agent that nobody moves, and not its report data",
          of(kind).object(MIGRATION_AGENT).compact());
    }
    return Optional.of(agent);
  }

  DcapPolicy dcap(String kind) {
    try {
      return readDcap(kind);
    } catch (FormatException e) {
      throw new IllegalStateException("read before", e);
    }
  }

  private DcapPolicy readDcap(String kind) throws FormatException {
    return DcapPolicy.parse(of(kind).without(USER_DATA));
  }

  AzurePolicy azure(String kind) {
    try {
      return readAzure(kind);
    } catch (FormatException e) {
      throw new IllegalStateException("read before", e);
    }
  }

  private AzurePolicy readAzure(String kind) throws FormatException {
    Json.Obj policy = of(kind);
    if (policy.present(USER_DATA).isEmpty()) {
      return AzurePolicy.STRICT;
    }
    if (!kind.equals(AZURE_SNP) && !kind.equals(AZURE_TDX)) {
      throw FormatException.unexpected("a member of a policy for " + kind, USER_DATA);
    }
    return AzurePolicy.STRICT.withUserData(Bytes.fromHex(policy.string(USER_DATA)));
  }

  /// What of the strict policies is given up, for the operator to read: `snp: allowDebug, …`. Empty
  /// if nothing is.
  public List<String> weaknesses() {
    List<String> all = new ArrayList<>();
    new TreeMap<>(policies)
        .forEach((kind, policy) -> {
          List<String> given = new ArrayList<>();
          policy
              .members()
              .forEach((name, value) -> {
                if (isWeakness(name, value)) {
                  given.add(name + (value.equals(Json.TRUE) ? "" : " " + value.compact()));
                }
              });
          if (!given.isEmpty()) {
            all.add(kind + ": " + String.join(", ", given));
          }
        });
    return List.copyOf(all);
  }

  private static boolean isWeakness(String name, Json value) {
    return switch (name) {
      case LISTS -> value.equals(Json.FALSE);
      case VMPL -> !value.equals(Json.of(GUEST_VMPL));
      case "serviceTds", MIGRATION_AGENT -> true;
      default -> name.startsWith("allow") && value.equals(Json.TRUE);
    };
  }
}
