package io.vouchsafe.trust.collateral;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.evidence.GenuineDocument;
import io.vouchsafe.evidence.dcap.DcapDocuments;
import io.vouchsafe.evidence.dcap.TeeKind;
import io.vouchsafe.evidence.snp.SnpDocuments;
import io.vouchsafe.evidence.snp.SnpProduct;
import io.vouchsafe.evidence.snp.SnpReport.Signer;
import io.vouchsafe.trust.collateral.CollateralKey.KeyKind;
import io.vouchsafe.verdict.RefusedException;
import java.time.Instant;

/// Verifies single documents by what their keys say they are. Thread-safe.
public final class DocumentVerifier {
  private final SnpDocuments amd;
  private final DcapDocuments intel;

  public DocumentVerifier(CollateralRoots roots) {
    this.amd = new SnpDocuments(roots.amd());
    this.intel = new DcapDocuments(roots.intel());
  }

  /// Verifies that a document is genuine, in its time and what its key says.
  ///
  /// @throws RefusedException with the failed check of `snp.` or `dcap.`
  public VerifiedDocument verify(CollateralDocument document, Instant at) throws RefusedException {
    return new VerifiedDocument(document, facts(document, at));
  }

  private GenuineDocument facts(CollateralDocument document, Instant at) throws RefusedException {
    Bytes body = document.body();
    Bytes issuers = document.issuers();
    return switch (document.key()) {
      case CollateralKey.AmdChain(KeyKind kind, String line) ->
          amd.authorities(
              Answers.certificates(body),
              kind == KeyKind.VLEK ? Signer.VLEK : Signer.VCEK,
              product(line),
              at);
      case CollateralKey.AmdList(String line) ->
          amd.revocationList(body, Answers.certificates(issuers), product(line), at);
      case CollateralKey.ChipKey(var product, var hardwareId, var tcb) ->
          amd.chipKey(body, Answers.certificates(issuers), product, hardwareId, tcb, at);
      case CollateralKey.TcbInfo(TeeKind tee, Bytes fmspc, _) ->
          intel.tcbInfo(body, issuers, tee, fmspc, at);
      case CollateralKey.Identity(var enclave, _) ->
          intel.enclaveIdentity(body, issuers, enclave.id(), at);
      case CollateralKey.EvaluationNumbers(TeeKind tee) ->
          intel.evaluationNumbers(body, issuers, tee, at);
      case CollateralKey.PckList(boolean platform) -> intel.pckList(body, issuers, platform, at);
      case CollateralKey.RootList() -> intel.rootList(body, at);
    };
  }

  private static SnpProduct product(String line) {
    return SnpProduct.named(line)
        .orElseThrow(() -> new IllegalArgumentException("no line of AMD: " + line));
  }
}
