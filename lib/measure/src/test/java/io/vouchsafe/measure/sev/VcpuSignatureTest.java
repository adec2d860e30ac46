package io.vouchsafe.measure.sev;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vouchsafe.encoding.FormatException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class VcpuSignatureTest {
  @ParameterizedTest
  @CsvSource({
    "EPYC, 0x800f12",
    "EPYC-v4, 0x800f12",
    "epyc-rome, 0x830f10",
    "EPYC-Milan, 0xa00f11",
    "EPYC-Genoa, 0xa10f10",
    "EPYC-Turin, 0xb00f00"
  })
  void ofName_namesOfQemu_haveTheirSignatures(String name, String signature) throws Exception {
    assertThat(VcpuSignature.ofName(name)).hasToString(signature);
  }

  @Test
  void of_familyBelowFifteen_hasNoExtendedFamily() {
    assertThat(VcpuSignature.of(6, 0x8f, 8)).hasToString("0x806f8");
  }

  @ParameterizedTest
  @ValueSource(strings = {"host", "max", "", "Skylake-Server"})
  void ofName_unknown_isRefusedWithTheKnownOnes(String name) {
    assertThatThrownBy(() -> VcpuSignature.ofName(name))
        .isInstanceOf(FormatException.class)
        .hasMessageContaining("epyc-milan");
  }

  @ParameterizedTest
  @CsvSource({"-1, 0, 0", "271, 0, 0", "25, 256, 0", "25, -1, 0", "25, 1, 16", "25, 1, -1"})
  void of_partsThatDoNotFit_areRefused(int family, int model, int stepping) {
    assertThatThrownBy(() -> VcpuSignature.of(family, model, stepping))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void constructor_moreThan32Bits_isRefused() {
    assertThatThrownBy(() -> new VcpuSignature(1L << 32))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new VcpuSignature(-1)).isInstanceOf(IllegalArgumentException.class);
  }
}
