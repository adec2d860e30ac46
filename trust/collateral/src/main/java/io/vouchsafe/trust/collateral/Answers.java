package io.vouchsafe.trust.collateral;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Pem;
import io.vouchsafe.evidence.dcap.Collateral;
import io.vouchsafe.evidence.dcap.CollateralSource.Platform;
import io.vouchsafe.evidence.snp.SnpEndorsements;
import io.vouchsafe.evidence.snp.SnpProduct;
import io.vouchsafe.evidence.snp.SnpReport;
import io.vouchsafe.evidence.snp.SnpTcb;
import io.vouchsafe.trust.collateral.CollateralKey.Enclave;
import io.vouchsafe.trust.collateral.CollateralKey.KeyKind;
import io.vouchsafe.trust.collateral.CollateralKey.Update;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Puts what verifiers ask for together from single documents. What it returns is as untrusted as
/// the documents: verifiers verify it with the evidence.
final class Answers {
  private final Lookup lookup;
  private final Update update;

  /// Finds a document.
  @FunctionalInterface
  interface Lookup {
    Optional<CollateralDocument> find(CollateralKey key);
  }

  /// @param update which TCB recovery counts
  Answers(Lookup lookup, Update update) {
    this.lookup = lookup;
    this.update = update;
  }

  /// Everything that a quote of such a platform needs.
  static List<CollateralKey> wanted(Platform platform, Update update) {
    return List.of(
        new CollateralKey.TcbInfo(platform.tee(), platform.fmspc(), update),
        new CollateralKey.Identity(Enclave.of(platform.tee()), update),
        new CollateralKey.RootList(),
        new CollateralKey.PckList(platform.platformCa()));
  }

  /// Everything that a report may need; the chip's key first.
  static List<CollateralKey> wanted(SnpReport report) {
    List<CollateralKey> keys = new ArrayList<>();
    KeyKind kind = kind(report);
    for (SnpProduct product : SnpProduct.of(report)) {
      chipKey(report, product).ifPresent(keys::add);
      keys.add(new CollateralKey.AmdChain(kind, product.line()));
      keys.add(new CollateralKey.AmdList(product.line()));
    }
    return keys;
  }

  private static KeyKind kind(SnpReport report) {
    return report.keyInfo().signer() == SnpReport.Signer.VLEK ? KeyKind.VLEK : KeyKind.VCEK;
  }

  private static Optional<CollateralKey> chipKey(SnpReport report, SnpProduct product) {
    if (report.keyInfo().signer() != SnpReport.Signer.VCEK || report.chipIdMasked()) {
      return Optional.empty();
    }
    try {
      return Optional.of(
          new CollateralKey.ChipKey(
              product,
              report.chipId().slice(0, product.chipIdSize()),
              SnpTcb.of(report.reportedTcb(), product.layout())));
    } catch (FormatException _) {
      // No chip of this line makes such a report: the verifier says so.
      return Optional.empty();
    }
  }

  Optional<Collateral> collateral(Platform platform) {
    Optional<CollateralDocument> info =
        lookup.find(new CollateralKey.TcbInfo(platform.tee(), platform.fmspc(), update));
    Optional<CollateralDocument> identity =
        lookup.find(new CollateralKey.Identity(Enclave.of(platform.tee()), update));
    Optional<CollateralDocument> root = lookup.find(new CollateralKey.RootList());
    Optional<CollateralDocument> pck =
        lookup.find(new CollateralKey.PckList(platform.platformCa()));
    if (info.isEmpty() || identity.isEmpty() || root.isEmpty() || pck.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        new Collateral(
            info.get().body(),
            identity.get().body(),
            info.get().issuers(),
            root.get().body(),
            pck.get().body(),
            Optional.empty()));
  }

  SnpEndorsements endorsements(SnpReport report) {
    List<Bytes> leaves = new ArrayList<>();
    List<Bytes> authorities = new ArrayList<>();
    List<Bytes> lists = new ArrayList<>();
    for (SnpProduct product : SnpProduct.of(report)) {
      chipKey(report, product)
          .flatMap(lookup::find)
          .ifPresent(document -> {
            leaves.add(document.body());
            authorities.addAll(certificates(document.issuers()));
          });
      lookup
          .find(new CollateralKey.AmdChain(kind(report), product.line()))
          .ifPresent(document -> authorities.addAll(certificates(document.body())));
      lookup
          .find(new CollateralKey.AmdList(product.line()))
          .ifPresent(document -> lists.add(document.body()));
    }
    return new SnpEndorsements(leaves, authorities.stream().distinct().toList(), lists);
  }

  /// The certificates of a PEM text, none if it is not one: then the verifier misses them.
  static List<Bytes> certificates(Bytes pem) {
    try {
      return pem.isEmpty() ? List.of() : Pem.parse(pem, "CERTIFICATE");
    } catch (FormatException _) {
      return List.of();
    }
  }
}
