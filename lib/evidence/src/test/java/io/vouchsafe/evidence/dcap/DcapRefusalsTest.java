package io.vouchsafe.evidence.dcap;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.encoding.JsonLimits;
import io.vouchsafe.evidence.Refusals;
import io.vouchsafe.testkit.intel.PckProfile;
import io.vouchsafe.testkit.intel.PckProfile.Authority;
import io.vouchsafe.testkit.intel.SimulatedBody;
import io.vouchsafe.testkit.intel.SimulatedCollateral.Part;
import io.vouchsafe.testkit.intel.SimulatedEventLog;
import io.vouchsafe.testkit.intel.SimulatedIntel;
import io.vouchsafe.testkit.intel.SimulatedQuote;
import io.vouchsafe.testkit.intel.TcbDocuments;
import io.vouchsafe.tpm.EventLog;
import io.vouchsafe.verdict.Code;
import java.time.Instant;
import java.util.Collections;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/// Each code of each check of DCAP evidence.
class DcapRefusalsTest {
  private static final SimulatedIntel INTEL = Simulation.INTEL;
  private static final Instant AT = TcbDocuments.GOOD;
  private static final Instant FROM = SimulatedIntel.FROM;
  private static final Instant TO = SimulatedIntel.TO;
  private static final TcbDocuments DOCUMENTS = TcbDocuments.tdx(PckProfile.SERVER);
  private static final Simulation TDX = Simulation.tdx();
  private static final SimulatedQuote QUOTE = TDX.quote();

  private final Refusals refusals = new Refusals();

  private void add(DcapCheck check, Code code, Simulation simulation) {
    refusals.add(check, code, simulation::verify);
  }

  private void quote(DcapCheck check, Code code, SimulatedQuote quote) {
    add(check, code, TDX.quote(quote));
  }

  private void part(DcapCheck check, Code code, Part part, Bytes document) {
    add(check, code, TDX.with(part, document));
  }

  private void policy(DcapCheck check, Code code, String json) {
    refusals.add(
        check,
        code,
        () ->
            Simulation.sgx()
                .policy(DcapPolicy.parse(Json.parse(json, JsonLimits.MESSAGE)))
                .verify());
  }

  /// @param collateral whether there is any
  private void sent(DcapCheck check, Code code, TeeKind tee, Json evidence, boolean collateral) {
    refusals.add(
        check,
        code,
        () -> {
          Collateral known = Collateral.parse(TDX.collateral().json());
          new DcapVerifier(
                  tee,
                  DcapRoots.none().named(INTEL.root()),
                  DcapPolicy.STRICT,
                  _ -> Optional.of(known).filter(_ -> collateral))
              .verify(evidence, Simulation.NOTHING, AT);
        });
  }

  private void log(Code code, Bytes log) {
    Json evidence =
        Json.object()
            .put("quote", QUOTE.by(TDX.platform()).base64())
            .put("cc_eventlog", log.base64())
            .build();
    sent(DcapCheck.EVENT_LOG, code, TeeKind.TDX, evidence, true);
  }

  private void envelopes() {
    String quote = QUOTE.by(TDX.platform()).base64();
    Json good = Json.object().put("quote", quote).build();
    Json big = Json.object().put("quote", "A".repeat(1 << 20)).build();
    sent(DcapCheck.EVIDENCE_FORMAT, Code.MALFORMED, TeeKind.TDX, Json.NULL, true);
    sent(DcapCheck.EVIDENCE_FORMAT, Code.OVERSIZED, TeeKind.TDX, big, true);
    sent(DcapCheck.TEE, Code.TEE_MISMATCH, TeeKind.SGX, good, true);
    sent(DcapCheck.COLLATERAL, Code.COLLATERAL_MISSING, TeeKind.TDX, good, false);
    SimulatedEventLog log =
        new SimulatedEventLog().add(1, SimulatedEventLog.SEPARATOR, Bytes.zeros(4));
    log(Code.EVENTLOG_MISMATCH, log.ccel(16));
    log(Code.MALFORMED, Bytes.utf8("no log"));
    SimulatedEventLog tooLong = new SimulatedEventLog();
    for (int i = 0; i <= EventLog.MAX_EVENTS; i++) {
      tooLong.add(new SimulatedEventLog.Event(3, 1, Bytes.zeros(48), Bytes.EMPTY));
    }
    log(Code.OVERSIZED, tooLong.ccel(0));
    byte[] otherAlgorithm = log.ccel(0).toByteArray();
    // The only algorithm of the header, and that of the event, which begins 74 bytes later.
    otherAlgorithm[32 + 28] = 0x77;
    otherAlgorithm[32 + 28 + 5 + 12] = 0x77;
    log(Code.UNSUPPORTED_ALGORITHM, Bytes.of(otherAlgorithm));
  }

  private void quotes() {
    DcapCheck format = DcapCheck.QUOTE_FORMAT;
    quote(format, Code.MALFORMED, QUOTE.certification(6, Bytes.EMPTY));
    quote(format, Code.OVERSIZED, QUOTE.certification(5, Bytes.zeros(1 << 17)));
    quote(format, Code.UNSUPPORTED_VERSION, QUOTE.withHeader(0, Bytes.of((byte) 6)));
    quote(format, Code.UNSUPPORTED_ALGORITHM, QUOTE.withHeader(2, Bytes.of((byte) 3)));
    quote(format, Code.UNSUPPORTED_TEE, QUOTE.withHeader(4, Bytes.of((byte) 1)));
    quote(DcapCheck.QE_VENDOR, Code.QE_VENDOR, QUOTE.withHeader(12, Bytes.zeros(16)));
    refusals.add(
        DcapCheck.CERTIFICATION_DATA,
        Code.UNSUPPORTED_CERTIFICATION_DATA,
        () ->
            new QuoteVerifier(DcapRoots.intel(), DcapPolicy.STRICT)
                .verifyWithoutCollateral(
                    QUOTE.certification(3, Bytes.zeros(404)).by(TDX.platform()),
                    Simulation.NOTHING,
                    AT));
    add(
        DcapCheck.PCK_CHAIN,
        Code.CHAIN_INVALID,
        TDX.platform(SimulatedIntel.create().platform(PckProfile.SERVER)));
    add(DcapCheck.PCK_CHAIN, Code.CERT_EXPIRED, TDX.at(TO.plusSeconds(1)));
    add(DcapCheck.PCK_CHAIN, Code.CERT_NOT_YET_VALID, TDX.at(FROM.minusSeconds(1)));
    add(
        DcapCheck.PCK_EXTENSION,
        Code.CHAIN_INVALID,
        TDX.platform(INTEL.platform(PckProfile.SERVER.without("4"))));
    quote(
        DcapCheck.QE_REPORT_SIGNATURE,
        Code.QE_REPORT_SIGNATURE_INVALID,
        QUOTE.with(SimulatedQuote.Part.QE_REPORT_SIGNATURE, Bytes.zeros(64)));
    quote(
        DcapCheck.QE_BINDING,
        Code.QE_BINDING_INVALID,
        QUOTE.with(SimulatedQuote.Part.BINDING, Bytes.zeros(64)));
    quote(
        DcapCheck.QUOTE_SIGNATURE,
        Code.SIGNATURE_INVALID,
        QUOTE.with(SimulatedQuote.Part.SIGNATURE, Bytes.zeros(64)));
  }

  private void lists() {
    DcapCheck root = DcapCheck.ROOT_CRL;
    SimulatedIntel stranger = SimulatedIntel.create();
    Bytes none = Bytes.utf8("none");
    part(root, Code.COLLATERAL_INVALID, Part.ROOT_CRL, none);
    part(root, Code.COLLATERAL_SIGNATURE_INVALID, Part.ROOT_CRL, stranger.rootCrl(FROM, TO));
    part(root, Code.COLLATERAL_EXPIRED, Part.ROOT_CRL, INTEL.rootCrl(FROM, AT.minusSeconds(1)));
    part(root, Code.COLLATERAL_NOT_YET_VALID, Part.ROOT_CRL, INTEL.rootCrl(AT.plusSeconds(1), TO));
    DcapCheck pck = DcapCheck.PCK_CRL;
    Authority server = Authority.PLATFORM;
    part(pck, Code.COLLATERAL_INVALID, Part.PCK_CRL, none);
    part(pck, Code.COLLATERAL_MISMATCH, Part.PCK_CRL, INTEL.pckCrl(Authority.PROCESSOR, FROM, TO));
    part(pck, Code.COLLATERAL_SIGNATURE_INVALID, Part.PCK_CRL, INTEL.forgedPckCrl(server));
    part(
        pck, Code.COLLATERAL_EXPIRED, Part.PCK_CRL, INTEL.pckCrl(server, FROM, AT.minusSeconds(1)));
    part(
        pck,
        Code.COLLATERAL_NOT_YET_VALID,
        Part.PCK_CRL,
        INTEL.pckCrl(server, AT.plusSeconds(1), TO));
    part(
        DcapCheck.REVOCATION,
        Code.REVOKED,
        Part.PCK_CRL,
        INTEL.pckCrl(server, FROM, TO, TDX.platform().serial()));
  }

  private void signer() {
    DcapCheck check = DcapCheck.TCB_SIGNING;
    Part part = Part.SIGNING_CHAIN;
    part(check, Code.COLLATERAL_CHAIN_INVALID, part, SimulatedIntel.create().signingChain());
    part(
        check, Code.COLLATERAL_EXPIRED, part, INTEL.valid(FROM, AT.minusSeconds(1)).signingChain());
    part(
        check,
        Code.COLLATERAL_NOT_YET_VALID,
        part,
        INTEL.valid(AT.plusSeconds(1), TO).signingChain());
  }

  private void documents(DcapCheck check, Part part, String name, Json.Obj document) {
    part(check, Code.COLLATERAL_INVALID, part, INTEL.signed(name, document.without("version")));
    part(check, Code.COLLATERAL_SIGNATURE_INVALID, part, INTEL.forged(name, document));
    part(
        check,
        Code.COLLATERAL_EXPIRED,
        part,
        INTEL.signed(name, document.with("nextUpdate", new Json.Str("2025-05-20T00:00:00Z"))));
    part(
        check,
        Code.COLLATERAL_NOT_YET_VALID,
        part,
        INTEL.signed(name, document.with("issueDate", new Json.Str("2025-06-02T00:00:00Z"))));
  }

  private void numbers(Code code, Bytes document) {
    refusals.add(
        DcapCheck.EVALUATION_NUMBERS,
        code,
        () ->
            new DcapDocuments(DcapRoots.none().named(INTEL.root()))
                .evaluationNumbers(document, INTEL.signingChain(), TeeKind.TDX, AT));
  }

  private void numbers() {
    String name = "tcbEvaluationDataNumbers";
    Json.Obj good = TcbDocuments.evaluationNumbers("TDX", 17, 18);
    Json.Str early = new Json.Str("2025-05-20T00:00:00Z");
    Json.Str late = new Json.Str("2025-06-02T00:00:00Z");
    numbers(Code.COLLATERAL_INVALID, INTEL.signed(name, good.without("id")));
    numbers(Code.COLLATERAL_SIGNATURE_INVALID, INTEL.forged(name, good));
    numbers(Code.COLLATERAL_EXPIRED, INTEL.signed(name, good.with("nextUpdate", early)));
    numbers(Code.COLLATERAL_NOT_YET_VALID, INTEL.signed(name, good.with("issueDate", late)));
    numbers(
        Code.COLLATERAL_MISMATCH, INTEL.signed(name, TcbDocuments.evaluationNumbers("SGX", 17)));
  }

  private void levels() {
    documents(DcapCheck.TCB_INFO, Part.TCB_INFO, "tcbInfo", DOCUMENTS.tcbInfo());
    add(
        DcapCheck.TCB_INFO,
        Code.COLLATERAL_MISMATCH,
        TDX.documents(TcbDocuments.tdx(PckProfile.SERVER.withFmspc(Bytes.zeros(6)))));
    documents(
        DcapCheck.QE_IDENTITY_DOCUMENT,
        Part.QE_IDENTITY,
        "enclaveIdentity",
        DOCUMENTS.qeIdentity());
    add(
        DcapCheck.QE_IDENTITY_DOCUMENT,
        Code.COLLATERAL_MISMATCH,
        TDX.documents(
            new TcbDocuments(
                DOCUMENTS.tcbInfo(), TcbDocuments.sgx(PckProfile.SERVER).qeIdentity())));
    quote(
        DcapCheck.QE_IDENTITY,
        Code.QE_IDENTITY_MISMATCH,
        QUOTE.qeReport(SimulatedBody.quotingEnclave()));
    quote(
        DcapCheck.TDX_MODULE,
        Code.TDX_MODULE_MISMATCH,
        QUOTE.body(SimulatedBody.td().with("MRSIGNERSEAM", "01")));
    add(
        DcapCheck.TCB_STATUS,
        Code.TCB_NOT_SUPPORTED,
        TDX.platform(INTEL.platform(PckProfile.SERVER.withLevel(Collections.nCopies(16, 0), 13))));
    add(
        DcapCheck.TCB_STATUS,
        Code.TCB_REVOKED,
        TDX.documents(
            DOCUMENTS.qeLevels(
                TcbDocuments.level(TcbDocuments.isvSvn(8), "2025-03-12T00:00:00Z", "Revoked"))));
  }

  private void body(DcapCheck check, Code code, String field, String value) {
    add(check, code, Simulation.tdx(SimulatedBody.td15().with(field, value)));
  }

  private void policies() {
    body(DcapCheck.DEBUG, Code.POLICY_DEBUG, "TDATTRIBUTES", "01");
    body(DcapCheck.ATTRIBUTES, Code.POLICY_ATTRIBUTES, "TDATTRIBUTES", "02");
    body(DcapCheck.MIGRATION, Code.POLICY_MIGRATION, "TDATTRIBUTES", "00000020");
    body(DcapCheck.SERVICE_TD, Code.POLICY_SERVICE_TD, "MRSERVICETD", "01");
    policy(
        DcapCheck.EVALUATION_NUMBER,
        Code.TCB_EVALUATION_NUMBER,
        "{\"minTcbEvaluationDataNumber\":18}");
    policy(
        DcapCheck.MR_ENCLAVE,
        Code.MEASUREMENT_MISMATCH,
        "{\"mrEnclave\":\"" + "00".repeat(32) + "\"}");
    policy(DcapCheck.SVN, Code.SVN_BELOW_MINIMUM, "{\"minIsvSvn\":1}");
    policy(
        DcapCheck.CONFIG_ID,
        Code.MEASUREMENT_MISMATCH,
        "{\"configId\":\"" + "01".repeat(64) + "\"}");
    policy(DcapCheck.PLATFORM, Code.POLICY_PLATFORM_INFO, "{\"requireSmt\":true}");
    policy(DcapCheck.QE_SVN, Code.SVN_BELOW_MINIMUM, "{\"minQeSvn\":9}");
    policy(
        DcapCheck.TCB_LEVEL,
        Code.TCB_BELOW_MINIMUM,
        "{\"acceptedTcbStatuses\":[\"SWHardeningNeeded\"]}");
    policy(DcapCheck.MEASUREMENTS, Code.MEASUREMENT_MISMATCH, "{\"isvProdId\":1}");
    refusals.add(
        DcapCheck.SEAM,
        Code.TDX_MODULE_MISMATCH,
        () -> {
          String json = "{\"mrSeams\":[\"" + "01".repeat(48) + "\"]}";
          TDX.policy(DcapPolicy.parse(Json.parse(json, JsonLimits.MESSAGE))).verify();
        });
    add(
        DcapCheck.REPORT_DATA,
        Code.REPORT_DATA_MISMATCH,
        TDX.binding(Bytes.utf8("digest"), Optional.empty()));
    add(
        DcapCheck.INIT_DATA,
        Code.INIT_DATA_MISMATCH,
        TDX.binding(Bytes.EMPTY, Optional.of(Bytes.utf8("digest"))));
  }

  @TestFactory
  Stream<DynamicTest> evidence_brokenInOnePlace_isRefusedForThat() {
    envelopes();
    quotes();
    lists();
    signer();
    numbers();
    levels();
    policies();
    return refusals.tests(DcapCheck.values());
  }
}
