package io.vouchsafe.conformance;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.encoding.JsonLimits;
import io.vouchsafe.evidence.ExpectedBinding;
import io.vouchsafe.evidence.dcap.Collateral;
import io.vouchsafe.evidence.dcap.DcapPolicy;
import io.vouchsafe.evidence.dcap.DcapRoots;
import io.vouchsafe.evidence.dcap.QuoteVerifier;
import io.vouchsafe.evidence.dcap.RtmrReplay;
import io.vouchsafe.evidence.dcap.TdReport;
import io.vouchsafe.evidence.dcap.VerifiedQuote;
import io.vouchsafe.tpm.EventLog;
import io.vouchsafe.verdict.Code;
import io.vouchsafe.verdict.RefusedException;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/// DCAP quotes of SGX and TDX with collateral, root, time and policy: accepted with the status and
/// advisories named, or refused with one of the codes named. A case that is `crypto-valid` has no
/// collateral and is judged by its signatures.
final class QuoteCases {
  static final String SGX = "sgx";
  static final String TDX = "tdx";
  private static final String CRYPTO_VALID = "crypto-valid";
  private static final String SERVICE_TD = "allowServiceTd";
  private static final String REPORT_DATA = "reportData";

  private QuoteCases() {}

  /// An item of the kind `sgx` or `tdx`.
  static Case of(CaseFile file, Json.Obj item, String id, String kind) {
    return item.get("quote").isEmpty()
        ? Case.unknown(id, kind)
        : new Case(id, kind, () -> run(file, item));
  }

  private static void run(CaseFile file, Json.Obj item)
      throws Difference, FormatException, IOException {
    String expect = item.string("expect");
    VerifiedQuote verified;
    try {
      verified = verify(file, item, expect.equals(CRYPTO_VALID));
    } catch (RefusedException e) {
      requireRefusal(item, e);
      return;
    }
    if (!expect.equals("valid") && !expect.equals(CRYPTO_VALID)) {
      throw new Difference("a refusal with one of " + item.array("reasons"), "accepted");
    }
    Difference.require(
        "TCB status",
        item.optionalString("tcbStatus").orElse("unknown"),
        verified.tcb().map(tcb -> tcb.status().text()).orElse("unknown"));
    if (item.present("advisoryIDs").isPresent()) {
      Difference.require(
          "advisories",
          texts(item.array("advisoryIDs")),
          verified.tcb().<Set<String>>map(VerifiedQuote.Tcb::advisoryIds).orElse(Set.of()));
    }
    eventLog(file, item, verified);
  }

  private static void requireRefusal(Json.Obj item, RefusedException e)
      throws Difference, FormatException {
    if (!item.string("expect").equals("invalid")) {
      throw new Difference("accepted", e.refusal().summary());
    }
    Set<String> reasons = texts(item.array("reasons"));
    if (!reasons.contains(e.code().name())) {
      throw new Difference("a refusal with one of " + reasons, e.refusal().summary());
    }
  }

  private static Set<String> texts(List<Json> items) throws FormatException {
    Set<String> texts = new TreeSet<>();
    for (Json item : items) {
      texts.add(item.asString("item"));
    }
    return texts;
  }

  private static VerifiedQuote verify(CaseFile file, Json.Obj item, boolean cryptoOnly)
      throws FormatException, IOException, RefusedException {
    QuoteVerifier verifier = new QuoteVerifier(roots(file, item), policy(item, cryptoOnly));
    Bytes quote = file.bytes(item.string("quote"));
    ExpectedBinding binding = new ExpectedBinding(reportData(item), Optional.empty());
    Instant at = at(item);
    Optional<String> collateral = item.optionalString("collateral");
    if (collateral.isEmpty()) {
      return verifier.verifyWithoutCollateral(quote, binding, at);
    }
    Json document = Json.parse(file.bytes(collateral.get()), JsonLimits.DOCUMENT);
    return verifier.verify(quote, Collateral.parse(document), binding, at);
  }

  /// Intel's own root is the one that the library pins, so that the pin is tested too.
  private static DcapRoots roots(CaseFile file, Json.Obj item) throws FormatException, IOException {
    String name = item.string("root");
    return name.startsWith("intel-sgx-root-ca")
        ? DcapRoots.intel()
        : DcapRoots.none().named(file.bytes(name));
  }

  private static Instant at(Json.Obj item) throws FormatException {
    try {
      return Instant.parse(item.string("time"));
    } catch (DateTimeException _) {
      throw FormatException.unexpected("a time", item.string("time"));
    }
  }

  /// Cases leave service TDs alone unless they name them.
  private static DcapPolicy policy(Json.Obj item, boolean cryptoOnly) throws FormatException {
    Json.Obj named = policyOf(item);
    DcapPolicy policy = DcapPolicy.parse(named.without(REPORT_DATA));
    boolean silent = cryptoOnly || named.get(SERVICE_TD).isEmpty();
    return policy
        .allowingDebug(cryptoOnly || policy.allowDebug())
        .allowingServiceTd(silent || policy.allowServiceTd());
  }

  private static Json.Obj policyOf(Json.Obj item) throws FormatException {
    return item.present("policy").isEmpty() ? Json.object().build() : item.object("policy");
  }

  private static Bytes reportData(Json.Obj item) throws FormatException {
    Optional<String> text = policyOf(item).optionalString(REPORT_DATA);
    return text.isEmpty() ? Bytes.EMPTY : Bytes.fromHex(text.get());
  }

  private static void eventLog(CaseFile file, Json.Obj item, VerifiedQuote verified)
      throws Difference, FormatException, IOException {
    Optional<String> binary = item.optionalString("eventLog");
    Optional<String> json = item.optionalString("eventLogJson");
    if (binary.isEmpty() && json.isEmpty()) {
      return;
    }
    List<Bytes> replayed =
        binary.isPresent()
            ? RtmrReplay.of(EventLog.parse(file.bytes(binary.get())))
            : RtmrReplay.ofJson(Json.parse(file.bytes(json.orElseThrow()), JsonLimits.DOCUMENT));
    if (verified.quote().body() instanceof TdReport guest) {
      Difference.require(Code.EVENTLOG_MISMATCH + " unless", guest.rtmrs(), replayed);
    } else {
      throw new Difference("a TDX quote beside an event log", "an SGX quote");
    }
  }
}
