package io.vouchsafe.evidence.snp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.verdict.Code;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SnpReportTest {
  /// A report of version 3 that says nothing else: policy 0x30000, Milan.
  static Bytes report() {
    byte[] raw = new byte[SnpReport.SIZE];
    raw[0] = 3;
    raw[0x0a] = 3;
    raw[0x34] = 1;
    for (int i = 0x160; i < 0x180; i++) {
      raw[i] = (byte) 0xff;
    }
    raw[0x188] = 0x19;
    raw[0x189] = 1;
    return Bytes.of(raw);
  }

  private static Bytes with(int offset, int value) {
    byte[] raw = report().toByteArray();
    raw[offset] = (byte) value;
    return Bytes.of(raw);
  }

  private static void assertRefused(Bytes report, Code code) {
    assertThatThrownBy(() -> SnpReport.parse(report))
        .isInstanceOfSatisfying(FormatException.class, e -> assertThat(e.code()).isEqualTo(code));
  }

  @Test
  void report_ofVersion3_isDecoded() throws FormatException {
    SnpReport report = SnpReport.parse(report());
    assertThat(report.version()).isEqualTo(3);
    assertThat(report.policy().bits()).isEqualTo(0x30000);
    assertThat(report.family()).isEqualTo(0x19);
    assertThat(report.keyInfo().signer()).isEqualTo(SnpReport.Signer.VCEK);
    assertThat(report.chipIdMasked()).isTrue();
    assertThat(report.hasMigrationAgent()).isFalse();
  }

  @ParameterizedTest
  @CsvSource({"0", "1", "6", "255"})
  void version_thatIsNotKnown_isUnsupported(int version) {
    assertRefused(with(0, version), Code.UNSUPPORTED_VERSION);
  }

  @ParameterizedTest
  @CsvSource({"0", "2", "255"})
  void algorithm_thatIsNotKnown_isUnsupported(int algorithm) {
    assertRefused(with(0x34, algorithm), Code.UNSUPPORTED_ALGORITHM);
  }

  @ParameterizedTest
  @CsvSource({
    "0x0a,1", // bit 17 of the policy clear
    "0x30,4", // VMPL 4
    "0x48,0x20", // bit 5 of the key information
    "0x4b,1",
    "0x4c,1",
    "0x4f,1",
    "0x110,1", // author key digest without the flag
    "0x18b,1",
    "0x19f,1",
    "0x1eb,1",
    "0x1ef,1",
    "0x1f8,1", // mitigation vectors before version 5
    "0x200,1",
    "0x208,1",
    "0x29f,1",
    "0x330,1", // after S
    "0x49f,1"
  })
  void field_thatMustNotBeSet_isMalformed(String offset, String value) {
    assertRefused(with(Integer.decode(offset), Integer.decode(value)), Code.MALFORMED);
  }

  @Test
  void cpu_namedBeforeVersion3_isMalformed() {
    assertRefused(with(0, 2), Code.MALFORMED);
  }

  @Test
  void mitigations_inVersion5_areDecoded() throws FormatException {
    byte[] raw = report().toByteArray();
    raw[0] = 5;
    raw[0x200] = 0x3f;
    assertThat(SnpReport.parse(Bytes.of(raw)).currentMitigations()).isEqualTo(0x3f);
  }

  @Test
  void report_ofAnotherLength_isMalformed() {
    assertRefused(Bytes.EMPTY, Code.MALFORMED);
    assertRefused(report().concat(Bytes.zeros(1)), Code.MALFORMED);
  }

  @ParameterizedTest
  @CsvSource({"0,VCEK", "4,VLEK", "8,RESERVED", "24,RESERVED", "28,NONE"})
  void signer_isBits4To2(int keyInfo, SnpReport.Signer signer) throws FormatException {
    assertThat(SnpReport.parse(with(0x48, keyInfo)).keyInfo().signer()).isEqualTo(signer);
  }
}
