package io.vouchsafe.evidence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.encoding.JsonLimits;
import io.vouchsafe.evidence.fuzz.EventLogClaimsFuzzer;
import io.vouchsafe.testkit.Mutations;
import io.vouchsafe.testkit.Vectors;
import io.vouchsafe.testkit.intel.SimulatedEventLog;
import io.vouchsafe.tpm.EventLog;
import io.vouchsafe.tpm.HashAlg;
import java.io.ByteArrayInputStream;
import java.util.List;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EventLogClaimsTest {
  private static final int LAST_RTMR = 4;

  private static Json claims(Bytes log) throws FormatException {
    return EventLogClaims.of(EventLog.parse(log), HashAlg.SHA384, LAST_RTMR);
  }

  private static Json expected(String name) throws Exception {
    return Json.parse(Vectors.text(name), JsonLimits.DOCUMENT)
        .asObject("claims")
        .require("uefi_event_logs");
  }

  @ParameterizedTest
  @ValueSource(strings = {"CCEL_data_ovmf", "CCEL_data_grub", "CCEL_AAEL_alibabacloud"})
  void log_ofARealGuest_isWrittenAsTheReferenceDoes(String name) throws Exception {
    Bytes log = Bytes.of(Vectors.bytes("trustee/eventlog/" + name));

    assertThat(claims(log).canonical())
        .isEqualTo(expected("trustee/eventlog/" + name + "_out.json").canonical());
  }

  @Test
  void log_ofATdShim_isWrittenAsTheReferenceDoes() throws Exception {
    byte[] zipped = Vectors.bytes("trustee/tdx/CCEL_data.gz");
    Bytes log = Bytes.of(new GZIPInputStream(new ByteArrayInputStream(zipped)).readAllBytes());

    for (String name :
        List.of(
            "trustee/eventlog/CCEL_data_out.json", "trustee/tdx/parse_tdx_claims_expected.json")) {
      assertThat(claims(log).canonical()).isEqualTo(expected(name).canonical());
    }
  }

  @ParameterizedTest
  @CsvSource({
    "1,ff,{}",
    "13,ff00,{\"string\":\"ff00\"}",
    "13,2e006c006900,{\"string\":\"l\"}",
    "6,ed223b8f,{}",
    "6,ed223b8fff000000,{}",
    "6,4c454141030000006120 62,'{\"string\":\"a b\",\"unicode_name\":\"AAEL\"}'",
    "6,4c45414105000000612062 20,{}",
    "6,4c454141010000002e,'{\"string\":\".\",\"unicode_name\":\"AAEL\"}'",
    "2147483649,61,{}",
    "2147483658,0f61,{}",
    "2147483651,00,{}",
    "5,7a,{\"string\":\"z\"}",
    "134217729,7a,{}"
  })
  void details_ofOddEvents_areWhatCanBeReadOrNothing(long type, String data, String details)
      throws Exception {
    assertThat(EventLogClaims.details(type, Bytes.fromHex(data.replace(" ", ""))).compact())
        .isEqualTo(details);
  }

  @Test
  void image_withADevicePathThatIsBroken_hasNoDetails() throws Exception {
    String head = "00".repeat(24);
    for (String path :
        List.of(
            "ffffffffffffffff04010400",
            "0400000000000000" + "04040300",
            "0400000000000000" + "04040500",
            "0400000000000000" + "04040400",
            "0500000000000000" + "0404050061",
            "0400000000000000" + "04010400")) {
      assertThat(EventLogClaims.details(0x8000_0003L, Bytes.fromHex(head + path)).compact())
          .as(path)
          .isEqualTo("{}");
    }
  }

  @Test
  void variable_withLengthsBeyondTheEvent_hasNoDetails() throws Exception {
    String guid = "00".repeat(16);
    for (String lengths :
        List.of(
            "ffffffffffffffff0000000000000000",
            "0000000000000000ffffffffffffff7f",
            "01000000000000000000000000000000")) {
      assertThat(EventLogClaims.details(0x8000_0001L, Bytes.fromHex(guid + lengths)).compact())
          .isEqualTo("{}");
    }
  }

  @Test
  void eventsOfRegistersThatWereNotCompared_areLeftOut() throws Exception {
    SimulatedEventLog log =
        new SimulatedEventLog()
            .add(0, SimulatedEventLog.ACTION, Bytes.utf8("a"))
            .add(3, SimulatedEventLog.ACTION, Bytes.utf8("b"));
    EventLog parsed = EventLog.parse(log.ccel(0));

    assertThat(EventLogClaims.of(parsed, HashAlg.SHA384, 3).asArray("log")).hasSize(1);
    assertThat(EventLogClaims.of(parsed, HashAlg.SHA384, 4).asArray("log")).hasSize(2);
  }

  @Test
  void log_withTooMuchData_isRefused() throws Exception {
    SimulatedEventLog log = new SimulatedEventLog();
    Bytes half = Bytes.zeros(EventLogClaims.MAX_DATA / 2);
    log.add(0, SimulatedEventLog.SEPARATOR, half).add(0, SimulatedEventLog.SEPARATOR, half);
    assertThat(claims(log.ccel(0)).asArray("log")).hasSize(2);
    log.add(0, SimulatedEventLog.SEPARATOR, Bytes.zeros(1));

    assertThatThrownBy(() -> claims(log.ccel(0))).isInstanceOf(FormatException.class);
  }

  @Test
  void log_mutated_isRefusedOrRead() throws Exception {
    Mutations.feed(
        EventLogClaimsFuzzer::fuzzerTestOneInput,
        43,
        300,
        List.of(
            Vectors.bytes("trustee/eventlog/CCEL_data_ovmf"),
            Vectors.bytes("trustee/eventlog/CCEL_data_grub")));
  }
}
