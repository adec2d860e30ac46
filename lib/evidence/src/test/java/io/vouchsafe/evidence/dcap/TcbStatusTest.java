package io.vouchsafe.evidence.dcap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vouchsafe.encoding.FormatException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The table of convergence (specs/evidence-x86 §4.8).
class TcbStatusTest {

  @ParameterizedTest
  @CsvSource({
    "UpToDate,UpToDate,UpToDate",
    "SWHardeningNeeded,UpToDate,SWHardeningNeeded",
    "OutOfDate,UpToDate,OutOfDate",
    "UpToDate,OutOfDate,OutOfDate",
    "SWHardeningNeeded,OutOfDate,OutOfDate",
    "ConfigurationNeeded,OutOfDate,OutOfDateConfigurationNeeded",
    "ConfigurationAndSWHardeningNeeded,OutOfDate,OutOfDateConfigurationNeeded",
    "OutOfDate,OutOfDate,OutOfDate",
    "OutOfDateConfigurationNeeded,OutOfDate,OutOfDateConfigurationNeeded",
    "UpToDate,Revoked,Revoked",
    "OutOfDate,Revoked,Revoked",
    "Revoked,UpToDate,Revoked",
    "Revoked,OutOfDate,Revoked",
    // Whatever a part is that is neither up to date nor revoked, it counts as out of date.
    "UpToDate,SWHardeningNeeded,OutOfDate",
    "UpToDate,ConfigurationNeeded,OutOfDate"
  })
  void platform_withAPart_convergesAsTheTableSays(String platform, String part, String result)
      throws Exception {
    assertThat(TcbStatus.parse(platform).with(TcbStatus.parse(part)))
        .isEqualTo(TcbStatus.parse(result));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "uptodate", "TDRelaunchAdvised", "NotSupported", "UpToDate "})
  void status_thatNoDocumentHas_isRefused(String text) {
    assertThatThrownBy(() -> TcbStatus.parse(text)).isInstanceOf(FormatException.class);
  }
}
