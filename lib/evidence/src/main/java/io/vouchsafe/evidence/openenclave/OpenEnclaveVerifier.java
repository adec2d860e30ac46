package io.vouchsafe.evidence.openenclave;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.evidence.dcap.CollateralSource;
import io.vouchsafe.evidence.dcap.DcapPolicy;
import io.vouchsafe.evidence.dcap.DcapRoots;
import io.vouchsafe.evidence.dcap.QuoteVerifier;
import io.vouchsafe.evidence.dcap.TeeKind;
import io.vouchsafe.evidence.dcap.VerifiedQuote;
import io.vouchsafe.tpm.HashAlg;
import io.vouchsafe.verdict.Checklist;
import io.vouchsafe.verdict.Code;
import io.vouchsafe.verdict.RefusedException;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;

/// Verifies evidence of the Open Enclave SDK: first the quote inside, then that it binds the
/// claims. Without collateral it refuses; a platform that is merely out of date is a matter of
/// `policy`. Thread-safe.
public final class OpenEnclaveVerifier {
  private static final int REPORT_DATA_SIZE = 64;

  private final QuoteVerifier quotes;
  private final CollateralSource source;

  /// @param source asked once per verification
  public OpenEnclaveVerifier(DcapRoots roots, DcapPolicy policy, CollateralSource source) {
    this.quotes = new QuoteVerifier(roots, policy);
    this.source = Objects.requireNonNull(source, "source");
  }

  /// Verifies evidence or a report with its header.
  ///
  /// @param expected what the enclave must have bound: the serialised claims, or up to 64 bytes of
  ///   a report; empty is *not checked*
  /// @param at the time that certificates and collateral are judged by
  /// @throws RefusedException with every check up to the one that failed
  public VerifiedOpenEnclave verify(Bytes evidence, Optional<Bytes> expected, Instant at)
      throws RefusedException {
    Checklist checks = new Checklist();
    try {
      return verify(OpenEnclaveEvidence.parse(evidence), expected, at, checks);
    } catch (FormatException e) {
      throw checks.refuse(OpenEnclaveCheck.FORMAT, e.code(), e.expected(), e.found());
    }
  }

  /// As [#verify(Bytes, Optional, Instant)], for evidence whose header was left out.
  public VerifiedOpenEnclave verifyWithoutHeader(
      Bytes evidence, Optional<Bytes> expected, Instant at) throws RefusedException {
    Checklist checks = new Checklist();
    try {
      return verify(OpenEnclaveEvidence.parseWithoutHeader(evidence), expected, at, checks);
    } catch (FormatException e) {
      throw checks.refuse(OpenEnclaveCheck.FORMAT, e.code(), e.expected(), e.found());
    }
  }

  private VerifiedOpenEnclave verify(
      OpenEnclaveEvidence evidence, Optional<Bytes> expected, Instant at, Checklist checks)
      throws RefusedException {
    checks.pass(
        OpenEnclaveCheck.FORMAT, "evidence or a report", evidence.form() + ", format known");
    VerifiedQuote quote = quotes.verify(evidence.quote(), source, at, checks);
    TeeKind tee = quote.quote().header().tee();
    checks.require(OpenEnclaveCheck.TEE, tee == TeeKind.SGX, Code.TEE_MISMATCH, "sgx", tee.tee());
    checks.require(
        OpenEnclaveCheck.COLLATERAL,
        quote.tcb().isPresent(),
        Code.COLLATERAL_MISSING,
        "collateral of FMSPC " + quote.platform().fmspc(),
        quote.tcb().isPresent() ? "given" : "none at hand");
    Bytes bound = bound(evidence, quote.quote().body().reportData(), checks);
    if (expected.isEmpty()) {
      checks.notChecked(OpenEnclaveCheck.CLAIMS, bound.hex());
    } else {
      checks.require(
          OpenEnclaveCheck.CLAIMS,
          equal(evidence.form(), expected.get(), bound),
          Code.USER_DATA_MISMATCH,
          expected.get().hex(),
          bound.hex());
    }
    return new VerifiedOpenEnclave(quote, bound, checks.results());
  }

  private static Bytes bound(OpenEnclaveEvidence evidence, Bytes reportData, Checklist checks)
      throws RefusedException {
    return switch (evidence.form()) {
      case REPORT -> {
        checks.pass(OpenEnclaveCheck.BINDING, "claims inside the quote", reportData.hex());
        yield reportData;
      }
      case EVIDENCE -> {
        Bytes digest = HashAlg.SHA256.digest(evidence.claims()).fit(REPORT_DATA_SIZE);
        checks.require(
            OpenEnclaveCheck.BINDING,
            digest.matches(reportData),
            Code.REPORT_DATA_MISMATCH,
            digest.hex(),
            reportData.hex());
        yield evidence.claims();
      }
    };
  }

  /// Shorter data of a report is filled up with zeros; that of evidence stands alone.
  private static boolean equal(OpenEnclaveEvidence.Form form, Bytes expected, Bytes bound) {
    return switch (form) {
      case REPORT -> expected.size() <= bound.size() && expected.fit(bound.size()).matches(bound);
      case EVIDENCE -> expected.matches(bound);
    };
  }
}
