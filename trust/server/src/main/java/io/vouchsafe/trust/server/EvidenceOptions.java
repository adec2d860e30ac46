package io.vouchsafe.trust.server;

import io.vouchsafe.evidence.dcap.CollateralSource;
import io.vouchsafe.evidence.snp.SnpEndorsementSource;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/// What evidence of processors is verified with, beside the vendors' roots that are built in.
///
/// @param amdRoots PEM files with roots (ARK) that the operator trusts like AMD's; intermediates
///   (ASK, ASVK) in them are used for guests that send only their own certificate
/// @param intelRoots PEM files with roots that the operator trusts like Intel's
/// @param endorsements what the operator holds of AMD's endorsements; only answers from what it has
/// @param collateral what the operator holds of Intel's collateral; only answers from what it has
public record EvidenceOptions(
    List<Path> amdRoots,
    List<Path> intelRoots,
    SnpEndorsementSource endorsements,
    CollateralSource collateral) {
  /// The vendors' roots and nothing at hand: SNP guests must send their whole chain, and evidence
  /// of Intel's processors is refused for want of collateral.
  public static final EvidenceOptions NONE =
      new EvidenceOptions(List.of(), List.of(), SnpEndorsementSource.NONE, _ -> Optional.empty());

  public EvidenceOptions {
    amdRoots = List.copyOf(amdRoots);
    intelRoots = List.copyOf(intelRoots);
    Objects.requireNonNull(endorsements, "endorsements");
    Objects.requireNonNull(collateral, "collateral");
  }

  /// This, with roots that the operator names. What leads to them bears the anchor `operator-named`
  /// in every token.
  public EvidenceOptions withRoots(List<Path> amd, List<Path> intel) {
    return new EvidenceOptions(amd, intel, endorsements, collateral);
  }

  /// This, with sources of endorsements and collateral. They are not closed with the server.
  public EvidenceOptions withSources(SnpEndorsementSource amd, CollateralSource intel) {
    return new EvidenceOptions(amdRoots, intelRoots, amd, intel);
  }
}
