package io.vouchsafe.evidence.dcap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vouchsafe.encoding.DerWriter;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.encoding.JsonLimits;
import io.vouchsafe.testkit.intel.PckProfile;
import io.vouchsafe.testkit.intel.SimulatedBody;
import io.vouchsafe.testkit.intel.SimulatedQuote;
import io.vouchsafe.testkit.intel.TcbDocuments;
import io.vouchsafe.verdict.Code;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What policies can ask for beside the usual.
class DcapDemandsTest {
  private static final String ZEROS = "00".repeat(48);
  private static final String ONES = "01".repeat(48);

  private static DcapPolicy policy(String json) throws Exception {
    return DcapPolicy.parse(Json.parse(json, JsonLimits.MESSAGE));
  }

  private static Simulation guest(String json) throws Exception {
    return Simulation.tdx(SimulatedBody.td15()).policy(policy(json));
  }

  private static Simulation enclave(String json) throws Exception {
    SimulatedBody separated =
        SimulatedBody.enclave()
            .with("ATTRIBUTES", "8500000000000000")
            .with("ISVFAMILYID", "0a")
            .with("ISVEXTPRODID", "0b")
            .with("ISVPRODID", "0200");
    return Simulation.sgx().quote(SimulatedQuote.sgx(separated)).policy(policy(json));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'acceptedTcbStatuses':['UpToDate','SWHardeningNeeded']}",
        "{'deniedAdvisories':['INTEL-SA-00960']}",
        "{'minTcbDate':'2025-03-12T00:00:00Z'}",
        "{'requireDynamicPlatform':true,'requireCachedKeys':true,'requireSmt':false}",
        "{'ppids':['73696d756c617465642d707069642d2d']}",
        "{'platformInstanceIds':['73696d756c617465642d736572766572']}",
        "{'deniedFmspcs':['000000000000']}",
        "{'minQeSvn':8}",
        "{'requireSeptVeDisable':true}"
      })
  void demand_ofAPlatform_thatIsMet_isAccepted(String json) throws Exception {
    assertThat(guest(json.replace('\'', '"')).status()).isEqualTo(TcbStatus.UP_TO_DATE);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{'acceptedTcbStatuses':['SWHardeningNeeded']}|TCB_LEVEL|TCB_BELOW_MINIMUM",
        "{'minTcbDate':'2025-03-12T00:00:01Z'}|TCB_LEVEL|TCB_BELOW_MINIMUM",
        "{'requireDynamicPlatform':false}|PLATFORM|POLICY_PLATFORM_INFO",
        "{'requireCachedKeys':false}|PLATFORM|POLICY_PLATFORM_INFO",
        "{'requireSmt':true}|PLATFORM|POLICY_PLATFORM_INFO",
        "{'ppids':['00000000000000000000000000000000']}|PLATFORM|POLICY_PLATFORM_INFO",
        "{'platformInstanceIds':['00000000000000000000000000000000']}|PLATFORM|POLICY_PLATFORM_INFO",
        "{'deniedFmspcs':['90c06f000000']}|PLATFORM|POLICY_PLATFORM_INFO",
        "{'minQeSvn':9}|QE_SVN|SVN_BELOW_MINIMUM"
      })
  void demand_ofAPlatform_thatIsNotMet_isRefused(String json, DcapCheck check, Code code)
      throws Exception {
    guest(json.replace('\'', '"')).assertRefused(check, code);
  }

  @Test
  void setting_thatTheCertificateDoesNotState_isNotMet() throws Exception {
    for (String json :
        new String[] {
          "{\"requireSmt\":false}",
          "{\"requireSmt\":true}",
          "{\"platformInstanceIds\":[\"00000000000000000000000000000000\"]}"
        }) {
      enclave(json).assertRefused(DcapCheck.PLATFORM, Code.POLICY_PLATFORM_INFO);
    }
    PckProfile multithreaded = PckProfile.SERVER.with("7.3", DerWriter.bool(true));
    assertThat(
            guest("{\"requireSmt\":true}")
                .platform(Simulation.INTEL.platform(multithreaded))
                .status())
        .isEqualTo(TcbStatus.UP_TO_DATE);
  }

  @Test
  void advisory_thatIsDenied_isRefused() throws Exception {
    Simulation old =
        guest("{\"deniedAdvisories\":[\"INTEL-SA-01036\"]}")
            .quote(SimulatedQuote.tdx(SimulatedBody.td().with("TEE_TCB_SVN", "0401")));
    old.assertRefused(DcapCheck.TCB_LEVEL, Code.TCB_BELOW_MINIMUM);
    assertThat(old.policy(policy("{\"deniedAdvisories\":[\"INTEL-SA-00001\"]}")).status())
        .isEqualTo(TcbStatus.OUT_OF_DATE);
  }

  @Test
  void advisory_thatIsNotAllowed_isRefused() throws Exception {
    Simulation old =
        guest("{\"allowedAdvisories\":[\"INTEL-SA-00001\"]}")
            .quote(SimulatedQuote.tdx(SimulatedBody.td().with("TEE_TCB_SVN", "0401")));
    old.assertRefused(DcapCheck.TCB_LEVEL, Code.TCB_BELOW_MINIMUM);
    String both = "[\"INTEL-SA-00001\",\"INTEL-SA-01036\"]";
    assertThat(old.policy(policy("{\"allowedAdvisories\":" + both + "}")).status())
        .isEqualTo(TcbStatus.OUT_OF_DATE);
  }

  @Test
  void enclave_withTheProvisioningKey_isRefusedOnDemand() throws Exception {
    SimulatedBody privileged = SimulatedBody.enclave().with("ATTRIBUTES", "1500000000000000");
    Simulation enclave = Simulation.sgx().quote(SimulatedQuote.sgx(privileged));
    assertThat(enclave.status()).isEqualTo(TcbStatus.UP_TO_DATE);
    DcapPolicy demanding = policy("{\"requireNoProvisionKey\":true}");
    enclave.policy(demanding).assertRefused(DcapCheck.ATTRIBUTES, Code.POLICY_ATTRIBUTES);
    assertThat(Simulation.sgx().policy(demanding).status()).isEqualTo(TcbStatus.UP_TO_DATE);
  }

  @Test
  void level_demandedWithoutCollateral_isRefused() throws Exception {
    Simulation good = guest("{\"acceptedTcbStatuses\":[\"UpToDate\"]}");
    QuoteVerifier verifier =
        new QuoteVerifier(DcapRoots.none().named(Simulation.INTEL.root()), good.policy());
    assertThatThrownBy(() ->
            verifier.verifyWithoutCollateral(
                good.quote().by(good.platform()), Simulation.NOTHING, TcbDocuments.GOOD))
        .hasMessageContaining("TCB_BELOW_MINIMUM");
  }

  @ParameterizedTest
  @CsvSource({
    "mrTd,MRTD,MEASUREMENTS,MEASUREMENT_MISMATCH",
    "rtmr0,RTMR0,MEASUREMENTS,MEASUREMENT_MISMATCH",
    "rtmr3,RTMR3,MEASUREMENTS,MEASUREMENT_MISMATCH",
    "mrConfigId,MRCONFIGID,MEASUREMENTS,MEASUREMENT_MISMATCH",
    "mrOwner,MROWNER,MEASUREMENTS,MEASUREMENT_MISMATCH",
    "mrOwnerConfig,MROWNERCONFIG,MEASUREMENTS,MEASUREMENT_MISMATCH"
  })
  void measurement_ofAGuest_mustBeTheOneThatIsNamed(
      String member, String field, DcapCheck check, Code code) throws Exception {
    String good = SimulatedBody.td15().get(field).hex();
    assertThat(guest("{\"" + member + "\":\"" + good + "\"}").status())
        .isEqualTo(TcbStatus.UP_TO_DATE);
    guest("{\"" + member + "\":\"" + ONES + "\"}").assertRefused(check, code);
  }

  @Test
  void module_mustBeOneOfTheList() throws Exception {
    guest("{\"mrSeams\":[\"" + ONES + "\"]}")
        .assertRefused(DcapCheck.SEAM, Code.TDX_MODULE_MISMATCH);
    assertThat(guest("{\"mrSeams\":[\"" + ONES + "\",\"" + "44".repeat(48) + "\"]}").status())
        .isEqualTo(TcbStatus.UP_TO_DATE);
  }

  @Test
  void guest_thatCanBeSurprisedByItsMemory_isRefusedOnDemand() throws Exception {
    guest("{\"requireSeptVeDisable\":true}")
        .quote(SimulatedQuote.tdx(SimulatedBody.td().with("TDATTRIBUTES", "00000000")))
        .assertRefused(DcapCheck.ATTRIBUTES, Code.POLICY_ATTRIBUTES);
  }

  @ParameterizedTest
  @ValueSource(strings = {"MRSERVICETD", "INIT_SERVTD_HASH", "CUR_SERVTD_HASH"})
  void serviceTd_inAnyPlace_mustBeListed(String field) throws Exception {
    SimulatedQuote quote = SimulatedQuote.tdx(SimulatedBody.td15Ex().with(field, ONES));
    guest("{}").quote(quote).assertRefused(DcapCheck.SERVICE_TD, Code.POLICY_SERVICE_TD);
    guest("{\"serviceTds\":[\"" + ZEROS + "\"]}")
        .quote(quote)
        .assertRefused(DcapCheck.SERVICE_TD, Code.POLICY_SERVICE_TD);
    assertThat(guest("{\"serviceTds\":[\"" + ONES + "\"]}").quote(quote).status())
        .isEqualTo(TcbStatus.UP_TO_DATE);
  }

  @Test
  void longerReport_isReadWhole() throws Exception {
    SimulatedBody body = SimulatedBody.td15Ex();
    for (SimulatedBody.Field field : body.fields().subList(17, 27)) {
      if (!field.name().contains("SERVTD_HASH")) {
        body = body.with(field.name(), field.size() == 1 ? "01" : "0".repeat(2) + "ff");
      }
    }
    VerifiedQuote verified = Simulation.tdx(body).verify();
    TdReport report = (TdReport) verified.quote().body();
    TdReport.ServiceTds more = report.serviceTds().orElseThrow();
    assertThat(more.vmId()).isEqualTo(1);
    assertThat(more.tdId()).isEqualTo(body.get("TD_ID"));
    assertThat(more.devInfo()).isEqualTo(body.get("DEV_INFO"));
    assertThat(more.initialFmspc()).isEqualTo(body.get("INIT_FMSPC"));
    assertThat(more.initialTeeTcbSvn()).isEqualTo(body.get("INIT_TEE_TCB_SVN"));
    assertThat(more.current().attributes()).isEqualTo(body.get("CUR_SERVTD_ATTRIBUTES"));
    Json.Obj quote = DcapClaims.of(verified).object("quote");
    assertThat(quote.string("type")).isEqualTo("0400");
    assertThat(quote.string("size")).isEqualTo("75030000");
  }

  @ParameterizedTest
  @CsvSource({"mrSigner,MRSIGNER,22", "isvFamilyId,ISVFAMILYID,0a", "isvExtProdId,ISVEXTPRODID,0b"})
  void identity_ofAnEnclave_mustBeTheOneThatIsNamed(String member, String field, String start)
      throws Exception {
    Simulation any = enclave("{}");
    SgxReport report = (SgxReport) any.verify().quote().body();
    String good =
        switch (field) {
          case "MRSIGNER" -> report.mrSigner().hex();
          case "ISVFAMILYID" -> report.isvFamilyId().hex();
          default -> report.isvExtProdId().hex();
        };
    assertThat(good).startsWith(start);
    assertThat(enclave("{\"" + member + "\":\"" + good + "\"}").status())
        .isEqualTo(TcbStatus.UP_TO_DATE);
    String other = "ff" + good.substring(2);
    enclave("{\"" + member + "\":\"" + other + "\"}")
        .assertRefused(DcapCheck.MEASUREMENTS, Code.MEASUREMENT_MISMATCH);
  }

  @Test
  void product_ofAnEnclave_mustBeTheOneThatIsNamed() throws Exception {
    assertThat(enclave("{\"isvProdId\":2}").status()).isEqualTo(TcbStatus.UP_TO_DATE);
    enclave("{\"isvProdId\":3}").assertRefused(DcapCheck.MEASUREMENTS, Code.MEASUREMENT_MISMATCH);
  }

  @Test
  void familyId_ofAnEnclaveWithoutKeySeparation_isNone() throws Exception {
    Simulation.sgx()
        .policy(policy("{\"isvFamilyId\":\"" + "00".repeat(16) + "\"}"))
        .assertRefused(DcapCheck.MEASUREMENTS, Code.MEASUREMENT_MISMATCH);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"acceptedTcbStatus\":[]}",
        "{\"acceptedTcbStatuses\":[]}",
        "{\"acceptedTcbStatuses\":\"UpToDate\"}",
        "{\"acceptedTcbStatuses\":[\"Fine\"]}",
        "{\"minTcbDate\":\"2025\"}",
        "{\"requireSmt\":1}",
        "{\"ppids\":[\"00\"]}",
        "{\"minQeSvn\":65536}",
        "{\"mrTd\":\"00\"}"
      })
  void policy_ofAnotherForm_isNone(String json) {
    assertThatThrownBy(() -> policy(json)).isInstanceOf(FormatException.class);
  }
}
