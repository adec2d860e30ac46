package io.vouchsafe.evidence.snp;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.evidence.GenuineDocument;
import io.vouchsafe.verdict.Checklist;
import io.vouchsafe.verdict.Code;
import io.vouchsafe.verdict.RefusedException;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/// Verifies single documents of AMD's key distribution service, without a report
/// (specs/evidence-x86 §1.6, §1.8): for whoever keeps them, so that nothing that is not genuine, in
/// its time and what was asked for gets into a cache. Thread-safe.
public final class SnpDocuments {
  private final SnpTrust trust;

  /// @param trust which roots count
  public SnpDocuments(SnpTrust trust) {
    this.trust = Objects.requireNonNull(trust, "trust");
  }

  /// Verifies the certificates of a line's root and of its intermediate.
  ///
  /// @param authorities both, in any order, and no others
  /// @param kind of the keys that the intermediate is for: of chips or of providers
  /// @param product the line
  public GenuineDocument authorities(
      List<Bytes> authorities, SnpReport.Signer kind, SnpProduct product, Instant at)
      throws RefusedException {
    Checklist checks = new Checklist();
    EndorsementChain.Authorities pair =
        EndorsementChain.authorities(kind, product, authorities, trust, checks);
    List<AmdCertificate> certificates =
        List.of(pair.intermediate().certificate(), pair.root().certificate());
    EndorsementChain.validity(certificates, at, checks);
    return new GenuineDocument(
        "authorities of %s for %ss".formatted(product.line(), kind),
        certificates.getFirst().notBefore(),
        end(certificates),
        0,
        pair.anchor());
  }

  /// Verifies the certificate of a chip's key.
  ///
  /// @param leaf the certificate, DER or PEM
  /// @param authorities of the line
  /// @param product the line that it must be for
  /// @param hardwareId of the chip that it must be for
  /// @param tcb that the key must have been derived from
  public GenuineDocument chipKey(
      Bytes leaf,
      List<Bytes> authorities,
      SnpProduct product,
      Bytes hardwareId,
      SnpTcb tcb,
      Instant at)
      throws RefusedException {
    Checklist checks = new Checklist();
    EndorsementChain chain =
        EndorsementChain.establish(
            SnpReport.Signer.VCEK,
            new SnpEndorsements(List.of(leaf), authorities, List.of()),
            trust,
            checks);
    chain.judgeTimes(at, checks);
    Vek vek = chain.vek();
    checks.require(
        SnpCheck.PRODUCT,
        chain.product().line().equals(product.line()) && vek.line().equals(product.line()),
        Code.PRODUCT_MISMATCH,
        product.line(),
        vek.productName());
    checks.require(
        SnpCheck.CHIP,
        vek.hardwareId().equals(Optional.of(hardwareId)),
        Code.CHIP_MISMATCH,
        hardwareId.hex(),
        vek.hardwareId().map(Bytes::hex).orElse("none"));
    checks.require(
        SnpCheck.REPORTED_TCB,
        vek.tcb().equals(tcb),
        Code.TCB_MISMATCH,
        tcb.toString(),
        vek.tcb().toString());
    List<AmdCertificate> certificates = chain.certificates();
    return new GenuineDocument(
        "key of a chip of " + vek.productName(),
        certificates.getFirst().notBefore(),
        end(certificates),
        0,
        chain.anchor());
  }

  /// Whose key a certificate is for.
  ///
  /// @param product line of the chip
  /// @param hardwareId of the chip
  /// @param tcb that the key was derived from
  public record Chip(SnpProduct product, Bytes hardwareId, SnpTcb tcb) {}

  /// Whose key a genuine certificate of a chip is for.
  ///
  /// @param leaf the certificate, DER or PEM
  /// @param authorities of its line
  public Chip chip(Bytes leaf, List<Bytes> authorities, Instant at) throws RefusedException {
    Checklist checks = new Checklist();
    EndorsementChain chain =
        EndorsementChain.establish(
            SnpReport.Signer.VCEK,
            new SnpEndorsements(List.of(leaf), authorities, List.of()),
            trust,
            checks);
    chain.judgeTimes(at, checks);
    // The kind of certificate was established: it names a chip.
    return new Chip(chain.product(), chain.vek().hardwareId().orElseThrow(), chain.vek().tcb());
  }

  /// Verifies the revocation list of a line's root.
  ///
  /// @param authorities of the line, of either kind
  public GenuineDocument revocationList(
      Bytes der, List<Bytes> authorities, SnpProduct product, Instant at) throws RefusedException {
    Checklist checks = new Checklist();
    EndorsementChain.Authorities pair =
        EndorsementChain.authorities(SnpReport.Signer.VCEK, product, authorities, trust, checks);
    AmdRevocationList list = EndorsementChain.read(der, checks);
    AmdName issuer = pair.root().subject();
    checks.require(
        SnpCheck.REVOCATION,
        list.issuer().equals(issuer),
        Code.COLLATERAL_MISMATCH,
        "a revocation list of " + issuer.common(),
        "one of " + list.issuer().common());
    EndorsementChain.requireGenuine(pair.root(), list, at, checks);
    EndorsementChain.requireInTime(pair.root(), list, at, checks);
    Instant end = end(List.of(pair.root().certificate()));
    return new GenuineDocument(
        "revocation list of " + issuer.common(),
        list.thisUpdate(),
        end.isBefore(list.nextUpdate()) ? end : list.nextUpdate(),
        0,
        pair.anchor());
  }

  private static Instant end(List<AmdCertificate> certificates) {
    return Stream.of(certificates)
        .flatMap(List::stream)
        .map(AmdCertificate::notAfter)
        .min(Instant::compareTo)
        .orElseThrow();
  }
}
