package io.vouchsafe.measure.tdx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.measure.Measurement;
import io.vouchsafe.measure.OvmfImage;
import io.vouchsafe.measure.TestFirmware;
import io.vouchsafe.testkit.Vectors;
import io.vouchsafe.tpm.EventLog;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

/// A log of a real guest that QEMU started with OVMF.
class TdxRecordedLogTest {
  private static final Bytes ONE = Rtmr.event(Bytes.utf8("one"));

  private static EventLog log(String name) throws IOException, FormatException {
    return EventLog.parse(Bytes.of(Vectors.bytes("tdx/" + name)));
  }

  private static List<Bytes> values(List<Measurement> registers) {
    return registers.stream().map(Measurement::value).toList();
  }

  @Test
  void registers_ofTheLogItself_areItsReplay() throws Exception {
    EventLog log = log("trustee-ovmf.ccel.bin");
    List<Measurement> registers = TdxRecordedLog.of(log).registers();
    assertThat(values(registers)).isEqualTo(log.replay(Rtmr.BANK).subList(1, 4));
    assertThat(registers.getFirst().parts().getFirst().name()).startsWith("recorded event");
  }

  @Test
  void withBoot_itsOwnDigests_changesNothing_others_do() throws Exception {
    EventLog log = log("trustee-ovmf.ccel.bin");
    TdxRecordedLog recorded = TdxRecordedLog.of(log);
    List<Measurement> was = recorded.registers();
    Bytes kernel = was.get(1).parts().getFirst().value();
    Bytes commandLine = was.get(2).parts().get(0).value();
    Bytes initrd = was.get(2).parts().get(1).value();
    assertThat(values(recorded.withBoot(kernel, commandLine, initrd).registers()))
        .isEqualTo(values(was));
    List<Measurement> other = recorded.withBoot(ONE, commandLine, ONE).registers();
    assertThat(other.get(0).value()).isEqualTo(was.get(0).value());
    assertThat(other.get(1).value()).isNotEqualTo(was.get(1).value());
    assertThat(other.get(2).value()).isNotEqualTo(was.get(2).value());
    assertThat(other.get(2).parts().get(1).name()).isEqualTo("initrd");
  }

  @Test
  void withFirmware_ofAnotherBuild_movesRegisterZeroOnly() throws Exception {
    OvmfImage firmware = OvmfImage.parse(TdxTest.whole().build());
    TdxRecordedLog recorded = TdxRecordedLog.of(log("trustee-ovmf.ccel.bin"));
    List<Measurement> was = recorded.registers();
    List<Measurement> now = recorded.withFirmware(firmware, 1L << 31).registers();
    assertThat(now.get(0).value()).isNotEqualTo(was.get(0).value());
    assertThat(values(now).subList(1, 3)).isEqualTo(values(was).subList(1, 3));
    assertThat(now.get(0).parts().get(0).name()).isEqualTo("td-hob");
    assertThat(now.get(0).parts().get(1).name()).isEqualTo("variable-store");
  }

  @Test
  void withFirmware_codePartAlone_isRefused() throws Exception {
    Bytes whole = TdxTest.whole().build();
    OvmfImage code = OvmfImage.parse(whole.slice(0x1000, whole.size()));
    TdxRecordedLog recorded = TdxRecordedLog.of(log("trustee-ovmf.ccel.bin"));
    assertThatThrownBy(() -> recorded.withFirmware(code, 1L << 31))
        .isInstanceOf(FormatException.class)
        .hasMessageContaining("variable store");
  }

  @Test
  void withFirmware_withoutVariableStore_isRefused() throws Exception {
    OvmfImage none = OvmfImage.parse(new TestFirmware().tdx(0, 0, 0x809000, 0x2000, 2, 0).build());
    TdxRecordedLog recorded = TdxRecordedLog.of(log("trustee-ovmf.ccel.bin"));
    assertThatThrownBy(() -> recorded.withFirmware(none, 1L << 31))
        .isInstanceOf(FormatException.class);
  }

  @Test
  void withBoot_logOfAnotherKindOfBoot_isRefused() throws Exception {
    TdxRecordedLog recorded = TdxRecordedLog.of(log("gtg-cos113.ccel.bin"));
    assertThatThrownBy(() -> recorded.withBoot(ONE, ONE, ONE))
        .isInstanceOf(FormatException.class)
        .hasMessageContaining("one event for");
  }
}
