package io.vouchsafe.bench;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.encoding.JsonLimits;
import io.vouchsafe.evidence.ExpectedBinding;
import io.vouchsafe.evidence.dcap.Collateral;
import io.vouchsafe.evidence.dcap.DcapPolicy;
import io.vouchsafe.evidence.dcap.DcapRoots;
import io.vouchsafe.evidence.dcap.DcapVerifier;
import io.vouchsafe.evidence.dcap.QuoteVerifier;
import io.vouchsafe.evidence.dcap.TeeKind;
import io.vouchsafe.evidence.snp.SnpEndorsements;
import io.vouchsafe.evidence.snp.SnpPolicy;
import io.vouchsafe.evidence.snp.SnpReportVerifier;
import io.vouchsafe.evidence.snp.SnpTrust;
import io.vouchsafe.testkit.amd.SimulatedAmd;
import io.vouchsafe.testkit.amd.SimulatedAmd.SimulatedKey;
import io.vouchsafe.testkit.amd.SimulatedReport;
import io.vouchsafe.testkit.amd.SimulatedTcb;
import io.vouchsafe.testkit.amd.VekExtensions;
import io.vouchsafe.testkit.intel.PckProfile;
import io.vouchsafe.testkit.intel.SimulatedBody;
import io.vouchsafe.testkit.intel.SimulatedEventLog;
import io.vouchsafe.testkit.intel.SimulatedIntel;
import io.vouchsafe.testkit.intel.SimulatedPlatform;
import io.vouchsafe.testkit.intel.SimulatedQuote;
import io.vouchsafe.testkit.intel.TcbDocuments;
import io.vouchsafe.verdict.RefusedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Evidence to measure with: simulated, with chains and documents in the shape of the vendors', or
/// real quotes with their collateral.
///
/// @param what for the reader
record EvidenceSamples(
    String what, List<QuoteSample> quotes, ChipSample chips, List<LogSample> logs) {
  private static final int PER_TURN = 20;
  private static final int CHIPS = 24;

  /// AMD's are that long.
  private static final int RSA_BITS = 4096;

  private static final int[] EVENTS = {10, 100, 1000};
  private static final int EVENT_DATA = 100;
  private static final ExpectedBinding NOTHING = new ExpectedBinding(Bytes.EMPTY, Optional.empty());

  /// A quote with what it is judged by.
  record QuoteSample(String name, Bytes quote, Collateral collateral, DcapRoots roots, Instant at) {
    private static final DcapPolicy POLICY = DcapPolicy.STRICT.allowingServiceTd(true);

    EvidenceBench.Task known() {
      QuoteVerifier verifier = new QuoteVerifier(roots, POLICY);
      return new EvidenceBench.Task(PER_TURN, _ -> verifier.verify(quote, collateral, NOTHING, at));
    }

    EvidenceBench.Task unknown() {
      return new EvidenceBench.Task(
          PER_TURN, _ -> new QuoteVerifier(roots, POLICY).verify(quote, collateral, NOTHING, at));
    }
  }

  /// A guest's JSON with an event log, by a verifier that knows everything else.
  record LogSample(int events, int size, EvidenceBench.Task task) {}

  static EvidenceSamples of(Optional<Path> vectors)
      throws IOException, FormatException, GeneralSecurityException {
    SimulatedIntel intel = SimulatedIntel.create();
    return new EvidenceSamples(
        vectors.isEmpty() ? "simulated evidence" : "quotes and collateral of " + vectors.get(),
        vectors.isEmpty()
            ? List.of(simulated("TDX", intel), simulated("SGX", intel))
            : List.of(
                real("TDX", vectors.get(), "tdx", "gtg-cos113-v4"),
                real("SGX", vectors.get(), "sgx", "automata-icelake-v3-2025-08")),
        new ChipSample(),
        logs(intel));
  }

  private static QuoteSample simulated(String name, SimulatedIntel intel) throws FormatException {
    boolean tdx = name.equals("TDX");
    PckProfile profile = tdx ? PckProfile.SERVER : PckProfile.CLIENT;
    SimulatedPlatform platform = intel.platform(profile);
    TcbDocuments documents = tdx ? TcbDocuments.tdx(profile) : TcbDocuments.sgx(profile);
    SimulatedQuote quote =
        tdx ? SimulatedQuote.tdx(SimulatedBody.td()) : SimulatedQuote.sgx(SimulatedBody.enclave());
    return new QuoteSample(
        name,
        quote.by(platform),
        Collateral.parse(intel.collateral(platform, documents).json()),
        DcapRoots.none().named(intel.root()),
        TcbDocuments.GOOD);
  }

  private static QuoteSample real(String name, Path vectors, String folder, String id)
      throws IOException, FormatException {
    Path cases = vectors.resolve(folder);
    Bytes list = Bytes.of(Files.readAllBytes(cases.resolve("cases.json")));
    for (Json entry : Json.parse(list, JsonLimits.DOCUMENT).asArray("cases")) {
      Json.Obj item = entry.asObject("case");
      if (item.string("id").equals(id)) {
        Bytes collateral = Bytes.of(Files.readAllBytes(cases.resolve(item.string("collateral"))));
        return new QuoteSample(
            name,
            Bytes.of(Files.readAllBytes(cases.resolve(item.string("quote")))),
            Collateral.parse(Json.parse(collateral, JsonLimits.DOCUMENT)),
            DcapRoots.intel(),
            Instant.parse(item.string("time")));
      }
    }
    throw new IOException("no case " + id);
  }

  private static List<LogSample> logs(SimulatedIntel intel) throws FormatException {
    SimulatedPlatform platform = intel.platform(PckProfile.SERVER);
    Collateral collateral =
        Collateral.parse(intel.collateral(platform, TcbDocuments.tdx(PckProfile.SERVER)).json());
    DcapVerifier verifier =
        new DcapVerifier(
            TeeKind.TDX,
            DcapRoots.none().named(intel.root()),
            DcapPolicy.STRICT,
            _ -> Optional.of(collateral));
    List<LogSample> samples = new ArrayList<>();
    for (int count : EVENTS) {
      SimulatedEventLog log = new SimulatedEventLog();
      for (int i = 0; i < count; i++) {
        log.add(i % 4, SimulatedEventLog.ACTION, Bytes.zeros(EVENT_DATA));
      }
      Bytes ccel = log.ccel(0);
      Bytes quote = SimulatedQuote.tdx(log.into(SimulatedBody.td())).by(platform);
      Json.Obj evidence =
          Json.object().put("quote", quote.base64()).put("cc_eventlog", ccel.base64()).build();
      samples.add(
          new LogSample(
              count,
              ccel.size(),
              new EvidenceBench.Task(
                  PER_TURN, _ -> verifier.verify(evidence, NOTHING, TcbDocuments.GOOD))));
    }
    return samples;
  }

  /// Reports of chips of one product.
  static final class ChipSample {
    private static final SimulatedTcb TCB = new SimulatedTcb(4, 0, 24, 219);
    private static final Instant AT = SimulatedAmd.FROM.plusSeconds(86_400);

    private final SnpTrust trust;
    private final List<Bytes> reports = new ArrayList<>();
    private final List<SnpEndorsements> endorsements = new ArrayList<>();
    private SnpReportVerifier verifier;

    private ChipSample() throws FormatException {
      SimulatedAmd amd = SimulatedAmd.of("Milan", RSA_BITS);
      trust = SnpTrust.none().withRoot(amd.root());
      verifier = new SnpReportVerifier(trust);
      for (int i = 0; i < CHIPS; i++) {
        Bytes id = Bytes.zeros(60).concat(Bytes.utf8("%04d".formatted(i)));
        SimulatedKey key = amd.chip(VekExtensions.chip("Milan-B0", TCB, id));
        reports.add(key.sign(SimulatedReport.milan(TCB, id)));
        endorsements.add(
            new SnpEndorsements(List.of(key.certificate()), amd.authorities(), List.of()));
      }
    }

    /// One chip again and again.
    EvidenceBench.Task known() {
      SnpReportVerifier lasting = new SnpReportVerifier(trust);
      return new EvidenceBench.Task(PER_TURN, _ -> verify(lasting, 0));
    }

    /// Knows the product by its first chip and no other chip.
    void forget() {
      verifier = new SnpReportVerifier(trust);
      try {
        verify(verifier, 0);
      } catch (RefusedException e) {
        throw new IllegalStateException(e);
      }
    }

    /// Each chip once.
    EvidenceBench.Task unknown() {
      return new EvidenceBench.Task(CHIPS - 1, i -> verify(verifier, i + 1));
    }

    private void verify(SnpReportVerifier by, int chip) throws RefusedException {
      by.verify(reports.get(chip), endorsements.get(chip), SnpPolicy.STRICT, AT);
    }
  }
}
