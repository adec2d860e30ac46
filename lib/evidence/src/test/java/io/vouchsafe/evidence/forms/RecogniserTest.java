package io.vouchsafe.evidence.forms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.encoding.JsonLimits;
import io.vouchsafe.encoding.Pem;
import io.vouchsafe.evidence.forms.Recogniser.Recognised;
import io.vouchsafe.evidence.forms.fuzz.RecogniserFuzzer;
import io.vouchsafe.testkit.Mutations;
import io.vouchsafe.testkit.Vectors;
import io.vouchsafe.testkit.amd.SimulatedAmd;
import io.vouchsafe.testkit.amd.SimulatedSev;
import io.vouchsafe.verdict.Code;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RecogniserTest {
  private static final Bytes REPORT = u32(3).fit(1184);
  private static final Bytes SGX_QUOTE = hex("0300020000000000").fit(600);
  private static final Bytes TDX_QUOTE = hex("0400020081000000").fit(700);
  private static final SimulatedAmd AMD = SimulatedAmd.of("Milan");

  private static Bytes hex(String text) {
    try {
      return Bytes.fromHex(text);
    } catch (FormatException e) {
      throw new IllegalArgumentException(e);
    }
  }

  private static Bytes u32(int value) {
    return Bytes.of((byte) value, (byte) 0, (byte) 0, (byte) 0);
  }

  private static Bytes text(String text) {
    return Bytes.utf8(text);
  }

  private static Recognised recognise(Bytes input) throws FormatException {
    return Recogniser.recognise(input);
  }

  private static void assertUnknown(Bytes input, String found) {
    assertThatThrownBy(() -> recognise(input))
        .isInstanceOfSatisfying(
            FormatException.class,
            e -> assertThat(e.expected() + " / " + e.found()).contains(found));
  }

  @Test
  void report_raw_isOne() throws FormatException {
    assertThat(recognise(REPORT).form())
        .isEqualTo(new EvidenceForm.SnpReport(REPORT, Optional.empty()));
  }

  @Test
  void report_ofAnUnknownVersion_isLeftToItsVerifier() throws FormatException {
    Bytes later = u32(9).fit(1184);
    assertThat(recognise(later).form()).isInstanceOf(EvidenceForm.SnpReport.class);
  }

  @ParameterizedTest
  @ValueSource(ints = {8, 700, 1183, 1185, 4000})
  void report_cutOrGrown_isLeftToItsVerifier(int size) throws FormatException {
    assertThat(recognise(u32(2).fit(size)).form())
        .isEqualTo(new EvidenceForm.SnpReport(u32(2).fit(size), Optional.empty()));
  }

  @Test
  void report_withTableBehindIt_isBoth() throws FormatException {
    Bytes table = table();
    Recognised both = recognise(REPORT.concat(table));
    assertThat(both.form()).isInstanceOf(EvidenceForm.SnpReport.class);
    EvidenceForm.SnpReport form = (EvidenceForm.SnpReport) both.form();
    assertThat(form.report()).isEqualTo(REPORT);
    assertThat(form.table().orElseThrow().entries()).hasSize(1);
  }

  @Test
  void report_withBrokenTableBehindIt_isRefused() {
    Bytes broken = table().slice(0, 30);
    assertThatThrownBy(() -> recognise(REPORT.concat(broken))).isInstanceOf(FormatException.class);
  }

  @Test
  void table_alone_isOne() throws FormatException {
    assertThat(recognise(table()).form()).isInstanceOf(EvidenceForm.CertificateTable.class);
    assertThat(recognise(Bytes.zeros(24)).form()).isInstanceOf(EvidenceForm.CertificateTable.class);
  }

  /// One entry of four bytes and the end mark.
  private static Bytes table() {
    return hex("63da758de6644564adc5f4b93be8accd")
        .concat(hex("3000000004000000"))
        .concat(Bytes.zeros(24))
        .concat(hex("01020304"));
  }

  @Test
  void quote_ofEitherKind_isOne() throws FormatException {
    assertThat(((EvidenceForm.Evidence) recognise(SGX_QUOTE).form()).tee()).isEqualTo("sgx");
    assertThat(((EvidenceForm.Evidence) recognise(TDX_QUOTE).form()).tee()).isEqualTo("tdx");
  }

  @Test
  void quote_ofAnUnknownVersionByIntelsEnclave_isLeftToItsVerifier() throws FormatException {
    Bytes quote = hex("070009000000000000000000939a7233f79c4ca9940a0db3957f0607").fit(600);
    assertThat(recognise(quote).form()).isInstanceOf(EvidenceForm.DcapQuote.class);
  }

  @ParameterizedTest
  @CsvSource({"2,az-snp-vtpm", "4,az-tdx-vtpm"})
  void hclReport_byItsType_isOfItsTee(int type, String tee) throws FormatException {
    Bytes report = text("HCLA").fit(1224).concat(u32(type)).fit(2600);
    assertThat(recognise(report).form()).isEqualTo(new EvidenceForm.HclReport(tee, report));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 3, 5})
  void hclReport_ofAnotherType_isRefused(int type) {
    assertUnknown(text("HCLA").fit(1224).concat(u32(type)).fit(2600), "report type 2");
  }

  @Test
  void hclReport_cut_isRefused() {
    assertUnknown(text("HCLA").fit(40), "HCL report");
  }

  @Test
  void openEnclaveReport_isOne() throws FormatException {
    Bytes report = u32(1).concat(u32(2)).concat(hex("5802000000000000")).concat(SGX_QUOTE);
    assertThat(recognise(report).form()).isInstanceOf(EvidenceForm.OpenEnclaveReport.class);
    assertUnknown(report.concat(u32(0)), "one of:");
  }

  @Test
  void eventLog_isOne() throws FormatException {
    Bytes log = u32(1).concat(u32(3)).fit(32).concat(text("Spec ID Event03\0")).fit(100);
    assertThat(recognise(log).form()).isInstanceOf(EvidenceForm.EventLogData.class);
  }

  @Test
  void certificates_inDerAndPem_areThem() throws FormatException {
    List<Bytes> all = AMD.authorities();
    StringBuilder pem = new StringBuilder();
    Bytes joined = Bytes.EMPTY;
    for (Bytes each : all) {
      pem.append(Pem.encode("CERTIFICATE", each));
      joined = joined.concat(each);
    }
    EvidenceForm expected = new EvidenceForm.Certificates(all);
    assertThat(recognise(text(pem.toString())).form()).isEqualTo(expected);
    assertThat(recognise(joined).form()).isEqualTo(expected);
    assertThat(all.stream().map(each -> X509Names.subject(each).orElse("")))
        .containsExactly("SEV-Milan", "SEV-VLEK-Milan", "ARK-Milan");
  }

  @Test
  void revocationList_inDerAndPem_isOne() throws FormatException {
    Bytes list = AMD.revocationList(SimulatedAmd.FROM, SimulatedAmd.TO, 7);
    EvidenceForm expected = new EvidenceForm.RevocationList(list);
    assertThat(recognise(list).form()).isEqualTo(expected);
    assertThat(recognise(text(Pem.encode("X509 CRL", list))).form()).isEqualTo(expected);
    assertThat(X509Names.issuerOfList(list)).contains("ARK-Milan");
  }

  @Test
  void pem_ofAPrivateKey_isRefused() {
    assertUnknown(text(Pem.encode("PRIVATE KEY", SGX_QUOTE)), "PRIVATE KEY");
  }

  @Test
  void tdReport_isNoQuoteAndSaidToBeNone() {
    assertUnknown(u32(0x81).fit(1024), "TDREPORT");
  }

  @Test
  void encodings_oneInTheOther_areTakenOff() throws FormatException {
    Recognised found = recognise(text("\"" + text(REPORT.hex()).base64() + "\""));
    assertThat(found.encodings()).containsExactly("JSON text", "base64", "hex");
    assertThat(found.what()).isEqualTo("SEV-SNP report, in JSON text of base64 of hex");
    assertThat(recognise(text("0x" + REPORT.hex() + "\n")).encodings()).containsExactly("hex");
    assertThat(recognise(text(TDX_QUOTE.base64Url())).encodings()).containsExactly("base64");
    String lines = String.join("\r\n", REPORT.hex().split("(?<=\\G.{64})"));
    assertThat(recognise(text(lines)).form()).isInstanceOf(EvidenceForm.SnpReport.class);
  }

  @Test
  void encodings_beyondTheBound_areRefused() {
    String deep = REPORT.hex();
    for (int i = 0; i < 3; i++) {
      deep = text(deep).base64();
    }
    String four = deep;
    assertThatThrownBy(() -> recognise(text(four)))
        .isInstanceOfSatisfying(
            FormatException.class, e -> assertThat(e.code()).isEqualTo(Code.OVERSIZED));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"attestation_report\":{}}|snp",
        "{\"attestation_report\":{\"data\":[]},\"cert_chain\":{}}|csv",
        "{\"quote\":{},\"report\":[]}|az-snp-vtpm",
        "{\"version\":1,\"tpm_quote\":{},\"hcl_report\":\"\",\"vcek\":\"\"}|az-snp-vtpm",
        "{\"tpm_quote\":{},\"hcl_report\":[],\"td_quote\":[]}|az-tdx-vtpm",
        "{\"tpm_quote\":{},\"ak_public\":\"\"}|tpm",
        "{\"svn\":\"1\",\"report_data\":\"\"}|sample",
        "{\"svn\":\"2\",\"report_data\":\"\"}|sampledevice",
        "{\"token\":[1]}|cca",
        "{\"device_evidence_list\":[]}|nvidia",
        "{\"version\":1,\"devices\":[]}|nvidiadpu",
        "{\"attestation_reports\":[]}|hygondcu",
        "{\"measurement\":\"\",\"image_hdr_tags\":\"\"}|se"
      })
  void guestEvidence_byItsMembers_isOfItsTee(String json, String tee) throws FormatException {
    assertThat(recognise(text(json)).form())
        .isInstanceOfSatisfying(
            EvidenceForm.GuestEvidence.class, form -> assertThat(form.tee()).isEqualTo(tee));
  }

  @Test
  void guestEvidence_withAQuote_isOfTheTeeOfTheQuote() throws FormatException {
    for (Bytes quote : List.of(SGX_QUOTE, TDX_QUOTE)) {
      Json.Obj json = Json.object().put("quote", quote.base64()).build();
      assertThat(recognise(text(json.compact())).form())
          .isInstanceOfSatisfying(
              EvidenceForm.GuestEvidence.class,
              form -> assertThat(form.tee()).isEqualTo(quote == SGX_QUOTE ? "sgx" : "tdx"));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "{\"a\":1}",
        "{\"quote\":\"!\"}",
        "{\"quote\":\"AAAA\"}",
        "{\"attestation_report\":null}",
        "{\"attestation_report\":{},\"quote\":\"\"}",
        "{\"tpm_quote\":{},\"hcl_report\":\"\",\"vcek\":\"\",\"td_quote\":\"\"}",
        "{\"a\":1,\"a\":2}",
        "{",
        "[]",
        "\"\"",
        "",
        " ",
        "hello, world",
        "00",
        "-----BEGIN NOTHING-----"
      })
  void input_ofNoFormOrTwo_isRefused(String input) {
    assertThatThrownBy(() -> recognise(text(input))).isInstanceOf(FormatException.class);
  }

  @Test
  void input_ofTwoShapes_saysWhich() {
    assertUnknown(
        text("{\"tpm_quote\":{},\"hcl_report\":\"\",\"vcek\":\"\",\"ak_public\":\"\"}"),
        "az-snp-vtpm [tpm_quote, hcl_report, vcek]");
  }

  @Test
  void input_tooLong_isRefused() {
    assertThatThrownBy(() -> recognise(Bytes.zeros(Recogniser.MAX_SIZE + 1)))
        .isInstanceOfSatisfying(
            FormatException.class, e -> assertThat(e.code()).isEqualTo(Code.OVERSIZED));
  }

  @Test
  void collateral_asBundleOrAsDocuments_isIt() throws FormatException {
    assertThat(recognise(text("{\"tcbInfo\":\"{}\",\"qeIdentity\":\"{}\"}")).form())
        .isInstanceOf(EvidenceForm.DcapCollateral.class);
    for (String member : List.of("tcbInfo", "enclaveIdentity")) {
      Bytes document = text("{\"" + member + "\":{},\"signature\":\"00\"}");
      assertThat(recognise(document).form())
          .isEqualTo(new EvidenceForm.DcapDocument(member, document));
    }
  }

  @ParameterizedTest
  @CsvSource({"snp,report,snp", "tdx,quote,tdx", "sgx,quote,sgx"})
  void vectors_everyFile_isOfItsTee(String folder, String member, String tee)
      throws IOException, FormatException {
    List<String> wrong = new ArrayList<>();
    for (Json entry :
        Json.parse(Vectors.text(folder + "/cases.json"), JsonLimits.DOCUMENT).asArray("cases")) {
      Json.Obj item = entry.asObject("case");
      if (item.get("kind").isPresent() || item.get(member).isEmpty()) {
        continue;
      }
      Bytes file = Bytes.of(Vectors.bytes(folder + "/" + item.string(member)));
      if (!(recognise(file).form() instanceof EvidenceForm.Evidence evidence)
          || !evidence.tee().equals(tee)) {
        wrong.add(item.string("id"));
      }
    }
    // Its header says nothing that is known, which its verifier refuses.
    assertThat(wrong).isSubsetOf("syn-tee-type-unknown");
  }

  @Test
  void input_mutated_isRecognisedOrRefused() {
    Bytes chain = AMD.authorities().getFirst();
    List<byte[]> valid = new ArrayList<>();
    for (Bytes each : List.of(REPORT.concat(table()), TDX_QUOTE, table(), chain)) {
      valid.add(each.toByteArray());
      valid.add(each.base64().getBytes(StandardCharsets.US_ASCII));
    }
    valid.add(
        "{\"tpm_quote\":{},\"hcl_report\":\"\",\"vcek\":\"\"}".getBytes(StandardCharsets.US_ASCII));
    Mutations.feed(RecogniserFuzzer::fuzzerTestOneInput, 51, 200, valid);
  }

  @Test
  void protobufOfGoogle_isToldApartByItsFirstField() throws FormatException, IOException {
    Bytes endorsement = Bytes.of(Vectors.bytes("gcp/gce-endorsement-2026-05.binarypb"));
    Bytes attestation = Bytes.of(Vectors.bytes("gcp/gce-cos-85-nonce9009.pb"));
    assertThat(recognise(endorsement).form())
        .isEqualTo(new EvidenceForm.LaunchEndorsement(endorsement));
    assertThat(recognise(attestation).form())
        .isEqualTo(new EvidenceForm.GoogleAttestation(attestation));
    assertThat(recognise(text(attestation.base64())).what()).endsWith("in base64");
  }

  @ParameterizedTest
  @ValueSource(strings = {"\n\n\n\n\n\n", "\n\u0001\n", "\n\u0003\u0000\u0001x"})
  void protobuf_ofNothingKnown_isUnknown(String start) {
    assertUnknown(text(start + "abc def ghi"), "one of");
  }

  @Test
  void certificate_ofAKeyOfGoogle_isEvidenceAndItsAuthorityIsNot() throws IOException {
    String key = Vectors.text("gcp/pca_tpm_rsa_sign_cert.pem");
    String authority = Vectors.text("gcp/gcp_ek_ak_ca_intermediate_v3.pem");
    assertThat(form(authority)).isInstanceOf(EvidenceForm.Certificates.class);
    assertThat(form(authority + key)).isInstanceOf(EvidenceForm.GoogleAkCertificate.class);
    assertThat(((EvidenceForm.GoogleAkCertificate) form(authority + key)).chain())
        .isEqualTo(((EvidenceForm.GoogleAkCertificate) form(key + authority)).chain());
    assertThat(form(key + key)).isInstanceOf(EvidenceForm.Certificates.class);
  }

  private static EvidenceForm form(String text) {
    try {
      return recognise(text(text)).form();
    } catch (FormatException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void certificatesOfSev_areRecognisedWholeOnly() throws FormatException {
    SimulatedSev sev = SimulatedSev.create();
    Bytes chain = sev.ask().concat(sev.ark());
    assertThat(recognise(chain).what()).isEqualTo("SEV certificates [ASK, ARK]");
    assertThatThrownBy(() -> recognise(chain.slice(0, chain.size() - 1)))
        .isInstanceOf(FormatException.class);
    assertThatThrownBy(() -> recognise(sev.pdh().concat(Bytes.zeros(3))))
        .isInstanceOf(FormatException.class);
  }
}
