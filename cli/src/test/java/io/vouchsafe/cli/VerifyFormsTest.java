package io.vouchsafe.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.testkit.Vectors;
import io.vouchsafe.testkit.amd.SimulatedSev;
import io.vouchsafe.testkit.tpm.EkAuthority;
import io.vouchsafe.testkit.tpm.SoftTpm;
import io.vouchsafe.tpm.HashAlg;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// `verify` on what is neither a report of SEV-SNP nor a DCAP quote: evidence of a TPM, the sample,
/// certificates of legacy SEV, and what Google vouches for.
class VerifyFormsTest {
  private static final String AT = "2026-11-25T00:00:00Z";
  private static final SimulatedSev SEV = SimulatedSev.create();
  private static final Bytes OWNER = SEV.oca();
  private static final EkAuthority MAKER = EkAuthority.create();
  private static final SoftTpm TPM = SoftTpm.create(MAKER);
  private static final String AK = HashAlg.SHA256.digest(TPM.akPublic()).hex();
  private static final Bytes DATA = Bytes.utf8("nonce and key").fit(48);
  private static final String SAMPLE = "{\"svn\":\"1\",\"report_data\":\"" + DATA.base64() + "\"}";

  @TempDir private Path folder;

  private String file(String name, Bytes content) throws IOException {
    return Files.write(folder.resolve(name), content.toByteArray()).toString();
  }

  private String file(String name, String content) throws IOException {
    return file(name, Bytes.utf8(content));
  }

  private Cli.Outcome verify(String... words) {
    List<String> all = new ArrayList<>(List.of("verify", "--json"));
    all.addAll(List.of(words));
    return new Cli(folder).run(all.toArray(String[]::new));
  }

  private static Json.Obj result(Cli.Outcome outcome) throws FormatException {
    assertThat(outcome.err()).isEmpty();
    assertThat(outcome.json().array("results")).hasSize(1);
    return outcome.json().array("results").getFirst().asObject("result");
  }

  private static void assertRefused(Cli.Outcome outcome, String check, String code)
      throws FormatException {
    Json.Obj refusal = result(outcome).object("refusal");
    assertThat(refusal.string("code")).as(refusal.compact()).isEqualTo(code);
    assertThat(refusal.string("check")).isEqualTo(check);
    assertThat(outcome.status()).isEqualTo(1);
  }

  private static String unchecked(Json.Obj result) throws FormatException {
    List<String> members = new ArrayList<>();
    for (Json each : result.array("unchecked")) {
      members.add(each.asObject("unchecked").string("member"));
    }
    return String.join(" ", members);
  }

  // Legacy SEV.

  private String[] platform(Bytes pdh) throws IOException {
    return new String[] {
      file("platform.cert", SEV.pek().concat(pdh).concat(OWNER).concat(SEV.cek())),
      file("authorities.cert", SEV.ask().concat(SEV.ark())),
      "--root",
      file("ark.cert", SEV.ark()),
    };
  }

  private String[] with(String[] words, String... more) {
    List<String> all = new ArrayList<>(List.of(words));
    all.addAll(List.of(more));
    return all.toArray(String[]::new);
  }

  @Test
  void sev_wholeChainInTwoFiles_isValidWithItsOwner() throws Exception {
    String owner = HashAlg.SHA256.digest(OWNER).hex();
    String policy = file("policy.json", "{\"owner\":\"" + owner + "\"}");
    Cli.Outcome outcome = verify(with(platform(SEV.pdh()), "--policy", policy));
    Json.Obj result = result(outcome);
    assertThat(outcome.status()).as(outcome.out()).isZero();
    assertThat(result.string("tee")).isEqualTo("sev");
    assertThat(result.string("anchor")).isEqualTo("operator-named");
    assertThat(result.object("claims").string("owner")).isEqualTo(owner);
  }

  @Test
  void sev_ownerThatNobodyNames_isIncomplete() throws Exception {
    Cli.Outcome outcome = verify(platform(SEV.pdh()));
    assertThat(outcome.status()).isEqualTo(3);
    assertThat(unchecked(result(outcome))).isEqualTo("owner");
  }

  @Test
  void sev_anotherOwner_isRefused() throws Exception {
    String policy = file("policy.json", "{\"owner\":\"" + "00".repeat(32) + "\"}");
    Cli.Outcome outcome = verify(with(platform(SEV.pdh()), "--policy", policy));
    assertRefused(outcome, "sev.platform.owner", "CHAIN_INVALID");
  }

  @Test
  void sev_keyOfAnotherPlatform_isRefused() throws Exception {
    assertRefused(
        verify(platform(SimulatedSev.create().pdh())),
        "sev.platform.exchange-key",
        "CHAIN_INVALID");
  }

  @Test
  void sev_withoutTheRootNamed_isRefusedWithTheProductsThatAreKnown() throws Exception {
    String[] words = platform(SEV.pdh());
    Cli.Outcome outcome = verify(words[0], words[1]);
    assertRefused(outcome, "sev.ca.root", "CHAIN_INVALID");
    assertThat(result(outcome).object("refusal").string("expected"))
        .contains("Naples", "Rome", "Milan", "Genoa", "Turin");
  }

  @Test
  void sev_missingCertificates_areNamed() throws Exception {
    Cli.Outcome outcome = verify(file("pdh.cert", SEV.pdh()), file("ark.cert", SEV.ark()));
    assertRefused(outcome, "sev.ca.intermediate", "CHAIN_INVALID");
    assertThat(result(outcome).object("refusal").string("expected")).contains("ASK");
  }

  @Test
  void sev_twoOfAKind_areRefused() throws Exception {
    Cli.Outcome outcome =
        verify(file("one.cert", SEV.pdh()), file("two.cert", SimulatedSev.create().pdh()));
    assertThat(outcome.status()).isEqualTo(2);
    assertThat(result(outcome).object("refusal").string("found")).contains("two of PDH");
  }

  @ParameterizedTest
  @CsvSource({"naples, true", "rome, true", "milan, true", "turin, true"})
  void sev_authoritiesOfAmd_areProduction(String product, boolean valid) throws Exception {
    String ark = Vectors.path("sev/" + product + ".ark.cert").toString();
    Cli.Outcome outcome = verify(ark, Vectors.path("sev/" + product + ".ask.cert").toString());
    assertThat(outcome.status() == 0).as(outcome.out()).isEqualTo(valid);
    assertThat(result(outcome).string("anchor")).isEqualTo("production");
  }

  @Test
  void sev_realPlatform_isVerifiedAndAnEditedOneIsNot() throws Exception {
    List<String> files = new ArrayList<>();
    for (String part : List.of("ark", "ask", "cek", "oca", "pek")) {
      files.add(Vectors.path("sev/naples." + part + ".cert").toString());
    }
    files.add(Vectors.path("sev/naples.pdh.cert").toString());
    assertThat(verify(files.toArray(String[]::new)).status()).isEqualTo(3);
    files.set(5, Vectors.path("sev/naples.pdh-edited.cert").toString());
    assertRefused(
        verify(files.toArray(String[]::new)), "sev.platform.exchange-key", "CHAIN_INVALID");
    files.set(1, Vectors.path("sev/rome.ask.cert").toString());
    assertRefused(verify(files.toArray(String[]::new)), "sev.ca.intermediate", "CHAIN_INVALID");
  }

  @Test
  void sev_certificateCutShort_isMalformed() throws Exception {
    Cli.Outcome outcome = verify(file("pdh.cert", SEV.pdh().slice(0, 2000)));
    assertThat(outcome.status()).isEqualTo(2);
    assertThat(outcome.out()).contains("2084 bytes");
  }

  // TPM.

  private String[] tpm(String policy, Json.Obj evidence, String... more) throws IOException {
    return with(
        new String[] {
          file("tpm.json", evidence.compact()), "--at", AT, "--policy", file("policy.json", policy),
        },
        more);
  }

  private static Json.Obj quote() {
    return TPM.evidence().reportData(DATA).build();
  }

  private static String listed() {
    return "{\"trustedAks\":[\"" + AK + "\"]}";
  }

  @Test
  void tpm_keyThatThePolicyLists_isIncompleteWithoutInitData() throws Exception {
    Cli.Outcome outcome = verify(tpm(listed(), quote(), "--report-data", DATA.fit(32).hex()));
    Json.Obj result = result(outcome);
    assertThat(outcome.status()).as(outcome.out()).isEqualTo(3);
    assertThat(unchecked(result)).isEqualTo("initDataHash");
    assertThat(result.string("anchor")).isEqualTo("operator-named");
    assertThat(result.object("claims").get("endorsement_key")).isEmpty();
  }

  @Test
  void tpm_chainOfItsMaker_isAClaimOnceTheRootIsNamed() throws Exception {
    String root = file("ek.der", MAKER.root());
    Json.Obj result = result(verify(tpm(listed(), quote(), "--root", root)));
    assertThat(result.object("claims").object("endorsement_key").string("digest"))
        .isEqualTo(TPM.ekDigest().hex());
    assertThat(unchecked(result)).isEqualTo("reportData initDataHash");
  }

  @Test
  void tpm_chainOfAnotherMaker_isRefused() throws Exception {
    String root = file("ek.der", EkAuthority.create().root());
    Cli.Outcome outcome = verify(tpm(listed(), quote(), "--root", root));
    assertRefused(outcome, "tpm.ek.chain", "CHAIN_INVALID");
  }

  @Test
  void tpm_keyThatNobodyLists_isRefusedAndItsNameTold() throws Exception {
    Cli.Outcome outcome = verify(tpm("{}", quote()));
    assertRefused(outcome, "tpm.ak.trust", "AK_NOT_TRUSTED");
    assertThat(result(outcome).object("refusal").string("found"))
        .isEqualTo(TPM.akArea().name().toString());
  }

  @Test
  void tpm_otherReportData_isRefused() throws Exception {
    assertRefused(
        verify(tpm(listed(), quote(), "--report-data", "00".repeat(32))),
        "tpm.quote.report-data",
        "REPORT_DATA_MISMATCH");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"{\"minTcb\":{}}", "{\"trustedAks\":\"00\"}", "{\"trustedAks\":[\"no hex\"]}"})
  void tpm_policyForSomethingElse_ends125(String policy) throws Exception {
    Cli.Outcome outcome = verify(tpm(policy, quote()));
    assertThat(outcome.status()).isEqualTo(125);
    assertThat(outcome.err()).contains("none for tpm");
  }

  // Sample.

  @Test
  void sample_isRefused_unlessASwitchTakesItWhichTheVerdictNames() throws Exception {
    String sample = file("sample.json", SAMPLE);
    assertRefused(verify(sample), "sample.evidence.insecure", "UNSUPPORTED_TEE");
    String policy = file("policy.json", "{\"allowSample\":true}");
    Cli.Outcome allowed = verify(sample, "--policy", policy);
    Json.Obj result = result(allowed);
    assertThat(allowed.status()).isEqualTo(3);
    assertThat(result.string("anchor")).isEqualTo("insecure-sample");
    assertThat(result.array("allowed").getFirst().asObject("allowed").string("by"))
        .isEqualTo("allowSample");
    Cli.Outcome bound = verify(sample, "--policy", policy, "--report-data", DATA.hex());
    assertThat(bound.status()).isZero();
    assertThat(new Cli(folder).run("verify", sample, "--policy", policy).out())
        .contains("weakened  by allowSample", "proves nothing");
  }

  @ParameterizedTest
  @ValueSource(strings = {"{\"allowSample\":false}", "{}"})
  void sample_withoutTheSwitch_isRefused(String text) throws Exception {
    String device = file("device.json", "{\"svn\":\"2\",\"report_data\":\"\"}");
    Cli.Outcome outcome = verify(device, "--policy", file("policy.json", text));
    assertRefused(outcome, "sample.evidence.insecure", "UNSUPPORTED_TEE");
    assertThat(result(outcome).string("tee")).isEqualTo("sampledevice");
  }

  // Google.

  private static String gcp(String name) {
    return Vectors.path("gcp/" + name).toString();
  }

  private String[] endorsement(String policy) throws IOException {
    return new String[] {
      gcp("gce-endorsement-2026-05.binarypb"),
      "--at",
      "2026-10-01T00:00:00Z",
      "--policy",
      file("policy.json", policy)
    };
  }

  private static Json.Obj vector(String id) throws IOException, FormatException {
    Json cases =
        Json.parse(Vectors.text("gcp/cases.json"), io.vouchsafe.encoding.JsonLimits.DOCUMENT);
    for (Json each : cases.asArray("cases")) {
      if (each.asObject("case").string("id").equals(id)) {
        return each.asObject("case");
      }
    }
    throw new AssertionError("no case " + id);
  }

  @Test
  void endorsement_byItself_saysWhetherItIsOfTheMeasurementThatIsNamed() throws Exception {
    assertThat(unchecked(result(verify(endorsement("{}"))))).isEqualTo("measurement");
    String mrtd = vector("gce-endorsement-tdx").string("mrtd");
    Cli.Outcome named = verify(endorsement("{\"mrTd\":\"" + mrtd + "\"}"));
    assertThat(named.status()).as(named.out()).isZero();
    assertThat(result(named).string("anchor")).isEqualTo("production");
    String snp = vector("gce-endorsement-snp-4vcpu").string("snpMeasurement");
    String policy = "{\"vcpus\":%d,\"measurement\":\"" + snp + "\"}";
    assertThat(verify(endorsement(policy.formatted(4))).status()).isZero();
    assertRefused(
        verify(endorsement(policy.formatted(8))),
        "google.endorsement.measurement",
        "MEASUREMENT_NOT_ENDORSED");
    assertRefused(
        verify(endorsement("{\"mrTd\":\"" + mrtd + "\",\"minFirmwareSvn\":1000}")),
        "google.endorsement.svn",
        "SVN_BELOW_MINIMUM");
  }

  @ParameterizedTest
  @CsvSource({
    "gce-endorsement-sig-flip.binarypb, google.endorsement.signature, SIGNATURE_INVALID",
    "syn-gce-ok-tdx-ram.binarypb, google.endorsement.chain, CHAIN_INVALID"
  })
  void endorsement_thatGoogleDidNotSign_isRefused(String file, String check, String code)
      throws Exception {
    assertRefused(verify(gcp(file), "--at", "2026-10-01T00:00:00Z"), check, code);
  }

  @Test
  void endorsement_ofARootThatIsNamed_isTheOperators() throws Exception {
    Cli.Outcome outcome =
        verify(
            gcp("syn-gce-ok-tdx-ram.binarypb"),
            "--root",
            gcp("syn-gce-root.pem"),
            "--at",
            "2025-06-01T00:00:00Z");
    assertThat(result(outcome).string("anchor")).isEqualTo("operator-named");
  }

  @Test
  void endorsement_besideAQuote_mustBeOfItsMeasurement() throws Exception {
    String[] quote = {
      gcp("flashbots-gcp-tdx-2026-07.quote.bin"),
      "--collateral",
      gcp("flashbots-gcp-tdx-2026-07.collateral.json"),
      "--at",
      "2026-07-10T00:00:00Z"
    };
    assertThat(verify(quote).status()).isEqualTo(3);
    assertRefused(
        verify(with(quote, gcp("gce-endorsement-2026-05.binarypb"))),
        "google.endorsement.measurement",
        "MEASUREMENT_NOT_ENDORSED");
    String policy = file("policy.json", "{\"requireLaunchEndorsement\":true}");
    Cli.Outcome demanded = verify(with(quote, "--policy", policy));
    assertRefused(demanded, "google.endorsement.measurement", "MEASUREMENT_NOT_ENDORSED");
    assertThat(result(demanded).object("refusal").string("found")).isEqualTo("none");
  }

  private String[] attestation(String file) {
    return new String[] {
      gcp(file), gcp("tpm_ek_intermediate_2.pem"), "--at", "2024-01-01T00:00:00Z"
    };
  }

  @Test
  void googleVtpm_isVerifiedWithTheAuthorityBesideIt() throws Exception {
    String file = "gce-cos-85-nonce9009.pb";
    Cli.Outcome fresh = verify(with(attestation(file), "--report-data", "9009"));
    assertThat(fresh.status()).as(fresh.out()).isZero();
    assertThat(result(fresh).object("claims").string("technology")).isEqualTo("AMD_SEV");
    Cli.Outcome aged = verify(attestation(file));
    assertThat(aged.status()).isEqualTo(3);
    assertThat(unchecked(result(aged))).isEqualTo("reportData");
    assertRefused(
        verify(with(attestation(file), "--report-data", "9010")),
        "google.vtpm.quote.nonce",
        "NONCE_MISMATCH");
    assertRefused(
        verify(attestation("gce-cos-85-log-edited.pb")),
        "google.vtpm.event-log.replay",
        "EVENTLOG_MISMATCH");
    assertRefused(
        verify(gcp(file), "--at", "2024-01-01T00:00:00Z"), "google.vtpm.ak.chain", "CHAIN_INVALID");
  }

  @ParameterizedTest
  @CsvSource({
    "pca_tpm_rsa_sign_cert.pem, gcp_ek_ak_ca_intermediate_v3.pem",
    "uca_tpm_ecc_sign_cert.pem, tpm_ek_intermediate_3.pem"
  })
  void googleKey_isVerifiedByItsAuthorityOnly(String key, String authority) throws Exception {
    String at = "2024-01-01T00:00:00Z";
    Cli.Outcome outcome = verify(gcp(key), gcp(authority), "--at", at);
    assertThat(outcome.status()).as(outcome.out()).isZero();
    assertThat(result(outcome).object("claims").object("instance").string("zone")).isNotEmpty();
    assertRefused(verify(gcp(key), "--at", at), "google.vtpm.ak.chain", "CHAIN_INVALID");
    assertRefused(
        verify(gcp(key), gcp(authority), "--at", "2010-01-01T00:00:00Z"),
        "google.vtpm.ak.validity",
        "CERT_NOT_YET_VALID");
  }

  @Test
  void statement_ofAnotherKindThanNamed_isRefused() throws Exception {
    String[] words = platform(SEV.pdh());
    assertThat(verify(with(words, "--tee", "snp")).out()).contains("TEE_MISMATCH");
    assertThat(verify(with(endorsement("{}"), "--tee", "snp")).out()).contains("TEE_MISMATCH");
  }
}
