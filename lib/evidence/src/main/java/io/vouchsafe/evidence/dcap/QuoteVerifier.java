package io.vouchsafe.evidence.dcap;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.evidence.ExpectedBinding;
import io.vouchsafe.evidence.dcap.IntelCertificate.Role;
import io.vouchsafe.tpm.HashAlg;
import io.vouchsafe.verdict.Checklist;
import io.vouchsafe.verdict.Code;
import io.vouchsafe.verdict.RefusedException;
import java.time.Instant;
import java.util.Optional;
import java.util.TreeSet;

/// Verifies DCAP quotes (specs/evidence-x86 §4.7). The checks are those of [DcapCheck].
/// Thread-safe; worth keeping, because what was verified before costs less: chains, quoting
/// enclaves and collateral are remembered by their bytes, and judged by the time at each use.
///
/// ```java
/// QuoteVerifier verifier = new QuoteVerifier(DcapRoots.intel(), DcapPolicy.STRICT);
/// VerifiedQuote verified = verifier.verify(quote, collateral, binding, clock.instant());
/// TcbStatus status = verified.tcb().orElseThrow().status();
/// ```
public final class QuoteVerifier {
  private static final Bytes INTEL_VENDOR = vendor();
  private static final int CHAIN_DATA = 5;
  private static final int QE_REPORT_DATA = 64;

  private final DcapRoots roots;
  private final DcapPolicy policy;
  private final DcapCache cache = new DcapCache();

  public QuoteVerifier(DcapRoots roots, DcapPolicy policy) {
    this.roots = roots;
    this.policy = policy;
  }

  private static Bytes vendor() {
    try {
      return Bytes.fromHex("939a7233f79c4ca9940a0db3957f0607");
    } catch (FormatException e) {
      throw new IllegalStateException(e);
    }
  }

  /// Verifies `quote` against `collateral`.
  ///
  /// @param binding what it must have bound; report data of no bytes is not compared, which the
  ///   result says
  /// @param at the time that certificates and collateral are judged by
  public VerifiedQuote verify(
      Bytes quote, Collateral collateral, ExpectedBinding binding, Instant at)
      throws RefusedException {
    Checklist checks = new Checklist();
    Quote parsed = parse(quote, checks);
    return verify(parsed, collateral.pckChain(), platform -> Optional.of(collateral))
        .run(binding, at, checks);
  }

  /// Verifies `quote` by itself. It may be genuine and of a platform that is long broken: the
  /// result has no security level.
  public VerifiedQuote verifyWithoutCollateral(Bytes quote, ExpectedBinding binding, Instant at)
      throws RefusedException {
    Checklist checks = new Checklist();
    Quote parsed = parse(quote, checks);
    return verify(parsed, Optional.empty(), platform -> Optional.empty()).run(binding, at, checks);
  }

  /// Verifies a quote that another piece of evidence holds: what it binds is left to the caller,
  /// who has to compare it.
  ///
  /// @param source asked once for the collateral of the platform; without an answer the result has
  ///   no security level
  /// @param at the time that certificates and collateral are judged by
  /// @param checks takes every check
  public VerifiedQuote verify(Bytes quote, CollateralSource source, Instant at, Checklist checks)
      throws RefusedException {
    Quote parsed = parse(quote, checks);
    return verify(parsed, Optional.empty(), source).unbound(at, checks);
  }

  /// Parses a quote as the first of the checks.
  static Quote parse(Bytes quote, Checklist checks) throws RefusedException {
    try {
      Quote parsed = Quote.parse(quote);
      checks.pass(
          DcapCheck.QUOTE_FORMAT,
          "a quote of version 3, 4 or 5",
          "version " + parsed.header().version() + " of " + parsed.header().tee());
      return parsed;
    } catch (FormatException e) {
      Code code = DcapCheck.QUOTE_FORMAT.codeFor(e.code(), Code.MALFORMED);
      throw checks.refuse(DcapCheck.QUOTE_FORMAT, code, e.expected(), e.found());
    }
  }

  /// A verification of a parsed quote that asks `source` for collateral.
  Run verify(Quote quote, Optional<Bytes> pckChain, CollateralSource source) {
    return new Run(quote, pckChain, source);
  }

  /// One verification.
  final class Run {
    private final Quote quote;
    private final Optional<Bytes> pckChain;
    private final CollateralSource source;

    private Run(Quote quote, Optional<Bytes> pckChain, CollateralSource source) {
      this.quote = quote;
      this.pckChain = pckChain;
      this.source = source;
    }

    VerifiedQuote run(ExpectedBinding binding, Instant at, Checklist checks)
        throws RefusedException {
      VerifiedQuote verified = unbound(at, checks);
      bindings(binding, checks);
      return new VerifiedQuote(
          quote, verified.platform(), verified.root(), verified.tcb(), checks.results());
    }

    /// Everything but the bindings.
    VerifiedQuote unbound(Instant at, Checklist checks) throws RefusedException {
      checks.require(
          DcapCheck.QE_VENDOR,
          quote.header().vendorId().equals(INTEL_VENDOR),
          Code.QE_VENDOR,
          INTEL_VENDOR.hex(),
          quote.header().vendorId().hex());
      PckChain chain = PckChain.verify(certificates(checks), roots, cache, at, checks);
      signatures(chain, checks);
      Optional<VerifiedQuote.Tcb> tcb = tcb(chain, at, checks);
      new PolicyChecks(policy, checks).run(quote.body());
      DemandChecks demands = new DemandChecks(policy.demands(), checks);
      demands.platform(chain.platform(), quote.signature().qeReport().isvSvn());
      demands.level(tcb);
      demands.body(quote.body());
      return new VerifiedQuote(quote, chain.platform(), chain.root(), tcb, checks.results());
    }

    private Bytes certificates(Checklist checks) throws RefusedException {
      QuoteSignature signature = quote.signature();
      String expected = "certification data of type 5, or a chain with the collateral";
      if (signature.certificationType() == CHAIN_DATA) {
        checks.pass(DcapCheck.CERTIFICATION_DATA, expected, "type 5");
        return signature.certificationData();
      }
      String found = "type " + signature.certificationType();
      if (pckChain.isEmpty()) {
        throw checks.refuse(
            DcapCheck.CERTIFICATION_DATA, Code.UNSUPPORTED_CERTIFICATION_DATA, expected, found);
      }
      checks.pass(DcapCheck.CERTIFICATION_DATA, expected, found + " and a chain");
      return pckChain.get();
    }

    private void signatures(PckChain chain, Checklist checks) throws RefusedException {
      P256Key key = attestationKey(chain, checks);
      boolean signed = key.signed(quote.signed(), quote.signature().signature());
      checks.require(
          DcapCheck.QUOTE_SIGNATURE,
          signed,
          Code.SIGNATURE_INVALID,
          "a quote that the attestation key signed",
          signatureFound(signed));
    }

    /// The key that the platform vouches for through its quoting enclave. What the platform signed
    /// does not depend on the time: once is enough.
    private P256Key attestationKey(PckChain chain, Checklist checks) throws RefusedException {
      QuoteSignature signature = quote.signature();
      Bytes id = HashAlg.SHA256.digest(chain.id().concat(signature.certified()));
      Optional<P256Key> known = cache.attestationKeys().get(id);
      boolean certified =
          known.isPresent()
              || chain
                  .leaf()
                  .key()
                  .signed(signature.qeReportBytes(), signature.qeReportSignature());
      checks.require(
          DcapCheck.QE_REPORT_SIGNATURE,
          certified,
          Code.QE_REPORT_SIGNATURE_INVALID,
          "a report that the PCK signed",
          signatureFound(certified));
      Bytes bound =
          HashAlg.SHA256
              .digest(signature.attestationKey().concat(signature.authData()))
              .fit(QE_REPORT_DATA);
      checks.require(
          DcapCheck.QE_BINDING,
          signature.qeReport().reportData().equals(bound),
          Code.QE_BINDING_INVALID,
          bound.hex(),
          signature.qeReport().reportData().hex());
      if (known.isPresent()) {
        return known.get();
      }
      try {
        P256Key key = P256Key.of(signature.attestationKey());
        cache.attestationKeys().put(id, key);
        return key;
      } catch (FormatException e) {
        throw checks.refuse(
            DcapCheck.QUOTE_SIGNATURE, Code.SIGNATURE_INVALID, e.expected(), e.found());
      }
    }

    private static String signatureFound(boolean good) {
      return good ? "a signature that verifies" : "a signature that does not verify or another";
    }

    private Optional<VerifiedQuote.Tcb> tcb(PckChain chain, Instant at, Checklist checks)
        throws RefusedException {
      TeeKind tee = quote.header().tee();
      boolean platformCa = chain.issuer().role() == Role.PLATFORM_CA;
      CollateralSource.Platform platform =
          new CollateralSource.Platform(tee, chain.platform().fmspc(), platformCa);
      Optional<Collateral> collateral = source.collateral(platform);
      String wanted = "collateral of FMSPC " + platform.fmspc() + " for " + tee;
      if (collateral.isEmpty()) {
        checks.notChecked(DcapCheck.COLLATERAL, "no " + wanted + ": the level is unknown");
        return Optional.empty();
      }
      checks.pass(DcapCheck.COLLATERAL, wanted, "given");
      VerifiedCollateral verified =
          VerifiedCollateral.verify(collateral.get(), tee, chain, cache, at, checks);
      evaluationNumber(verified, checks);
      SgxReport qe = quote.signature().qeReport();
      Optional<QeIdentity.Difference> difference = verified.qeIdentity().differenceTo(qe);
      if (difference.isPresent()) {
        throw checks.refuse(
            DcapCheck.QE_IDENTITY,
            Code.QE_IDENTITY_MISMATCH,
            difference.get().expected(),
            difference.get().found());
      }
      checks.pass(
          DcapCheck.QE_IDENTITY, "the published quoting enclave", "MRSIGNER " + qe.mrSigner());
      Assessment assessment =
          new TcbEvaluation(verified.tcbInfo(), verified.qeIdentity(), chain.platform(), checks)
              .evaluate(quote.body(), qe.isvSvn());
      return Optional.of(summary(verified, assessment));
    }

    private void evaluationNumber(VerifiedCollateral collateral, Checklist checks)
        throws RefusedException {
      long info = collateral.tcbInfo().evaluationNumber();
      long identity = collateral.qeIdentity().evaluationNumber();
      boolean same = !policy.requireSameEvaluationNumber() || info == identity;
      long minimum = policy.minTcbEvaluationDataNumber();
      checks.require(
          DcapCheck.EVALUATION_NUMBER,
          same && info >= minimum && identity >= minimum,
          Code.TCB_EVALUATION_NUMBER,
          "number " + minimum + " at least" + (same ? "" : ", and one number for both"),
          "TCB info " + info + ", QE identity " + identity);
    }

    private static VerifiedQuote.Tcb summary(VerifiedCollateral collateral, Assessment found) {
      return new VerifiedQuote.Tcb(
          found.status(),
          new TreeSet<>(found.advisories()),
          found.tcbDate(),
          collateral.tcbInfo().evaluationNumber(),
          collateral.earliestIssue(),
          collateral.latestIssue(),
          collateral.earliestExpiration(),
          collateral.rootCrl().number(),
          collateral.pckCrl().number());
    }

    private void bindings(ExpectedBinding binding, Checklist checks) throws RefusedException {
      Bytes reportData = quote.body().reportData();
      if (binding.reportData().isEmpty()) {
        checks.notChecked(DcapCheck.REPORT_DATA, reportData.hex());
      } else {
        checks.require(
            DcapCheck.REPORT_DATA,
            fits(binding.reportData(), reportData),
            Code.REPORT_DATA_MISMATCH,
            binding.reportData().hex(),
            reportData.hex());
      }
      Bytes field =
          switch (quote.body()) {
            case SgxReport enclave -> PolicyChecks.configuration(enclave);
            case TdReport guest -> guest.mrConfigId();
          };
      if (binding.initData().isEmpty()) {
        checks.notChecked(DcapCheck.INIT_DATA, field.hex());
        return;
      }
      checks.require(
          DcapCheck.INIT_DATA,
          fits(binding.initData().get(), field),
          Code.INIT_DATA_MISMATCH,
          binding.initData().get().hex(),
          field.hex());
    }

    /// Whether the field holds the digest and zeros behind it. One that is longer than the field is
    /// never cut: whoever cuts it binds less than was asked for.
    private static boolean fits(Bytes digest, Bytes field) {
      return digest.size() <= field.size() && digest.fit(field.size()).matches(field);
    }
  }
}
