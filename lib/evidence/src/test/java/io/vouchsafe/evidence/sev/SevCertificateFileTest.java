package io.vouchsafe.evidence.sev;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.testkit.amd.SimulatedSev;
import io.vouchsafe.verdict.Code;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SevCertificateFileTest {
  private static final SimulatedSev SEV = SimulatedSev.create();

  private static void assertRefused(Bytes file, Code code) {
    assertThatThrownBy(() -> SevCertificateFile.parse(file))
        .isInstanceOfSatisfying(FormatException.class, e -> assertThat(e.code()).isEqualTo(code));
  }

  @Test
  void file_ofAWholeChain_keepsItsOrder() throws FormatException {
    Bytes pdh = SEV.pdh();
    Bytes all = pdh.concat(SEV.pek()).concat(SEV.oca()).concat(SEV.cek());
    SevCertificateFile file = SevCertificateFile.parse(all.concat(SEV.ask()).concat(SEV.ark()));
    assertThat(file.certificates().stream().map(SevCertificateFile.Entry::usage))
        .containsExactly(
            SevUsage.PDH, SevUsage.PEK, SevUsage.OCA, SevUsage.CEK, SevUsage.ASK, SevUsage.ARK);
    assertThat(file.certificates().getFirst().raw()).isEqualTo(pdh);
    assertThat(SevCertificateFile.isShaped(all)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 12, 63, 64, 2083})
  void file_cutShort_isMalformed(int size) {
    assertRefused(SEV.pdh().slice(0, size), Code.MALFORMED);
    assertRefused(SEV.pdh().concat(SEV.ark().slice(0, Math.min(size, 800))), Code.MALFORMED);
  }

  @Test
  void file_withAnythingBehindIt_isMalformed() {
    assertRefused(SEV.pdh().concat(Bytes.zeros(1)), Code.MALFORMED);
    assertRefused(SEV.pdh().concat(Bytes.zeros(2084)), Code.MALFORMED);
    assertRefused(Bytes.EMPTY, Code.MALFORMED);
  }

  @Test
  void file_ofMoreThanAChain_isOversized() {
    Bytes many = Bytes.EMPTY;
    for (int i = 0; i <= SevCertificateFile.MAX_CERTIFICATES; i++) {
      many = many.concat(SEV.pdh());
    }
    assertRefused(many, Code.OVERSIZED);
  }

  @Test
  void shape_ofOtherBytes_isNone() {
    assertThat(SevCertificateFile.isShaped(Bytes.zeros(2084))).isFalse();
    assertThat(SevCertificateFile.isShaped(Bytes.of((byte) 1).fit(2084))).isFalse();
    assertThat(SevCertificateFile.isShaped(Bytes.utf8("text"))).isFalse();
    assertThat(SevCertificateFile.isShaped(SEV.ark().slice(0, 63))).isFalse();
    Bytes otherVersion = Bytes.of((byte) 2).concat(SEV.pdh().slice(1, 2084));
    assertThat(SevCertificateFile.isShaped(otherVersion)).isFalse();
  }

  @Test
  void roots_ofAmd_areOfFiveProducts() {
    assertThat(SevRoots.amd().products())
        .containsExactly("Genoa", "Milan", "Naples", "Rome", "Turin");
    assertThat(SevRoots.none().products()).isEmpty();
  }
}
