package io.vouchsafe.evidence.sev;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.evidence.Anchor;
import io.vouchsafe.verdict.Checklist;
import io.vouchsafe.verdict.Code;
import io.vouchsafe.verdict.RefusedException;
import java.util.Objects;
import java.util.Optional;

/// A platform whose key for the exchange leads to a pinned root (specs/evidence-x86 §3.1). Only
/// [#verify] makes it.
public final class SevPlatform {
  private final SevCertificate exchangeKey;
  private final SevCertificate chip;
  private final SevCertificate owner;
  private final Anchor anchor;

  private SevPlatform(
      SevCertificate exchangeKey, SevCertificate chip, SevCertificate owner, Anchor anchor) {
    this.exchangeKey = exchangeKey;
    this.chip = chip;
    this.owner = owner;
    this.anchor = anchor;
  }

  /// The files that a platform and AMD hand out, untrusted.
  ///
  /// @param ark AMD's root
  /// @param ask AMD's intermediate
  /// @param cek the chip
  /// @param oca the platform's owner
  /// @param pek the platform
  /// @param pdh the key exchange
  public record Certificates(Bytes ark, Bytes ask, Bytes cek, Bytes oca, Bytes pek, Bytes pdh) {
    public Certificates {
      Objects.requireNonNull(ark, "ark");
      Objects.requireNonNull(ask, "ask");
      Objects.requireNonNull(cek, "cek");
      Objects.requireNonNull(oca, "oca");
      Objects.requireNonNull(pek, "pek");
      Objects.requireNonNull(pdh, "pdh");
    }
  }

  /// Verifies AMD's two authorities.
  ///
  /// @return what the root is
  /// @throws RefusedException with every check up to the one that failed
  public static Anchor verifyAuthorities(
      SevCaCertificate ark, SevCaCertificate ask, SevRoots roots, Checklist checks)
      throws RefusedException {
    Anchor anchor = verifyRoot(ark, roots, checks);
    checks.require(
        SevCheck.AUTHORITY,
        ask.usage() == SevUsage.ASK
            && ask.certifyingId().equals(ark.keyId())
            && ask.signature().size() == ark.signature().size()
            && SevSignatures.verifies(ark, ark.hash(), ask.signed(), ask.signature()),
        Code.CHAIN_INVALID,
        "an intermediate that root " + ark.keyId() + " signed",
        "key " + ask.keyId() + ", certified by " + ask.certifyingId());
    return anchor;
  }

  /// Verifies a root.
  ///
  /// @return what it is
  public static Anchor verifyRoot(SevCaCertificate ark, SevRoots roots, Checklist checks)
      throws RefusedException {
    Optional<SevRoots.Root> pinned = roots.root(ark);
    boolean root =
        pinned.isPresent()
            && ark.usage() == SevUsage.ARK
            && ark.certifyingId().equals(ark.keyId())
            && SevSignatures.verifies(ark, ark.hash(), ark.signed(), ark.signature());
    checks.require(
        SevCheck.ROOT,
        root,
        Code.CHAIN_INVALID,
        "a root of one of " + roots.products() + ", signed by itself",
        "a root with SHA-256 "
            + SevRoots.fingerprint(ark)
            + pinned.map(known -> ", " + known.product()).orElse(""));
    return pinned.orElseThrow().anchor();
  }

  /// Verifies the chain from AMD's root to the key of the exchange, whoever owns the platform.
  public static SevPlatform verify(Certificates certificates, SevRoots roots, Checklist checks)
      throws RefusedException {
    return verify(certificates, roots, Optional.empty(), checks);
  }

  /// Verifies the chain from AMD's root to the key of the exchange.
  ///
  /// @param ownerKey the owner's certificate, to be compared whole; empty where it does not matter
  /// @throws RefusedException with every check up to the one that failed
  public static SevPlatform verify(
      Certificates certificates, SevRoots roots, Optional<Bytes> ownerKey, Checklist checks)
      throws RefusedException {
    SevCaCertificate ark;
    SevCaCertificate ask;
    SevCertificate cek;
    SevCertificate oca;
    SevCertificate pek;
    SevCertificate pdh;
    try {
      ark = SevCaCertificate.parse(certificates.ark());
      ask = SevCaCertificate.parse(certificates.ask());
      cek = SevCertificate.parse(certificates.cek());
      oca = SevCertificate.parse(certificates.oca());
      pek = SevCertificate.parse(certificates.pek());
      pdh = SevCertificate.parse(certificates.pdh());
    } catch (FormatException e) {
      throw checks.refuse(SevCheck.CERTIFICATE_FORMAT, e.code(), e.expected(), e.found());
    }
    checks.pass(SevCheck.CERTIFICATE_FORMAT, "six certificates", "six certificates");
    Anchor anchor = verifyAuthorities(ark, ask, roots, checks);
    checks.require(
        SevCheck.CHIP,
        cek.usage() == SevUsage.CEK && signed(ask, cek),
        Code.CHAIN_INVALID,
        "a chip's key that " + ask.keyId() + " signed",
        cek.usage() + "");
    boolean named = ownerKey.isEmpty() || ownerKey.get().equals(certificates.oca());
    checks.require(
        SevCheck.OWNER,
        named && oca.usage() == SevUsage.OCA && signed(oca, oca),
        Code.CHAIN_INVALID,
        ownerKey.isEmpty() ? "an owner, signed by itself" : "the owner that is named",
        oca.usage() + (named ? "" : " of another owner"));
    checks.require(
        SevCheck.PLATFORM,
        pek.usage() == SevUsage.PEK && signed(cek, pek) && signed(oca, pek),
        Code.CHAIN_INVALID,
        "a platform's key that chip and owner signed",
        pek.usage() + " with signatures " + signers(pek));
    checks.require(
        SevCheck.EXCHANGE_KEY,
        pdh.usage() == SevUsage.PDH && pdh.algorithm().isExchange() && signed(pek, pdh),
        Code.CHAIN_INVALID,
        "a key for the exchange that the platform signed",
        pdh.usage() + " with signatures " + signers(pdh));
    return new SevPlatform(pdh, cek, oca, anchor);
  }

  private static String signers(SevCertificate certificate) {
    return certificate.signatures().stream().map(SevCertificate.Signature::signer).toList() + "";
  }

  private static boolean signed(SevCaCertificate signer, SevCertificate certificate) {
    return certificate.signatures().stream()
        .anyMatch(signature ->
            signature.signer() == SevUsage.ASK
                && SevSignatures.verifies(signer, certificate, signature));
  }

  private static boolean signed(SevCertificate signer, SevCertificate certificate) {
    return certificate.signatures().stream()
        .anyMatch(signature ->
            signature.signer() == signer.usage()
                && SevSignatures.verifies(signer, certificate, signature));
  }

  /// The key for the exchange.
  public SevCertificate exchangeKey() {
    return exchangeKey;
  }

  /// The chip's certificate.
  public SevCertificate chip() {
    return chip;
  }

  /// The owner's certificate.
  public SevCertificate owner() {
    return owner;
  }

  /// What the root is.
  public Anchor anchor() {
    return anchor;
  }
}
