package io.vouchsafe.tpm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vouchsafe.encoding.ByteWriter;
import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.encoding.JsonLimits;
import io.vouchsafe.testkit.Vectors;
import io.vouchsafe.verdict.Code;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EventLogTest {
  private static EventLog log(String name) throws IOException, FormatException {
    return EventLog.parse(Bytes.of(Vectors.bytes("eventlog/" + name)));
  }

  private static Json.Obj json(String name) throws Exception {
    return Json.parse(Vectors.text("eventlog/" + name), JsonLimits.MESSAGE).asObject(name);
  }

  /// Events of nothing but zeros look like padding up to the last byte.
  @Test
  void parse_zerosAndOneByte_costsNoMoreThanAnyLog() {
    byte[] raw = new byte[EventLog.MAX_SIZE];
    raw[raw.length - 1] = 1;
    Assertions.assertTimeoutPreemptively(
        Duration.ofSeconds(60),
        () -> {
          for (int i = 0; i < 100; i++) {
            assertThatThrownBy(() -> EventLog.parse(Bytes.of(raw)))
                .isInstanceOf(FormatException.class);
          }
        });
  }

  @ParameterizedTest
  @CsvSource({
    "qemu-direct,SHA1", "qemu-direct,SHA256", "qemu-direct,SHA384",
    "qemu-uki,SHA1", "qemu-uki,SHA256", "qemu-uki,SHA384",
    "qemu-shim-grub-sb,SHA1", "qemu-shim-grub-sb,SHA256", "qemu-shim-grub-sb,SHA384"
  })
  void replay_bundle_equalsPcrs(String bundle, HashAlg alg) throws Exception {
    List<Bytes> replayed = log(bundle + "/eventlog.bin").replay(alg);
    Json.Obj pcrs = json(bundle + "/pcrs.json").object(alg.name().toLowerCase(Locale.ROOT));
    for (int pcr = 0; pcr < 24; pcr++) {
      if (pcr != 10) {
        assertThat(replayed.get(pcr).hex())
            .as("PCR %d", pcr)
            .isEqualToIgnoringCase(pcrs.string(Integer.toString(pcr)));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "base", "cmdl", "cpumax", "crbtis", "disk", "initrd", "mem1g", "mem2g", "nic", "nicrom",
        "serial", "smp2", "smp4"
      })
  void replay_directBoot612_equalsPcrs(String boot) throws Exception {
    List<Bytes> replayed = log("qemu-612/" + boot + ".log").replay(HashAlg.SHA256);
    Json.Obj pcrs = json("qemu-612/pcrs.json").object(boot);
    for (int pcr = 0; pcr < 10; pcr++) {
      assertThat(replayed.get(pcr).hex())
          .as("PCR %d", pcr)
          .isEqualTo(pcrs.string(Integer.toString(pcr)));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "arch-linux-workstation",
        "cos-101-amd-sev",
        "debian-10",
        "rhel8-uefi",
        "ubuntu-2104-no-dbx",
        "ubuntu-2104-no-secure-boot"
      })
  void replay_realMachine_equalsPcrs(String machine) throws Exception {
    EventLog log = log("google/" + machine + ".bin");
    Json.Obj banks = json("google/" + machine + ".bin.pcrs.json");
    int compared = 0;
    for (HashAlg alg : HashAlg.values()) {
      for (String member : List.of(alg.name(), alg.name().toLowerCase(Locale.ROOT))) {
        if (banks.get(member).isEmpty()) {
          continue;
        }
        List<Bytes> replayed = log.replay(alg);
        for (Map.Entry<String, Json> pcr : banks.object(member).members().entrySet()) {
          assertThat(replayed.get(Integer.parseInt(pcr.getKey())).hex())
              .isEqualTo(pcr.getValue().asString("pcr"));
          compared++;
        }
      }
    }
    assertThat(compared).isPositive();
  }

  @ParameterizedTest
  @CsvSource({"eventlogwithsp800155,54", "ubuntu-2404-amd-sevsnp,117"})
  void parse_realMachine_hasThatManyEvents(String machine, int count) throws Exception {
    EventLog log = log("google/" + machine + ".bin");
    // The provenance notes count the header as an event.
    assertThat(log.events()).hasSize(count - 1);
    assertThat(log.has(HashAlg.SHA384)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"crypto_agile_eventlog", "option_rom_eventlog", "sb_cert_eventlog"})
  void parse_otherLogs_replay(String name) throws Exception {
    EventLog log = log("google/" + name);
    HashAlg alg = log.has(HashAlg.SHA256) ? HashAlg.SHA256 : HashAlg.SHA1;
    assertThat(log.replay(alg)).hasSize(24);
  }

  @Test
  void parse_shortSha1Log_startsAtLocality3() throws Exception {
    EventLog log = log("google/short_no_action_eventlog");
    assertThat(log.events()).hasSize(1);
    assertThat(log.replay(HashAlg.SHA1).getFirst().hex()).isEqualTo("00".repeat(19) + "03");
  }

  @Test
  void parse_confidentialComputingLog_equalsExpectedJson() throws Exception {
    List<EventLog.Event> events = log("coco/CCEL_AAEL_alibabacloud").events();
    List<Json> expected = json("coco/CCEL_AAEL_alibabacloud_out.json").array("uefi_event_logs");
    assertThat(events).hasSameSizeAs(expected);
    for (int i = 0; i < events.size(); i++) {
      Json.Obj event = expected.get(i).asObject("event");
      assertThat(events.get(i).pcr()).isEqualTo(event.integer("index"));
      assertThat(events.get(i).data()).isEqualTo(Bytes.fromBase64(event.string("event")));
      assertThat(events.get(i).digest(HashAlg.SHA384).orElseThrow().hex())
          .isEqualTo(event.array("digests").getFirst().asObject("digest").string("digest"));
    }
  }

  @Test
  void replay_windowsLog_equalsItsRegisters() throws Exception {
    Json.Obj log = json("google/windows_gcp_shielded_vm.json").object("Log");
    List<Bytes> replayed = EventLog.parse(Bytes.fromBase64(log.string("Raw"))).replay(HashAlg.SHA1);
    for (Json item : log.array("PCRs")) {
      Json.Obj pcr = item.asObject("pcr");
      assertThat(replayed.get((int) pcr.integer("Index")).base64())
          .as("PCR %d", pcr.integer("Index"))
          .isEqualTo(pcr.string("Digest"));
    }
  }

  @Test
  void parse_cutAtEveryLength_isMalformedOrAnotherReplay() throws Exception {
    Bytes whole = Bytes.of(Vectors.bytes("eventlog/qemu-612/base.log"));
    List<Bytes> replayed = EventLog.parse(whole).replay(HashAlg.SHA256);
    for (int size = 0; size < whole.size(); size++) {
      Bytes cut = whole.slice(0, size);
      try {
        assertThat(EventLog.parse(cut).replay(HashAlg.SHA256))
            .as("cut to %d", size)
            .isNotEqualTo(replayed);
      } catch (FormatException e) {
        assertThat(e.offset()).isLessThanOrEqualTo(size);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(bytes = {0, (byte) 0xff})
  void parse_padded_isTheSameLog(byte padding) throws Exception {
    byte[] whole = Vectors.bytes("eventlog/qemu-612/base.log");
    byte[] padded = Arrays.copyOf(whole, whole.length + 500);
    Arrays.fill(padded, whole.length, padded.length, padding);
    assertThat(EventLog.parse(Bytes.of(padded)).events())
        .hasSameSizeAs(EventLog.parse(Bytes.of(whole)).events());
    padded[padded.length - 1] = 7;
    assertThatThrownBy(() -> EventLog.parse(Bytes.of(padded))).isInstanceOf(FormatException.class);
  }

  @Test
  void parse_beyondTheBound_isOversized() {
    Bytes large = Bytes.zeros(EventLog.MAX_SIZE + 1);
    assertThatThrownBy(() -> EventLog.parse(large))
        .isInstanceOfSatisfying(
            FormatException.class, e -> assertThat(e.code()).isEqualTo(Code.OVERSIZED));
  }

  @Test
  void parse_registerBeyond23_isMalformed() throws Exception {
    byte[] log = Vectors.bytes("eventlog/qemu-612/base.log");
    int firstEvent = 32 + 37;
    assertThat(EventLog.parse(Bytes.of(log)).events().getFirst().pcr()).isZero();
    log[firstEvent] = 24;
    assertThatThrownBy(() -> EventLog.parse(Bytes.of(log))).isInstanceOf(FormatException.class);
  }

  @Test
  void data_ofSeparator_isProvenAndOfAVolumeIsNot() throws Exception {
    List<EventLog.Event> events = log("qemu-612/base.log").events();
    for (EventLog.Event event : events) {
      if (event.type() == EventLog.EV_SEPARATOR) {
        assertThat(event.digestIsOfData(HashAlg.SHA256)).isTrue();
      }
    }
    assertThat(events.get(1).digestIsOfData(HashAlg.SHA256)).isFalse();
  }

  @Test
  void replay_localityAfterTheFirstMeasurement_isIgnored() throws Exception {
    ByteWriter log = ByteWriter.littleEndian();
    log.u32(0).u32(4).bytes(Bytes.zeros(20)).sized32(Bytes.zeros(4));
    Bytes measured = log.toBytes();
    log.u32(0).u32(3).bytes(Bytes.zeros(20)).sized32(Bytes.utf8("StartupLocality\0\3"));
    assertThat(EventLog.parse(log.toBytes()).replay(HashAlg.SHA1))
        .isEqualTo(EventLog.parse(measured).replay(HashAlg.SHA1));
  }

  @ParameterizedTest
  @ValueSource(strings = {"StartupLocality\0", "StartupLocality\0\1", "StartupLocality\0\3\3"})
  void replay_localityThatDoesNotExist_isMalformed(String data) throws Exception {
    ByteWriter log = ByteWriter.littleEndian();
    log.u32(0).u32(3).bytes(Bytes.zeros(20)).sized32(Bytes.utf8(data));
    EventLog parsed = EventLog.parse(log.toBytes());
    assertThatThrownBy(() -> parsed.replay(HashAlg.SHA1)).isInstanceOf(FormatException.class);
  }

  @Test
  void replay_bankThatIsAbsent_isRefused() throws Exception {
    EventLog log = log("google/short_no_action_eventlog");
    assertThatThrownBy(() -> log.replay(HashAlg.SHA256)).isInstanceOf(FormatException.class);
  }
}
