package io.vouchsafe.trust.collateral;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.evidence.dcap.TeeKind;
import io.vouchsafe.trust.collateral.CollateralKey.Update;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CollateralKeyTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "amd/chain/vcek/Milan",
        "amd/chain/vlek/Turin",
        "amd/crl/Genoa",
        "amd/vcek/Turin/0102030405060708/0101020300000004",
        "intel/tcb/tdx/90c06f000000/standard",
        "intel/tcb/sgx/00606a000000/17",
        "intel/identity/qve/early",
        "intel/identity/tdx/standard",
        "intel/numbers/sgx",
        "intel/pckcrl/platform",
        "intel/pckcrl/processor",
        "intel/rootcrl"
      })
  void text_ofEachKind_isReadBack(String text) throws FormatException {
    assertThat(CollateralKey.parse(text).text()).isEqualTo(text);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "intel",
        "intel/rootcrl/",
        "intel/rootCRL",
        "intel/pckcrl/both",
        "intel/numbers/snp",
        "intel/identity/tdx/latest",
        "intel/identity/tdx/0",
        "intel/identity/tdx/017",
        "intel/identity/tdx/99999999999999999999",
        "intel/tcb/tdx/90C06F000000/standard",
        "intel/tcb/tdx/90c06f0000/standard",
        "intel/tcb/tdx/../standard",
        "amd/chain/ark/Milan",
        "amd/chain/vcek/Naples",
        "amd/crl/../../etc/passwd",
        "amd/vcek/Milan/0102030405060708/0100000000000004",
        "amd/vcek/Turin/0102030405060708/0101020301000004",
        "amd/vcek/Turin/0102030405060708/01",
        "amd/vcek/Turin/01020304050607/0101020300000004",
        "nvidia/rim/gpu"
      })
  void parse_ofAnythingElse_fails(String text) {
    assertThatThrownBy(() -> CollateralKey.parse(text)).isInstanceOf(FormatException.class);
  }

  @Test
  void parse_ofALongText_failsBeforeItIsTakenApart() {
    assertThatThrownBy(() -> CollateralKey.parse("intel/".repeat(50)))
        .isInstanceOf(FormatException.class)
        .hasMessageContaining("256");
  }

  @Test
  void key_ofAnotherLength_cannotBeMade() {
    assertThatThrownBy(
            () -> new CollateralKey.TcbInfo(TeeKind.TDX, Bytes.zeros(5), Update.STANDARD))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
