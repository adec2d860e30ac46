package io.vouchsafe.trust.server;

import io.vouchsafe.evidence.Verifier;
import io.vouchsafe.evidence.dcap.CollateralSource;
import io.vouchsafe.evidence.snp.SnpEndorsementSource;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.UnaryOperator;

/// What evidence of processors is verified with, beside the vendors' roots that are built in.
///
/// @param amdRoots PEM files with roots (ARK) that the operator trusts like AMD's; intermediates
///   (ASK, ASVK) in them are used for guests that send only their own certificate
/// @param intelRoots PEM files with roots that the operator trusts like Intel's
/// @param endorsements what the operator holds of AMD's endorsements; only answers from what it has
/// @param collateral what the operator holds of Intel's collateral; only answers from what it has
/// @param demandRevocationLists whether SNP evidence is refused as long as AMD's list is not at
///   hand
/// @param waiting makes each verifier wait for what its source is about to get
/// @param policies what the operator asks of evidence, and what is let through
public record EvidenceOptions(
    List<Path> amdRoots,
    List<Path> intelRoots,
    SnpEndorsementSource endorsements,
    CollateralSource collateral,
    boolean demandRevocationLists,
    UnaryOperator<Verifier> waiting,
    EvidencePolicies policies) {
  /// The vendors' roots and nothing at hand: SNP guests must send their whole chain, and evidence
  /// of Intel's processors is refused for want of collateral.
  public static final EvidenceOptions NONE =
      new EvidenceOptions(
          List.of(),
          List.of(),
          SnpEndorsementSource.NONE,
          _ -> Optional.empty(),
          false,
          UnaryOperator.identity(),
          EvidencePolicies.STRICT);

  public EvidenceOptions {
    amdRoots = List.copyOf(amdRoots);
    intelRoots = List.copyOf(intelRoots);
    Objects.requireNonNull(endorsements, "endorsements");
    Objects.requireNonNull(collateral, "collateral");
    Objects.requireNonNull(waiting, "waiting");
    Objects.requireNonNull(policies, "policies");
  }

  /// This, with roots that the operator names. What leads to them bears the anchor `operator-named`
  /// in every token.
  public EvidenceOptions withRoots(List<Path> amd, List<Path> intel) {
    return new EvidenceOptions(
        amd, intel, endorsements, collateral, demandRevocationLists, waiting, policies);
  }

  /// This, with sources of endorsements and collateral. They are not closed with the server.
  public EvidenceOptions withSources(SnpEndorsementSource amd, CollateralSource intel) {
    return new EvidenceOptions(
        amdRoots, intelRoots, amd, intel, demandRevocationLists, waiting, policies);
  }

  /// This, with sources that can be waited for and have revocation lists, so that evidence which
  /// they have none for is refused.
  ///
  /// @param wait makes a verifier wait
  public EvidenceOptions withService(
      SnpEndorsementSource amd, CollateralSource intel, UnaryOperator<Verifier> wait) {
    return new EvidenceOptions(amdRoots, intelRoots, amd, intel, true, wait, policies);
  }

  /// This, with policies for kinds of evidence.
  public EvidenceOptions withPolicies(EvidencePolicies other) {
    return new EvidenceOptions(
        amdRoots, intelRoots, endorsements, collateral, demandRevocationLists, waiting, other);
  }
}
