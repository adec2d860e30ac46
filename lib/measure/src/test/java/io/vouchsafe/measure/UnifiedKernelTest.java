package io.vouchsafe.measure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.encoding.JsonLimits;
import io.vouchsafe.testkit.Vectors;
import io.vouchsafe.tpm.HashAlg;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class UnifiedKernelTest {
  private static Json.Obj expected(HashAlg alg) throws Exception {
    return Json.parse(Vectors.text("eventlog/synthetic/expected.json"), JsonLimits.MESSAGE)
        .asObject("expected")
        .object(alg.name().toLowerCase(Locale.ROOT));
  }

  private static Bytes bytes() throws Exception {
    return Bytes.of(Vectors.bytes("eventlog/synthetic/mini-uki.efi"));
  }

  @ParameterizedTest
  @EnumSource(
      value = HashAlg.class,
      names = {"SHA1", "SHA256", "SHA384"})
  void measurements_synthetic_equalVector(HashAlg alg) throws Exception {
    Json.Obj expected = expected(alg);
    UnifiedKernel uki = UnifiedKernel.parse(bytes());
    assertThat(uki.imageEvent(alg).hex()).isEqualTo(expected.string("authenticode_uki"));
    assertThat(uki.kernelEvent(alg).hex()).isEqualTo(expected.string("authenticode_inner_linux"));
    assertThat(uki.pcr11(alg, UnifiedKernel.Stub.CANONICAL).hex())
        .isEqualTo(expected.string("pcr11_stub_canonical_all_sections"));
    assertThat(uki.pcr11(alg, UnifiedKernel.Stub.SYSTEMD_252).hex())
        .isEqualTo(expected.string("pcr11_stub_v252_subset"));
  }

  @ParameterizedTest
  @EnumSource(
      value = HashAlg.class,
      names = {"SHA1", "SHA256", "SHA384"})
  void phases_synthetic_equalVector(HashAlg alg) throws Exception {
    Json.Obj expected = expected(alg).object("pcr11_phases");
    Bytes value = UnifiedKernel.parse(bytes()).pcr11(alg, UnifiedKernel.Stub.CANONICAL);
    for (String phase : UnifiedKernel.PHASES) {
      value = UnifiedKernel.afterPhase(alg, value, phase);
      assertThat(value.hex()).isEqualTo(expected.string("after " + phase));
    }
  }

  @Test
  void parse_kernelWithoutSections_isRefused() throws Exception {
    Bytes kernel = Bytes.of(Vectors.bytes("eventlog/synthetic/mini-kernel.efi"));
    assertThatThrownBy(() -> UnifiedKernel.parse(kernel)).isInstanceOf(FormatException.class);
  }

  @Test
  void parse_cutInItsHeaders_isRefused() throws Exception {
    Bytes image = bytes();
    for (int size = 0; size < 0x400; size++) {
      Bytes cut = image.slice(0, size);
      assertThatThrownBy(() -> UnifiedKernel.parse(cut)).isInstanceOf(FormatException.class);
    }
  }
}
