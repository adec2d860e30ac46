package io.vouchsafe.evidence.dcap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.DerTag;
import io.vouchsafe.encoding.DerWriter;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.encoding.JsonLimits;
import io.vouchsafe.evidence.Anchor;
import io.vouchsafe.testkit.intel.PckProfile;
import io.vouchsafe.testkit.intel.PckProfile.Authority;
import io.vouchsafe.testkit.intel.SimulatedBody;
import io.vouchsafe.testkit.intel.SimulatedCollateral.Part;
import io.vouchsafe.testkit.intel.SimulatedIntel;
import io.vouchsafe.testkit.intel.SimulatedPlatform;
import io.vouchsafe.testkit.intel.SimulatedQuote;
import io.vouchsafe.testkit.intel.TcbDocuments;
import io.vouchsafe.verdict.Code;
import io.vouchsafe.verdict.RefusedException;
import java.time.Instant;
import java.util.Collections;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Quotes of a simulated Intel, broken in one place each and refused for that. Collateral has a
/// test of its own.
class DcapSimulatedTest {
  private static final SimulatedIntel INTEL = Simulation.INTEL;

  private static Simulation sgx(SimulatedBody body) {
    return Simulation.sgx().quote(SimulatedQuote.sgx(body));
  }

  private static SimulatedQuote quote() {
    return SimulatedQuote.tdx(SimulatedBody.td());
  }

  private static DcapPolicy policy(String json) throws Exception {
    return DcapPolicy.parse(Json.parse(json, JsonLimits.MESSAGE));
  }

  @ParameterizedTest
  @ValueSource(ints = {3, 4, 5})
  void enclave_inEachVersion_isAccepted(int version) throws Exception {
    SimulatedQuote quote = SimulatedQuote.sgx(SimulatedBody.enclave()).version(version);
    VerifiedQuote verified = Simulation.sgx().quote(quote).verify();
    assertThat(verified.tcb().orElseThrow().status()).isEqualTo(TcbStatus.UP_TO_DATE);
    assertThat(verified.anchor()).isEqualTo(Anchor.OPERATOR_NAMED);
  }

  @Test
  void enclave_underTcbInfoOfVersion2_isAccepted() throws Exception {
    TcbDocuments old = TcbDocuments.sgxV2(PckProfile.CLIENT);
    assertThat(Simulation.sgx().documents(old).status()).isEqualTo(TcbStatus.UP_TO_DATE);
  }

  @ParameterizedTest
  @ValueSource(ints = {4, 5})
  void guest_inEachVersion_isAccepted(int version) throws Exception {
    assertThat(Simulation.tdx().quote(quote().version(version)).status())
        .isEqualTo(TcbStatus.UP_TO_DATE);
  }

  @Test
  void guestOfTdx15_isAccepted() throws Exception {
    assertThat(Simulation.tdx(SimulatedBody.td15()).status()).isEqualTo(TcbStatus.UP_TO_DATE);
  }

  @Test
  void authenticationData_ofAnyLength_isAccepted() throws Exception {
    for (int size : new int[] {0, 1, 1000}) {
      assertThat(Simulation.tdx().quote(quote().authData(Bytes.zeros(size))).status())
          .isEqualTo(TcbStatus.UP_TO_DATE);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "0,0600,UNSUPPORTED_VERSION",
    "0,0200,UNSUPPORTED_VERSION",
    "2,0300,UNSUPPORTED_ALGORITHM",
    "4,82000000,UNSUPPORTED_TEE"
  })
  void header_ofAnotherKind_isRefused(int offset, String value, Code code) throws Exception {
    SimulatedQuote changed = quote().withHeader(offset, Bytes.fromHex(value));
    Simulation.tdx().quote(changed).assertRefused(DcapCheck.QUOTE_FORMAT, code);
  }

  @Test
  void enclaveQuote_thatSaysTdx_isMalformed() throws Exception {
    // The body is too short for a guest's, so the length of the signature lies elsewhere.
    SimulatedQuote changed =
        SimulatedQuote.sgx(SimulatedBody.enclave())
            .version(4)
            .withHeader(4, Bytes.fromHex("81000000"));
    Simulation.sgx().quote(changed).assertRefused(DcapCheck.QUOTE_FORMAT, Code.MALFORMED);
  }

  @Test
  void quotingEnclave_ofAnotherVendor_isRefused() {
    Simulation.tdx()
        .quote(quote().withHeader(12, Bytes.zeros(16)))
        .assertRefused(DcapCheck.QE_VENDOR, Code.QE_VENDOR);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 7})
  void certificationData_withoutChain_isUnsupported(int type) {
    SimulatedQuote named = quote().certification(type, Bytes.zeros(36));
    Simulation good = Simulation.tdx().quote(named);
    Bytes bytes = named.by(good.platform());
    assertThat(refusal(good, bytes)).isEqualTo(Code.UNSUPPORTED_CERTIFICATION_DATA);
  }

  private static Code refusal(Simulation good, Bytes quote) {
    try {
      new QuoteVerifier(DcapRoots.none().named(INTEL.root()), DcapPolicy.STRICT)
          .verifyWithoutCollateral(quote, Simulation.NOTHING, good.at());
      throw new AssertionError("accepted");
    } catch (RefusedException e) {
      return e.code();
    } catch (FormatException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void certificationData_withTheChainOfTheCollateral_isAccepted() throws Exception {
    assertThat(Simulation.tdx().quote(quote().certification(3, Bytes.zeros(404))).status())
        .isEqualTo(TcbStatus.UP_TO_DATE);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 6, 8})
  void certificationData_ofAnUnknownKind_isMalformed(int type) {
    Simulation.tdx()
        .quote(quote().certification(type, Bytes.zeros(36)))
        .assertRefused(DcapCheck.QUOTE_FORMAT, Code.MALFORMED);
  }

  @ParameterizedTest
  @CsvSource({
    "ATTESTATION_KEY,QUOTE_SIGNATURE,SIGNATURE_INVALID",
    "SIGNATURE,QUOTE_SIGNATURE,SIGNATURE_INVALID",
    "BINDING,QE_BINDING,QE_BINDING_INVALID",
    "QE_REPORT_SIGNATURE,QE_REPORT_SIGNATURE,QE_REPORT_SIGNATURE_INVALID"
  })
  void part_ofZeros_isRefused(SimulatedQuote.Part part, DcapCheck check, Code code) {
    Simulation.tdx().quote(quote().with(part, Bytes.zeros(64))).assertRefused(check, code);
    Simulation.sgx()
        .quote(SimulatedQuote.sgx(SimulatedBody.enclave()).with(part, Bytes.zeros(64)))
        .assertRefused(check, code);
  }

  @Test
  void binding_withSomethingBehindTheDigest_isRefused() throws Exception {
    Simulation good = Simulation.tdx();
    Bytes digest = good.verify().quote().signature().qeReport().reportData().slice(0, 32);
    good.quote(
            good.quote().with(SimulatedQuote.Part.BINDING, digest.concat(Bytes.utf8("x").fit(32))))
        .assertRefused(DcapCheck.QE_BINDING, Code.QE_BINDING_INVALID);
  }

  @Test
  void quotingEnclave_onAnotherPlatform_isRefused() {
    SimulatedPlatform other = INTEL.platform(PckProfile.SERVER);
    Simulation.tdx()
        .platform(other.withChain(Simulation.tdx().platform().chain()))
        .assertRefused(DcapCheck.QE_REPORT_SIGNATURE, Code.QE_REPORT_SIGNATURE_INVALID);
  }

  @Test
  void chain_incompleteOrOfStrangers_isRefused() {
    SimulatedPlatform platform = Simulation.tdx().platform();
    Bytes leaf = platform.certificate();
    Bytes issuer = INTEL.authority(Authority.PLATFORM);
    SimulatedIntel stranger = SimulatedIntel.create();
    SimulatedPlatform strange = stranger.platform(PckProfile.SERVER);
    for (Bytes chain :
        new Bytes[] {
          Bytes.EMPTY,
          Bytes.utf8("no certificate"),
          SimulatedIntel.pem(leaf),
          SimulatedIntel.pem(issuer, INTEL.root()),
          SimulatedIntel.pem(leaf, leaf, issuer),
          SimulatedIntel.pem(leaf, issuer, INTEL.authority(Authority.PROCESSOR)),
          SimulatedIntel.pem(leaf, issuer, INTEL.tcbSigning()),
          SimulatedIntel.pem(leaf, INTEL.authority(Authority.PROCESSOR), INTEL.root()),
          SimulatedIntel.pem(leaf, stranger.authority(Authority.PLATFORM), INTEL.root()),
          SimulatedIntel.pem(leaf, issuer, stranger.root()),
          strange.chain()
        }) {
      Simulation.tdx()
          .platform(platform.withChain(chain))
          .assertRefused(DcapCheck.PCK_CHAIN, Code.CHAIN_INVALID);
    }
  }

  @Test
  void chain_inAnyOrderOrWithoutRoot_isAccepted() throws Exception {
    SimulatedPlatform platform = Simulation.tdx().platform();
    Bytes leaf = platform.certificate();
    Bytes issuer = INTEL.authority(Authority.PLATFORM);
    for (Bytes chain :
        new Bytes[] {
          SimulatedIntel.pem(leaf, INTEL.root(), issuer),
          SimulatedIntel.pem(issuer, leaf),
          leaf.concat(issuer).concat(INTEL.root())
        }) {
      assertThat(Simulation.tdx().platform(platform.withChain(chain)).status())
          .isEqualTo(TcbStatus.UP_TO_DATE);
    }
  }

  @Test
  void certificate_signedByTheRootItself_isRefused() {
    Simulation.tdx()
        .platform(INTEL.platformOfTheRoot(PckProfile.SERVER))
        .assertRefused(DcapCheck.PCK_CHAIN, Code.CHAIN_INVALID);
  }

  @Test
  void certificate_outsideOfItsTime_isRefused() {
    Instant at = TcbDocuments.GOOD;
    Simulation good = Simulation.tdx();
    SimulatedPlatform late =
        INTEL.platform(PckProfile.SERVER.valid(at.plusSeconds(1), SimulatedIntel.TO));
    SimulatedPlatform early =
        INTEL.platform(PckProfile.SERVER.valid(SimulatedIntel.FROM, at.minusSeconds(1)));
    good.platform(late).assertRefused(DcapCheck.PCK_CHAIN, Code.CERT_NOT_YET_VALID);
    good.platform(early).assertRefused(DcapCheck.PCK_CHAIN, Code.CERT_EXPIRED);
    SimulatedIntel over = INTEL.valid(SimulatedIntel.FROM, at.minusSeconds(1));
    good.platform(over.platform(PckProfile.SERVER))
        .assertRefused(DcapCheck.PCK_CHAIN, Code.CERT_EXPIRED);
  }

  @ParameterizedTest
  @ValueSource(strings = {"1", "2", "2.1", "2.16", "2.17", "2.18", "3", "4", "5"})
  void extension_withoutAMember_isRefused(String arcs) {
    Simulation.tdx()
        .platform(INTEL.platform(PckProfile.SERVER.without(arcs)))
        .assertRefused(DcapCheck.PCK_EXTENSION, Code.CHAIN_INVALID);
  }

  @Test
  void extension_withAMemberOutOfItsRange_isRefused() {
    PckProfile server = PckProfile.SERVER;
    for (PckProfile wrong :
        new PckProfile[] {
          server.with("1", DerWriter.octetString(Bytes.zeros(15))),
          server.with("2.1", DerWriter.integer(256)),
          server.with("2.1", DerWriter.integer(-1)),
          server.with("2.17", DerWriter.integer(65536)),
          server.with("2.18", DerWriter.octetString(Bytes.zeros(17))),
          server.with("2.19", DerWriter.integer(1)),
          server.with("3", DerWriter.octetString(Bytes.zeros(1))),
          server.with("4", DerWriter.octetString(Bytes.zeros(7))),
          server.with("5", DerWriter.element(DerTag.ENUMERATED, Bytes.of((byte) 3))),
          server.with("6", DerWriter.octetString(Bytes.zeros(3))),
          server.with("7.1", DerWriter.integer(1))
        }) {
      Simulation.tdx()
          .platform(INTEL.platform(wrong))
          .assertRefused(DcapCheck.PCK_EXTENSION, Code.CHAIN_INVALID);
    }
  }

  @Test
  void certificate_withoutTheExtension_isRefused() {
    Simulation.tdx()
        .platform(INTEL.platform(PckProfile.SERVER.withoutExtension()))
        .assertRefused(DcapCheck.PCK_EXTENSION, Code.CHAIN_INVALID);
  }

  @ParameterizedTest
  @CsvSource({
    "MRSIGNER,00",
    "ISVPRODID,0300",
    // DEBUG, which the mask covers.
    "ATTRIBUTES,1300000000000000",
    "MISCSELECT,00000001"
  })
  void quotingEnclave_thatIntelDidNotPublish_isRefused(String field, String value) {
    SimulatedBody enclave = SimulatedBody.tdQuotingEnclave().with(field, value);
    Simulation.tdx()
        .quote(quote().qeReport(enclave))
        .assertRefused(DcapCheck.QE_IDENTITY, Code.QE_IDENTITY_MISMATCH);
  }

  @Test
  void quotingEnclave_ofTheOtherTee_isRefused() {
    Simulation.tdx()
        .quote(quote().qeReport(SimulatedBody.quotingEnclave()))
        .assertRefused(DcapCheck.QE_IDENTITY, Code.QE_IDENTITY_MISMATCH);
  }

  @Test
  void platform_belowEveryLevel_isNotSupported() {
    PckProfile low = PckProfile.SERVER.withLevel(Collections.nCopies(16, 0), 13);
    Simulation.tdx()
        .platform(INTEL.platform(low))
        .assertRefused(DcapCheck.TCB_STATUS, Code.TCB_NOT_SUPPORTED);
    PckProfile oldPce = PckProfile.SERVER.withLevel(Collections.nCopies(16, 5), 4);
    Simulation.tdx()
        .platform(INTEL.platform(oldPce))
        .assertRefused(DcapCheck.TCB_STATUS, Code.TCB_NOT_SUPPORTED);
  }

  @Test
  void quotingEnclave_belowEveryLevel_isNotSupported() {
    SimulatedBody old = SimulatedBody.tdQuotingEnclave().with("ISVSVN", "0300");
    Simulation.tdx()
        .quote(quote().qeReport(old))
        .assertRefused(DcapCheck.TCB_STATUS, Code.TCB_NOT_SUPPORTED);
  }

  @ParameterizedTest
  @CsvSource({
    // Module of version 2, which nobody published; another signer; attributes.
    "TEE_TCB_SVN,0502",
    "MRSIGNERSEAM,01",
    "SEAMATTRIBUTES,01"
  })
  void module_thatIntelDidNotPublish_isRefused(String field, String value) {
    Simulation.tdx(SimulatedBody.td().with(field, value))
        .assertRefused(DcapCheck.TDX_MODULE, Code.TDX_MODULE_MISMATCH);
  }

  @Test
  void module_belowEveryLevel_isNotSupported() {
    Simulation.tdx(SimulatedBody.td().with("TEE_TCB_SVN", "0101"))
        .assertRefused(DcapCheck.TCB_STATUS, Code.TCB_NOT_SUPPORTED);
  }

  @Test
  void guestOfTdx15_withoutAModuleOnOneSide_isNotSupported() {
    SimulatedBody td = SimulatedBody.td15();
    Simulation.tdx(td.with("TEE_TCB_SVN", "0502"))
        .assertRefused(DcapCheck.TCB_STATUS, Code.TCB_NOT_SUPPORTED);
    Simulation.tdx(td.with("TEE_TCB_SVN2", "0502"))
        .assertRefused(DcapCheck.TCB_STATUS, Code.TCB_NOT_SUPPORTED);
  }

  @ParameterizedTest
  @CsvSource({
    "0301,0501,TD_RELAUNCH_ADVISED",
    "0301,0703,TD_RELAUNCH_ADVISED",
    "0301,0401,OUT_OF_DATE",
    "0501,0301,UP_TO_DATE",
    "0501,0501,UP_TO_DATE"
  })
  void guestOfTdx15_afterAnUpdateOfItsModule_isToldToRestart(
      String launch, String current, TcbStatus status) throws Exception {
    SimulatedBody td =
        SimulatedBody.td15().with("TEE_TCB_SVN", launch).with("TEE_TCB_SVN2", current);
    assertThat(Simulation.tdx(td).status()).isEqualTo(status);
  }

  @Test
  void guestOfTdx15_onAModuleThatIsRevokedByNow_isRefused() {
    Simulation td =
        Simulation.tdx(SimulatedBody.td15().with("TEE_TCB_SVN2", "0703"))
            .documents(
                TcbDocuments.tdx(PckProfile.SERVER)
                    .modules(
                        TcbDocuments.module("TDX_01", level(5, "UpToDate")),
                        TcbDocuments.module("TDX_03", level(7, "Revoked"))));
    td.assertRefused(DcapCheck.TCB_STATUS, Code.TCB_REVOKED);
  }

  private static Json.Obj level(int svn, String status) {
    return TcbDocuments.level(TcbDocuments.isvSvn(svn), "2025-03-12T00:00:00Z", status);
  }

  @ParameterizedTest
  @CsvSource({
    "TDATTRIBUTES,0100001000000000,DEBUG,POLICY_DEBUG",
    "TDATTRIBUTES,1000001000000000,DEBUG,POLICY_DEBUG",
    "TDATTRIBUTES,0000003000000000,MIGRATION,POLICY_MIGRATION",
    "TDATTRIBUTES,0200001000000000,ATTRIBUTES,POLICY_ATTRIBUTES",
    "TDATTRIBUTES,0000001000000020,ATTRIBUTES,POLICY_ATTRIBUTES",
    "XFAM,e502060000000000,ATTRIBUTES,POLICY_ATTRIBUTES",
    "MRSERVICETD,01,SERVICE_TD,POLICY_SERVICE_TD"
  })
  void guest_thatTheStrictPolicyRefuses_isRefused(
      String field, String value, DcapCheck check, Code code) {
    Simulation.tdx(SimulatedBody.td15().with(field, value)).assertRefused(check, code);
  }

  @ParameterizedTest
  @CsvSource({
    "TDATTRIBUTES,0100001000000000,allowDebug",
    "TDATTRIBUTES,0000003000000000,allowMigration",
    "MRSERVICETD,01,allowServiceTd"
  })
  void weakness_allowedByASwitch_isNamedInTheChecks(String field, String value, String allowing)
      throws Exception {
    DcapPolicy policy = policy("{\"" + allowing + "\":true}");
    Simulation weak = Simulation.tdx(SimulatedBody.td15().with(field, value)).policy(policy);
    assertThat(weak.verify().checks())
        .anyMatch(result -> result.allowedBy().equals(Optional.of(allowing)));
    assertThat(Simulation.tdx(SimulatedBody.td15()).policy(policy).verify().checks())
        .allMatch(result -> result.allowedBy().isEmpty());
  }

  @Test
  void enclave_withDebug_isRefused() {
    sgx(SimulatedBody.enclave().with("ATTRIBUTES", "0700000000000000"))
        .assertRefused(DcapCheck.DEBUG, Code.POLICY_DEBUG);
  }

  @Test
  void demand_thatIsNotMet_isRefused() throws Exception {
    Simulation enclave = Simulation.sgx();
    enclave
        .policy(policy("{\"mrEnclave\":\"" + "12".repeat(32) + "\"}"))
        .assertRefused(DcapCheck.MR_ENCLAVE, Code.MEASUREMENT_MISMATCH);
    enclave
        .policy(policy("{\"minIsvSvn\":1}"))
        .assertRefused(DcapCheck.SVN, Code.SVN_BELOW_MINIMUM);
    enclave
        .policy(policy("{\"configId\":\"" + "00".repeat(64) + "\"}"))
        .assertRefused(DcapCheck.CONFIG_ID, Code.MEASUREMENT_MISMATCH);
    enclave
        .policy(policy("{\"minTcbEvaluationDataNumber\":18}"))
        .assertRefused(DcapCheck.EVALUATION_NUMBER, Code.TCB_EVALUATION_NUMBER);
  }

  @Test
  void bindings_thatDiffer_areRefused() {
    Simulation guest = Simulation.tdx(SimulatedBody.td().with("REPORTDATA", "01".repeat(48)));
    guest
        .binding(Bytes.zeros(48), Optional.empty())
        .assertRefused(DcapCheck.REPORT_DATA, Code.REPORT_DATA_MISMATCH);
    guest
        .binding(Bytes.EMPTY, Optional.of(Bytes.utf8("init-data")))
        .assertRefused(DcapCheck.INIT_DATA, Code.INIT_DATA_MISMATCH);
  }

  @Test
  void quote_underAnotherRoot_isRefused() throws Exception {
    Simulation good = Simulation.tdx();
    QuoteVerifier verifier = new QuoteVerifier(DcapRoots.intel(), DcapPolicy.STRICT);
    Bytes quote = good.quote().by(good.platform());
    Collateral collateral = Collateral.parse(good.collateral().json());
    assertThatThrownBy(() -> verifier.verify(quote, collateral, Simulation.NOTHING, good.at()))
        .isInstanceOfSatisfying(
            RefusedException.class, e -> assertThat(e.code()).isEqualTo(Code.CHAIN_INVALID));
  }

  @Test
  void collateralForClients_doesNotFitAServer() {
    Simulation.tdx()
        .with(Part.PCK_CRL, Simulation.sgx().collateral().pckCrl())
        .assertRefused(DcapCheck.PCK_CRL, Code.COLLATERAL_MISMATCH);
  }
}
