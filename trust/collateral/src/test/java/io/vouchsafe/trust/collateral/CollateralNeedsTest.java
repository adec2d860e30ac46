package io.vouchsafe.trust.collateral;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.evidence.dcap.TeeKind;
import io.vouchsafe.testkit.amd.GuestEvidence;
import io.vouchsafe.testkit.intel.PckProfile;
import io.vouchsafe.testkit.intel.SimulatedBody;
import io.vouchsafe.testkit.intel.SimulatedIntel;
import io.vouchsafe.testkit.intel.SimulatedQuote;
import io.vouchsafe.trust.collateral.CollateralKey.Update;
import io.vouchsafe.verdict.RefusedException;
import java.util.List;
import org.junit.jupiter.api.Test;

class CollateralNeedsTest {
  private static final CollateralNeeds NEEDS =
      new CollateralNeeds(Vendors.roots(), Update.STANDARD);

  private static List<CollateralKey> of(Bytes evidence) throws Exception {
    return NEEDS.of(evidence, Vendors.START);
  }

  @Test
  void report_rawOrAsJson_needsItsChip() throws Exception {
    Bytes report = Vendors.CHIP.sign(Vendors.report());
    assertThat(of(report))
        .containsExactly(Vendors.CHIP_KEY, Vendors.CHAIN, Vendors.AMD_LIST)
        .isEqualTo(of(Bytes.utf8(GuestEvidence.of(report).json().compact())));
  }

  @Test
  void quote_rawOrAsJson_needsItsPlatform() throws Exception {
    Bytes quote = SimulatedQuote.tdx(SimulatedBody.td()).by(Vendors.PLATFORM);
    assertThat(of(quote))
        .containsExactly(Vendors.TCB_INFO, Vendors.IDENTITY, Vendors.ROOT_LIST, Vendors.PCK_LIST)
        .isEqualTo(of(Bytes.utf8(Vendors.quote(quote).compact())));
  }

  @Test
  void quote_ofAnEnclave_needsWhatIsForSgx() throws Exception {
    Bytes quote =
        SimulatedQuote.sgx(SimulatedBody.enclave()).by(Vendors.INTEL.platform(PckProfile.CLIENT));
    assertThat(of(quote))
        .contains(
            new CollateralKey.TcbInfo(TeeKind.SGX, PckProfile.CLIENT.fmspc(), Update.STANDARD),
            new CollateralKey.PckList(false));
  }

  @Test
  void quote_ofAnotherRoot_asksForNothing() {
    Bytes quote =
        SimulatedQuote.tdx(SimulatedBody.td())
            .by(SimulatedIntel.create().platform(PckProfile.SERVER));
    assertThatThrownBy(() -> of(quote)).isInstanceOf(RefusedException.class);
  }

  @Test
  void evidence_thatIsNone_isRefused() {
    assertThatThrownBy(() -> of(Bytes.utf8("hello"))).isInstanceOf(FormatException.class);
    assertThatThrownBy(() -> of(Bytes.EMPTY)).isInstanceOf(FormatException.class);
    assertThatThrownBy(() -> of(Bytes.utf8("{"))).isInstanceOf(FormatException.class);
    assertThatThrownBy(() -> of(Bytes.utf8("{}"))).isInstanceOf(RefusedException.class);
    assertThatThrownBy(() -> of(Bytes.zeros(1184))).isInstanceOf(FormatException.class);
  }

  @Test
  void common_isForEveryPlatform() {
    assertThat(CollateralNeeds.common(Update.STANDARD))
        .contains(Vendors.CHAIN, Vendors.AMD_LIST, Vendors.ROOT_LIST, Vendors.PCK_LIST)
        .hasSize(17)
        .doesNotHaveDuplicates();
  }
}
