package io.vouchsafe.evidence.forms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vouchsafe.encoding.ByteWriter;
import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.encoding.Pem;
import io.vouchsafe.evidence.forms.EvidenceForm.Evidence;
import io.vouchsafe.evidence.forms.EvidenceForm.GuestEvidence;
import io.vouchsafe.evidence.snp.GhcbCertificateTable;
import io.vouchsafe.evidence.snp.SnpEndorsements;
import io.vouchsafe.evidence.snp.SnpEvidence;
import io.vouchsafe.testkit.amd.SimulatedAmd;
import io.vouchsafe.testkit.amd.SimulatedAmd.SimulatedKey;
import io.vouchsafe.testkit.amd.SimulatedReport;
import io.vouchsafe.testkit.amd.SimulatedTcb;
import io.vouchsafe.testkit.amd.VekExtensions;
import io.vouchsafe.testkit.intel.PckProfile;
import io.vouchsafe.testkit.intel.SimulatedBody;
import io.vouchsafe.testkit.intel.SimulatedEventLog;
import io.vouchsafe.testkit.intel.SimulatedIntel;
import io.vouchsafe.testkit.intel.SimulatedOpenEnclave;
import io.vouchsafe.testkit.intel.SimulatedPlatform;
import io.vouchsafe.testkit.intel.SimulatedQuote;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class GuestFormTest {
  private static final SimulatedTcb TCB = new SimulatedTcb(4, 0, 24, 219);
  private static final Bytes CHIP_ID = Bytes.zeros(60).concat(Bytes.utf8("chip"));
  private static final SimulatedAmd AMD = SimulatedAmd.of("Milan");
  private static final SimulatedKey VCEK = AMD.chip(VekExtensions.chip("Milan-B0", TCB, CHIP_ID));
  private static final SimulatedReport MILAN = SimulatedReport.milan(TCB, CHIP_ID);
  private static final Bytes REPORT = VCEK.sign(MILAN);
  private static final Bytes LIST = AMD.revocationList(SimulatedAmd.FROM, SimulatedAmd.TO);
  private static final SimulatedPlatform PLATFORM =
      SimulatedIntel.create().platform(PckProfile.SERVER);
  private static final Bytes LOG =
      new SimulatedEventLog().add(0, SimulatedEventLog.ACTION, Bytes.utf8("settings")).ccel(10);
  private static final Bytes TD_QUOTE = SimulatedQuote.tdx(SimulatedBody.td()).by(PLATFORM);
  private static final Bytes QUOTE = SimulatedQuote.sgx(SimulatedBody.enclave()).by(PLATFORM);

  private static EvidenceForm form(Bytes document) {
    try {
      return Recogniser.recognise(document).form();
    } catch (FormatException e) {
      throw new IllegalArgumentException(e);
    }
  }

  private static EvidenceForm form(Json.Obj document) {
    return form(document.utf8());
  }

  /// The first document with the others beside it.
  private static GuestEvidence made(Bytes document, Bytes... beside) throws FormatException {
    List<EvidenceForm> others = new ArrayList<>();
    for (Bytes other : beside) {
      others.add(form(other));
    }
    return GuestForm.of((Evidence) form(document), others);
  }

  private static Bytes pem(Bytes certificate) {
    return Bytes.utf8(Pem.encode("CERTIFICATE", certificate));
  }

  private static Bytes table(Bytes vcek) {
    return ByteWriter.bigEndian()
        .u64(GhcbCertificateTable.VCEK.getMostSignificantBits())
        .u64(GhcbCertificateTable.VCEK.getLeastSignificantBits())
        .toBytes()
        .concat(ByteWriter.littleEndian().u32(48).u32(vcek.size()).toBytes())
        .concat(Bytes.zeros(24))
        .concat(vcek);
  }

  private static void assertRefused(
      String expected, String found, Bytes document, Bytes... beside) {
    assertThatThrownBy(() -> made(document, beside))
        .isInstanceOfSatisfying(
            FormatException.class,
            e -> {
              assertThat(e.expected()).contains(expected);
              assertThat(e.found()).contains(found);
            });
  }

  @Test
  void report_alone_isThatOfAGuestWithoutChain() throws FormatException {
    GuestEvidence made = made(REPORT);
    assertThat(made.tee()).isEqualTo("snp");
    assertThat(SnpEvidence.parse(made.evidence()))
        .isEqualTo(new SnpEvidence(REPORT, Optional.empty(), Optional.empty()));
    assertThat(form(made.evidence())).isEqualTo(made);
  }

  @Test
  void report_ofEachFamily_keepsEveryByte() throws FormatException {
    SimulatedTcb turin = SimulatedTcb.turin(1, 2, 3, 4, 77);
    for (Bytes report :
        List.of(
            VCEK.sign(SimulatedReport.genoa(TCB, CHIP_ID).with(0x008, Bytes.of((byte) 0xff))),
            VCEK.sign(SimulatedReport.turin(turin, Bytes.utf8("chip id."))),
            VCEK.sign(MILAN.with(0x000, 2).with(0x188, Bytes.zeros(3))))) {
      assertThat(SnpEvidence.parse(made(report).evidence()).report()).isEqualTo(report);
    }
  }

  @Test
  void report_withItsTable_hasTheChain() throws FormatException {
    Bytes both = REPORT.concat(table(VCEK.certificate()));
    SnpEndorsements expected =
        new SnpEndorsements(List.of(VCEK.certificate()), List.of(), List.of());
    assertThat(SnpEvidence.parse(made(both).evidence()).endorsements()).contains(expected);
    assertThat(SnpEvidence.parse(made(REPORT, table(VCEK.certificate())).evidence()).endorsements())
        .contains(expected);
  }

  @Test
  void report_withCertificatesAndListBeside_hasTheChain() throws FormatException {
    Bytes asHex = Bytes.utf8(REPORT.hex());
    List<Bytes> authorities = AMD.authorities();
    SnpEvidence made =
        SnpEvidence.parse(
            made(
                    asHex,
                    pem(VCEK.certificate()),
                    pem(authorities.getFirst()).concat(pem(AMD.root())),
                    LIST)
                .evidence());
    assertThat(made.report()).isEqualTo(REPORT);
    assertThat(made.endorsements())
        .contains(
            new SnpEndorsements(
                List.of(VCEK.certificate()),
                List.of(authorities.getFirst(), AMD.root()),
                List.of(LIST)));
  }

  @Test
  void report_withThatOfItsAgentBeside_hasBoth() throws FormatException {
    Bytes guest = VCEK.sign(MILAN.movedBy(Bytes.utf8("agent")));
    Bytes agent = VCEK.sign(MILAN.withId(Bytes.utf8("agent")));
    SnpEvidence made =
        SnpEvidence.parse(made(guest, agent.concat(table(VCEK.certificate()))).evidence());
    assertThat(made.report()).isEqualTo(guest);
    assertThat(made.migrationAgent().orElseThrow().report()).isEqualTo(agent);
    assertThat(made.migrationAgent().orElseThrow().endorsements()).isPresent();
    // JSON of guests is joined in the same way.
    assertThat(
            GuestForm.of(
                (Evidence) form(made(guest).evidence()),
                List.of(form(made(agent).evidence()), form(table(VCEK.certificate())))))
        .extracting(both -> both.evidence().members().keySet().toString())
        .isEqualTo("[attestation_report, cert_chain, migration_agent]");
  }

  @Test
  void report_withWhatDoesNotGoWithIt_isRefused() {
    String what = "what goes with: SEV-SNP report";
    assertRefused(what, "SEV-SNP report", REPORT, REPORT);
    assertRefused(what, "TDX quote", REPORT, TD_QUOTE);
    assertRefused(what, "event log", REPORT, LOG);
    Bytes agent = VCEK.sign(MILAN.withId(Bytes.utf8("agent")));
    Bytes moved = VCEK.sign(MILAN.movedBy(Bytes.utf8("another")));
    assertRefused(what, "SEV-SNP report", moved, agent);
    assertRefused(
        what, "SEV-SNP report", VCEK.sign(MILAN.movedBy(Bytes.utf8("agent"))), agent, agent);
  }

  @Test
  void report_thatNoFirmwareMakes_isRefused() {
    assertRefused("zero in reserved bytes", "", VCEK.sign(MILAN.with(0x18c, 1)));
    assertRefused("a report of 1184 bytes", "1183 bytes", REPORT.slice(0, 1183));
    assertRefused("version 2 to 5", "9", REPORT.slice(0, 0).concat(VCEK.sign(MILAN.with(0, 9))));
  }

  @Test
  void quote_isThatOfAGuest() throws FormatException {
    assertThat(made(QUOTE)).isEqualTo(form(Json.object().put("quote", QUOTE.base64()).build()));
    assertThat(made(QUOTE).tee()).isEqualTo("sgx");
    assertThat(made(TD_QUOTE).tee()).isEqualTo("tdx");
    GuestEvidence logged = made(TD_QUOTE, LOG);
    assertThat(logged.evidence().string("cc_eventlog")).isEqualTo(LOG.base64());
    assertThat(made(Bytes.of(made(TD_QUOTE).evidence().toUtf8()), LOG)).isEqualTo(logged);
  }

  @Test
  void quote_withWhatDoesNotGoWithIt_isRefused() {
    assertRefused("what goes with: SGX quote", "event log", QUOTE, LOG);
    assertRefused("what goes with: evidence of a guest, tdx", "event log", TD_QUOTE, LOG, LOG);
    assertRefused("what goes with: evidence of a guest, tdx", "certificate", TD_QUOTE, AMD.root());
  }

  @Test
  void openEnclaveReport_isTheQuoteInside() throws FormatException {
    Bytes report = SimulatedOpenEnclave.report(2, QUOTE);
    assertThat(made(report)).isEqualTo(made(QUOTE));
    assertRefused("what goes with: Open Enclave report", "event log", report, LOG);
    assertRefused("a report of type 2 (remote)", "type 1", SimulatedOpenEnclave.report(1, QUOTE));
  }

  @Test
  void otherEvidenceOfGuests_isWhatItWas() throws FormatException {
    Json.Obj sample = Json.object().put("svn", "1").put("report_data", "AAAA").build();
    assertThat(made(sample.utf8())).isEqualTo(form(sample));
    assertRefused("what goes with: evidence of a guest, sample", "event log", sample.utf8(), LOG);
  }

  @Test
  void evidenceThatNoGuestSends_isRefused() {
    Bytes hcl = Bytes.utf8("HCLA").fit(1224).concat(Bytes.of((byte) 2)).fit(2600);
    assertRefused("a quote of its virtual TPM", "HCL report of Azure, az-snp-vtpm", hcl);
    for (Evidence google :
        List.of(
            new EvidenceForm.GoogleAttestation(Bytes.EMPTY),
            new EvidenceForm.GoogleAkCertificate(List.of()))) {
      assertThatThrownBy(() -> GuestForm.of(google, List.of()))
          .hasMessageContaining("evidence that guests send to a broker");
    }
  }
}
