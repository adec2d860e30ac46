package io.vouchsafe.trust.collateral;

import static org.assertj.core.api.Assertions.assertThat;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.testkit.amd.VekExtensions;
import io.vouchsafe.testkit.intel.PckProfile;
import io.vouchsafe.testkit.intel.PckProfile.Authority;
import io.vouchsafe.testkit.intel.TcbDocuments;
import io.vouchsafe.verdict.Code;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Documents that are not what was asked for, whoever sends them.
@Timeout(240)
class FetchedDocumentsIT extends CollateralServiceTestCase {
  @Test
  void certificate_ofAnotherChip_isRefused() throws Exception {
    Bytes other =
        Vendors.AMD
            .chip(VekExtensions.chip("Milan-B0", Vendors.TCB, Vendors.chipId(9)))
            .certificate();
    vendors.server.chip("Milan", Vendors.CHIP_ID, Vendors.TCB, other);
    assertThat(refusal(Vendors.CHIP_KEY)).isEqualTo(Code.CHIP_MISMATCH);
  }

  @Test
  void certificate_ofAnotherTcb_isRefused() throws Exception {
    var newer = new io.vouchsafe.testkit.amd.SimulatedTcb(4, 0, 20, 209);
    Bytes other =
        Vendors.AMD.chip(VekExtensions.chip("Milan-B0", newer, Vendors.CHIP_ID)).certificate();
    vendors.server.chip("Milan", Vendors.CHIP_ID, Vendors.TCB, other);
    assertThat(refusal(Vendors.CHIP_KEY)).isEqualTo(Code.TCB_MISMATCH);
  }

  @Test
  void certificate_ofAnotherProduct_isRefused() throws Exception {
    Bytes other =
        Vendors.AMD
            .chip(VekExtensions.chip("Genoa-B1", Vendors.TCB, Vendors.CHIP_ID))
            .certificate();
    vendors.server.chip("Milan", Vendors.CHIP_ID, Vendors.TCB, other);
    assertThat(refusal(Vendors.CHIP_KEY)).isEqualTo(Code.PRODUCT_MISMATCH);
  }

  @Test
  void authorities_ofAnotherRoot_areRefused() throws Exception {
    var other = io.vouchsafe.testkit.amd.SimulatedAmd.of("Milan");
    vendors.server.publish(other, "Milan", Vendors.START.minus(DAY), Vendors.LISTS_UNTIL);
    assertThat(refusal(Vendors.CHAIN)).isEqualTo(Code.CHAIN_INVALID);
    assertThat(refusal(Vendors.CHIP_KEY)).isEqualTo(Code.CHAIN_INVALID);
  }

  @Test
  void authorities_forProviders_areNotThoseForChips() throws Exception {
    List<Bytes> all = Vendors.AMD.authorities();
    vendors.server.amdChain("vcek", "Milan", all.get(1), all.get(2));
    assertThat(refusal(Vendors.CHAIN)).isEqualTo(Code.CHAIN_INVALID);
  }

  @Test
  void authorities_withMoreThanTheTwo_areRefused() throws Exception {
    List<Bytes> all = Vendors.AMD.authorities();
    vendors.server.amdChain("vcek", "Milan", all.get(0), all.get(1), all.get(2));
    assertThat(refusal(Vendors.CHAIN)).isEqualTo(Code.CHAIN_INVALID);
  }

  @Test
  void revocationList_thatIsOver_isRefused() throws Exception {
    Instant from = Vendors.START.minus(Duration.ofDays(9));
    Instant until = Vendors.START.minusSeconds(1);
    vendors.server.publish(Vendors.AMD, "Milan", from, until);
    vendors.server.publish(Vendors.INTEL, from, until);
    assertThat(refusal(Vendors.AMD_LIST)).isEqualTo(Code.COLLATERAL_EXPIRED);
    assertThat(refusal(Vendors.ROOT_LIST)).isEqualTo(Code.COLLATERAL_EXPIRED);
    assertThat(refusal(Vendors.PCK_LIST)).isEqualTo(Code.COLLATERAL_EXPIRED);
  }

  @Test
  void revocationList_ofTheFuture_isRefused() throws Exception {
    Instant from = Vendors.START.plusSeconds(60);
    vendors.server.publish(Vendors.AMD, "Milan", from, from.plus(DAY));
    vendors.server.publish(Vendors.INTEL, from, from.plus(DAY));
    assertThat(refusal(Vendors.AMD_LIST)).isEqualTo(Code.COLLATERAL_NOT_YET_VALID);
    assertThat(refusal(Vendors.ROOT_LIST)).isEqualTo(Code.COLLATERAL_NOT_YET_VALID);
    assertThat(refusal(Vendors.PCK_LIST)).isEqualTo(Code.COLLATERAL_NOT_YET_VALID);
  }

  @Test
  void revocationList_ofTheOtherAuthority_isRefused() throws Exception {
    vendors.server.pckList(
        Authority.PLATFORM,
        Vendors.INTEL.pckCrl(Authority.PROCESSOR, Vendors.START, Vendors.LISTS_UNTIL),
        Vendors.INTEL.issuerChain(Authority.PROCESSOR));
    assertThat(refusal(Vendors.PCK_LIST)).isEqualTo(Code.COLLATERAL_MISMATCH);
  }

  @Test
  void revocationList_thatIsForged_isRefused() throws Exception {
    vendors.server.pckList(
        Authority.PLATFORM,
        Vendors.INTEL.forgedPckCrl(Authority.PLATFORM),
        Vendors.INTEL.issuerChain(Authority.PLATFORM));
    assertThat(refusal(Vendors.PCK_LIST)).isEqualTo(Code.COLLATERAL_SIGNATURE_INVALID);
  }

  @Test
  void rootList_ofAnotherRoot_isRefused() throws Exception {
    var other = io.vouchsafe.testkit.intel.SimulatedIntel.create();
    vendors.server.rootList(other.rootCrl(Vendors.START, Vendors.LISTS_UNTIL));
    assertThat(refusal(Vendors.ROOT_LIST)).isEqualTo(Code.COLLATERAL_SIGNATURE_INVALID);
  }

  @Test
  void rootList_thatIsAnIntermediatesOne_isRefused() throws Exception {
    vendors.server.rootList(
        Vendors.INTEL.pckCrl(Authority.PLATFORM, Vendors.START, Vendors.LISTS_UNTIL));
    assertThat(refusal(Vendors.ROOT_LIST)).isEqualTo(Code.COLLATERAL_INVALID);
  }

  @Test
  void tcbInfo_ofAnotherPlatformOrTee_isRefused() throws Exception {
    TcbDocuments sgx = TcbDocuments.sgx(PckProfile.SERVER);
    TcbDocuments other =
        TcbDocuments.tdx(PckProfile.SERVER.withFmspc(Bytes.fromHex("0102030405ff")));
    vendors.server.publish(Vendors.INTEL, "tdx", Vendors.FMSPC, other);
    assertThat(refusal(Vendors.TCB_INFO)).isEqualTo(Code.COLLATERAL_MISMATCH);
    vendors.clock.move(Duration.ofMinutes(5));
    vendors.server.publish(Vendors.INTEL, "tdx", Vendors.FMSPC, sgx);
    assertThat(refusal(Vendors.TCB_INFO)).isEqualTo(Code.COLLATERAL_MISMATCH);
    assertThat(refusal(Vendors.IDENTITY)).isEqualTo(Code.COLLATERAL_MISMATCH);
  }

  @Test
  void tcbInfo_signedByAnAuthorityForPlatforms_isRefused() throws Exception {
    TcbDocuments documents = TcbDocuments.tdx(PckProfile.SERVER);
    vendors.server.tcbInfo(
        "tdx",
        Vendors.FMSPC,
        Vendors.INTEL.signed("tcbInfo", documents.tcbInfo()),
        Vendors.INTEL.issuerChain(Authority.PLATFORM));
    assertThat(refusal(Vendors.TCB_INFO)).isEqualTo(Code.COLLATERAL_CHAIN_INVALID);
  }

  @Test
  void tcbInfo_thatIsOlderThanTheOneHeld_isRefusedAndTheNewerStays() throws Exception {
    TcbDocuments documents = TcbDocuments.tdx(PckProfile.SERVER).numbered(19);
    vendors.server.publish(Vendors.INTEL, "tdx", Vendors.FMSPC, documents);
    VerifiedDocument newer = fetch(Vendors.TCB_INFO);
    vendors.server.publish(
        Vendors.INTEL, "tdx", Vendors.FMSPC, TcbDocuments.tdx(PckProfile.SERVER));
    assertThat(refusal(Vendors.TCB_INFO)).isEqualTo(Code.COLLATERAL_ROLLBACK);
    assertThat(service.held(Vendors.TCB_INFO)).contains(newer);
  }
}
