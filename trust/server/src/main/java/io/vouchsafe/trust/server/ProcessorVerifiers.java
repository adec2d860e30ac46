package io.vouchsafe.trust.server;

import io.vouchsafe.evidence.Verifier;
import io.vouchsafe.evidence.azure.AzureSnpVerifier;
import io.vouchsafe.evidence.azure.AzureTdxVerifier;
import io.vouchsafe.evidence.dcap.DcapVerifier;
import io.vouchsafe.evidence.dcap.TeeKind;
import io.vouchsafe.evidence.snp.SnpEndorsementSource;
import io.vouchsafe.evidence.snp.SnpEndorsements;
import io.vouchsafe.evidence.snp.SnpPolicy;
import io.vouchsafe.evidence.snp.SnpVerifier;
import java.util.List;

/// Makes the verifiers of evidence that a processor signed. One set serves all tenants and
/// requests: they remember the endorsements that they verified.
final class ProcessorVerifiers {
  private final ProcessorRoots roots;
  private final SnpEndorsementSource endorsements;
  private final EvidenceOptions options;

  private ProcessorVerifiers(
      ProcessorRoots roots, SnpEndorsementSource endorsements, EvidenceOptions options) {
    this.roots = roots;
    this.endorsements = endorsements;
    this.options = options;
  }

  /// The verifiers that `options` ask for.
  ///
  /// @throws TrustServerException if a root that the operator names cannot be read
  static List<Verifier> of(EvidenceOptions options) throws TrustServerException {
    ProcessorRoots roots = ProcessorRoots.read(options.amdRoots(), options.intelRoots());
    SnpEndorsements own = new SnpEndorsements(List.of(), roots.authorities(), List.of());
    SnpEndorsementSource given = options.endorsements();
    // What came from elsewhere stands first; the operator's file completes it.
    SnpEndorsementSource source = report -> given.of(report).and(own);
    return new ProcessorVerifiers(roots, source, options)
        .all().stream().map(options.waiting()).toList();
  }

  private List<Verifier> all() {
    return List.of(
        snp(),
        dcap(TeeKind.TDX),
        dcap(TeeKind.SGX),
        new AzureSnpVerifier(
            roots.amd(),
            snp(EvidencePolicies.AZURE_SNP),
            options.policies().azure(EvidencePolicies.AZURE_SNP),
            endorsements),
        new AzureTdxVerifier(
            roots.intel(),
            options.policies().dcap(EvidencePolicies.AZURE_TDX),
            options.policies().azure(EvidencePolicies.AZURE_TDX),
            options.collateral()));
  }

  private SnpVerifier snp() {
    SnpVerifier verifier = new SnpVerifier(roots.amd(), snp(EvidencePolicies.SNP), endorsements);
    return options
        .policies()
        .migrationAgent(options.demandRevocationLists())
        .map(verifier::withMigrationAgents)
        .orElse(verifier);
  }

  private SnpPolicy snp(String kind) {
    return options.policies().snp(kind, options.demandRevocationLists());
  }

  private DcapVerifier dcap(TeeKind tee) {
    return new DcapVerifier(
        tee, roots.intel(), options.policies().dcap(tee.tee()), options.collateral());
  }
}
