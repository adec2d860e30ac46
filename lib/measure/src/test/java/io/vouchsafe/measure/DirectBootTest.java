package io.vouchsafe.measure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.encoding.JsonLimits;
import io.vouchsafe.testkit.Vectors;
import io.vouchsafe.tpm.EventLog;
import io.vouchsafe.tpm.HashAlg;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DirectBootTest {
  private static final String COMMAND_LINE_612 =
      "console=ttyS0 panic=-1 loglevel=1 cryptomgr.notests mitigations=off";

  private static Json.Obj json(String name) throws Exception {
    return Json.parse(Vectors.text("eventlog/" + name), JsonLimits.MESSAGE).asObject(name);
  }

  private static Bytes kernel() throws Exception {
    return Bytes.of(Vectors.bytes("eventlog/synthetic/mini-kernel.efi"));
  }

  private static List<EventLog.Event> events(String log, int pcr) throws Exception {
    return EventLog.parse(Bytes.of(Vectors.bytes("eventlog/" + log))).events().stream()
        .filter(event -> event.pcr() == pcr && event.extendsPcr())
        .toList();
  }

  private static Bytes sha256(EventLog.Event event) {
    return event.digest(HashAlg.SHA256).orElseThrow();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1})
  void kernelEvent_patchedByQemu_equalsVector(int index) throws Exception {
    Json.Obj expected =
        json("synthetic/expected.json").array("qemu_patched_kernel").get(index).asObject("case");
    for (HashAlg alg : List.of(HashAlg.SHA256, HashAlg.SHA384)) {
      Bytes event =
          DirectBoot.kernelEvent(
              kernel(),
              (int) expected.integer("initrd_size"),
              expected.integer("mem_bytes"),
              Launcher.QEMU_Q35,
              alg);
      assertThat(event.hex())
          .isEqualTo(
              expected.string("authenticode_" + alg.name().toLowerCase(java.util.Locale.ROOT)));
    }
  }

  @Test
  void kernelEvent_unchanged_equalsVector() throws Exception {
    Json.Obj expected = json("synthetic/expected.json").object("sha256");
    assertThat(
            DirectBoot.kernelEvent(kernel(), 1, 1 << 29, Launcher.UNCHANGED, HashAlg.SHA256).hex())
        .isEqualTo(expected.string("authenticode_inner_linux"));
  }

  @Test
  void initrdAddress_debianKernelIn1GiB_equalsRecording() throws Exception {
    Json.Obj inputs = json("qemu-inputs.json");
    Bytes tail = Bytes.fromHex(inputs.object("vmlinuz").string("setup_header_hex"));
    // The recording starts at 0x1f1, where the header starts.
    Bytes head = Bytes.zeros(0x1f1).concat(tail);
    long address =
        DirectBoot.initrdAddress(head, (int) inputs.object("initrd").integer("size"), 1L << 30);
    assertThat("0x" + Long.toHexString(address))
        .isEqualTo(inputs.object("qemu_patch").string("ramdisk_image_0x218"));
  }

  @ParameterizedTest
  @CsvSource({
    // RAM, expected end of the memory that QEMU counts as low
    "0x20000000,0x20000000",
    "0x80000000,0x80000000",
    "0xAFFFF000,0xAFFFF000",
    "0xB0000000,0x80000000",
    "0x200000000,0x80000000"
  })
  void initrdAddress_byMemory_isBelowLowMemory(String ram, String low) throws Exception {
    Bytes head = kernel().slice(0, 0x238);
    long address = DirectBoot.initrdAddress(head, 0x1000, Long.decode(ram));
    assertThat(address).isEqualTo((Long.decode(low) - 0x28000 - 1 - 0x1000) & ~0xfffL);
  }

  @Test
  void initrdAddress_kernelThatStaysLow_isBelowItsLimit() throws Exception {
    byte[] head = kernel().slice(0, 0x238).toByteArray();
    head[0x236] = 0; // not loadable above 4 GiB: initrd_addr_max counts
    assertThat(DirectBoot.initrdAddress(Bytes.of(head), 0x1000, 0xA000_0000L))
        .isEqualTo(0x7fff_e000L);
  }

  @Test
  void predict_directBoot_equalsRecordedRegisters() throws Exception {
    List<EventLog.Event> four = events("qemu-direct/eventlog.bin", 4);
    List<EventLog.Event> nine = events("qemu-direct/eventlog.bin", 9);
    Json.Obj inputs = json("qemu-inputs.json");
    Json.Obj pcrs = json("qemu-direct/pcrs.json").object("sha256");
    assertThat(sha256(four.getFirst()).hex())
        .isEqualTo(inputs.string("patched_authenticode_sha256"));
    assertThat(DirectBoot.pcr4(sha256(four.getFirst())).hex())
        .isEqualToIgnoringCase(pcrs.string("4"));
    String whole = inputs.string("cmdline_direct");
    Bytes line =
        DirectBoot.commandLineEvent(
            whole.substring(0, whole.length() - " initrd=initrd".length()), HashAlg.SHA256);
    Bytes initrd = Bytes.fromHex(inputs.object("initrd").string("sha256"));
    assertThat(line).isEqualTo(sha256(nine.getFirst()));
    assertThat(DirectBoot.pcr9(line, initrd).hex()).isEqualToIgnoringCase(pcrs.string("9"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "base", "cmdl", "cpumax", "crbtis", "disk", "initrd", "mem1g", "mem2g", "nic", "nicrom",
        "serial", "smp2", "smp4"
      })
  void predict_directBoot612_equalsRecordedRegisters(String boot) throws Exception {
    Json.Obj pcrs = json("qemu-612/pcrs.json").object(boot);
    Bytes kernel = sha256(events("qemu-612/" + boot + ".log", 4).getFirst());
    Bytes initrd = sha256(events("qemu-612/" + boot + ".log", 9).getLast());
    Bytes line =
        DirectBoot.commandLineEvent(
            COMMAND_LINE_612 + (boot.equals("cmdl") ? " quiet" : ""), HashAlg.SHA256);
    assertThat(DirectBoot.pcr4(kernel).hex()).isEqualTo(pcrs.string("4"));
    assertThat(DirectBoot.pcr9(line, initrd).hex()).isEqualTo(pcrs.string("9"));
  }

  @Test
  void predict_moreMemoryOrOtherInitrdSize_changesOnlyTheKernelEvent() throws Exception {
    Bytes initrd = Bytes.utf8("initrd");
    var small = predict(initrd, "quiet", 1 << 29);
    var large = predict(initrd, "quiet", 1 << 30);
    assertThat(large.kernelEvent()).isNotEqualTo(small.kernelEvent());
    assertThat(large.pcr9()).isEqualTo(small.pcr9());
    var longer = predict(initrd.concat(Bytes.zeros(1)), "quiet", 1 << 29);
    assertThat(longer.kernelEvent()).isNotEqualTo(small.kernelEvent());
    assertThat(longer.initrdEvent()).isNotEqualTo(small.initrdEvent());
  }

  @Test
  void predict_otherCommandLine_changesOnlyPcr9() throws Exception {
    var one = predict(Bytes.utf8("initrd"), "quiet", 1 << 29);
    var other = predict(Bytes.utf8("initrd"), "quiet evil", 1 << 29);
    assertThat(other.pcr4()).isEqualTo(one.pcr4());
    assertThat(other.commandLineEvent()).isNotEqualTo(one.commandLineEvent());
    assertThat(other.pcr9()).isNotEqualTo(one.pcr9());
  }

  private static DirectBoot.Prediction predict(Bytes initrd, String line, long ram)
      throws Exception {
    return DirectBoot.predict(kernel(), initrd, line, ram, Launcher.QEMU_Q35);
  }

  @Test
  void predict_initrdLargerThanMemory_isRefused() throws Exception {
    Bytes kernel = kernel();
    assertThatThrownBy(() ->
            DirectBoot.kernelEvent(kernel, 1 << 29, 1 << 29, Launcher.QEMU_Q35, HashAlg.SHA256))
        .isInstanceOf(FormatException.class);
  }

  @Test
  void predict_kernelWithoutLinuxHeader_isRefused() throws Exception {
    byte[] other = kernel().toByteArray();
    other[0x202] ^= 1;
    assertThatThrownBy(() ->
            DirectBoot.predict(Bytes.of(other), Bytes.zeros(1), "", 1 << 29, Launcher.QEMU_Q35))
        .isInstanceOf(FormatException.class);
  }

  @Test
  void predict_withoutInitrd_isMisuse() throws Exception {
    Bytes kernel = kernel();
    assertThatThrownBy(
            () -> DirectBoot.predict(kernel, Bytes.EMPTY, "quiet", 1 << 29, Launcher.QEMU_Q35))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void initDataRegister_ofDigest_isOneExtendFromZero() {
    Bytes digest = HashAlg.SHA256.digest(Bytes.utf8("init-data"));
    assertThat(InitDataRegister.value(digest))
        .isEqualTo(HashAlg.SHA256.digest(Bytes.zeros(32).concat(digest)));
  }

  @Test
  void initDataRegister_ofLongerDigest_isMisuse() {
    assertThatThrownBy(() -> InitDataRegister.value(Bytes.zeros(48)))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
