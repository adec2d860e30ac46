package io.vouchsafe.evidence.dcap;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.evidence.EventLogClaims;
import io.vouchsafe.evidence.ExpectedBinding;
import io.vouchsafe.evidence.VerifiedEvidence;
import io.vouchsafe.evidence.Verifier;
import io.vouchsafe.evidence.internal.VerifierOnly;
import io.vouchsafe.tpm.EventLog;
import io.vouchsafe.tpm.HashAlg;
import io.vouchsafe.verdict.Checklist;
import io.vouchsafe.verdict.Code;
import io.vouchsafe.verdict.RefusedException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// Verifies the evidence that SGX enclaves and TDX guests send: `{"quote":…}`, with `"cc_eventlog"`
/// for TDX (specs/kbs-protocol §10.3, §10.4). Without collateral it refuses; a platform that is
/// merely out of date is a matter of the appraisal.
public final class DcapVerifier implements Verifier {
  private static final int MR_CONFIG_ID = 48;

  private final TeeKind tee;
  private final QuoteVerifier quotes;
  private final CollateralSource source;

  /// @param tee which of the two kinds
  /// @param source asked once per verification
  public DcapVerifier(TeeKind tee, DcapRoots roots, DcapPolicy policy, CollateralSource source) {
    this.tee = tee;
    this.quotes = new QuoteVerifier(roots, policy);
    this.source = source;
  }

  @Override
  public String tee() {
    return tee.tee();
  }

  @Override
  public VerifiedEvidence verify(Json evidence, ExpectedBinding binding, Instant at)
      throws RefusedException {
    Checklist checks = new Checklist();
    Sent sent = parse(evidence, checks);
    Quote quote = QuoteVerifier.parse(sent.quote(), checks);
    checks.require(
        DcapCheck.TEE,
        quote.header().tee() == tee,
        Code.TEE_MISMATCH,
        tee.tee(),
        quote.header().tee().tee());
    VerifiedQuote verified =
        quotes.verify(quote, source.pckChain(quote), source).run(fitted(binding), at, checks);
    if (verified.tcb().isEmpty()) {
      throw refuseWithoutLevel(verified, checks);
    }
    Optional<Json> events = eventLog(sent, quote.body(), checks);
    Json.Obj claims =
        events.isPresent()
            ? verified.claims().with("uefi_event_logs", events.get())
            : verified.claims();
    return new VerifiedEvidence(
        VerifierOnly.INSTANCE, tee(), "cpu", verified.anchor(), claims, checks.results());
  }

  /// MRCONFIGID is shorter than the longest digest of init-data: guests cut it to the field
  /// (specs/kbs-protocol §2.6). CONFIGID of an enclave holds every digest.
  private ExpectedBinding fitted(ExpectedBinding binding) {
    Optional<Bytes> initData = binding.initData();
    return tee == TeeKind.TDX && initData.isPresent() && initData.get().size() > MR_CONFIG_ID
        ? new ExpectedBinding(binding.reportData(), initData.map(all -> all.fit(MR_CONFIG_ID)))
        : binding;
  }

  private RefusedException refuseWithoutLevel(VerifiedQuote verified, Checklist checks) {
    return checks.refuse(
        DcapCheck.COLLATERAL,
        Code.COLLATERAL_MISSING,
        "collateral of FMSPC " + verified.platform().fmspc() + " for " + tee,
        "none at hand");
  }

  /// What a guest sent, decoded.
  private record Sent(Bytes quote, Optional<Bytes> eventLog) {}

  private Sent parse(Json evidence, Checklist checks) throws RefusedException {
    try {
      Json.Obj object = evidence.asObject("evidence");
      Bytes quote = base64("quote", object.string("quote"), Quote.MAX_SIZE);
      Optional<String> log =
          tee == TeeKind.TDX ? object.optionalString("cc_eventlog") : Optional.empty();
      Optional<Bytes> decoded =
          log.isEmpty()
              ? Optional.empty()
              : Optional.of(base64("cc_eventlog", log.get(), EventLog.MAX_SIZE));
      checks.pass(DcapCheck.EVIDENCE_FORMAT, "DCAP evidence", "DCAP evidence");
      return new Sent(quote, decoded);
    } catch (FormatException e) {
      throw checks.refuse(DcapCheck.EVIDENCE_FORMAT, e.code(), e.expected(), e.found());
    }
  }

  private static Bytes base64(String name, String text, int max) throws FormatException {
    // Four characters hold three bytes.
    if (text.length() > (max + 2) / 3 * 4) {
      throw FormatException.oversized(
          FormatException.NO_OFFSET,
          name + " of at most " + max + " bytes",
          text.length() + " characters of base64");
    }
    return Bytes.fromBase64(text);
  }

  /// The events of a log that replays to the quoted registers.
  private static Optional<Json> eventLog(Sent sent, QuoteBody body, Checklist checks)
      throws RefusedException {
    if (sent.eventLog().isEmpty() || !(body instanceof TdReport guest)) {
      checks.notChecked(DcapCheck.EVENT_LOG, "no event log");
      return Optional.empty();
    }
    EventLog log;
    List<Bytes> replayed;
    try {
      log = EventLog.parse(sent.eventLog().get());
      replayed = RtmrReplay.of(log);
    } catch (FormatException e) {
      Code code = DcapCheck.EVENT_LOG.codeFor(e.code(), Code.MALFORMED);
      throw checks.refuse(DcapCheck.EVENT_LOG, code, e.expected(), e.found());
    }
    for (int i = 0; i < replayed.size(); i++) {
      if (!replayed.get(i).equals(guest.rtmrs().get(i))) {
        throw checks.refuse(
            DcapCheck.EVENT_LOG,
            Code.EVENTLOG_MISMATCH,
            "RTMR " + i + " = " + guest.rtmrs().get(i),
            "RTMR " + i + " = " + replayed.get(i));
      }
    }
    Json claims;
    try {
      claims = EventLogClaims.of(log, HashAlg.SHA384, RtmrReplay.RTMRS);
    } catch (FormatException e) {
      throw checks.refuse(DcapCheck.EVENT_LOG, Code.OVERSIZED, e.expected(), e.found());
    }
    checks.pass(DcapCheck.EVENT_LOG, "RTMR 0 to 3 as quoted", log.events().size() + " events");
    return Optional.of(claims);
  }
}
