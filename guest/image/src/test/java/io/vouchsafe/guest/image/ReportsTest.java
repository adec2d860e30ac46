package io.vouchsafe.guest.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.guest.image.fuzz.PodVmFuzzer;
import io.vouchsafe.guest.image.fuzz.RecordingBootFuzzer;
import io.vouchsafe.verdict.Code;
import io.vouchsafe.verdict.RefusedException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What is read back: the report of a recording boot and the manifest of an image.
class ReportsTest {
  private static final String MANIFEST =
      """
      {"format":1,"commandLine":"console=ttyS0","rootHash":"aa",
       "files":{"vmlinuz":{"sha256":"bb","size":1}},
       "packages":{"crun":"1.8.1"},"aot":{"used":true,"sha256":"cc"}}
      """;

  private static List<String> report() {
    TreeMap<Integer, Bytes> pcrs = new TreeMap<>();
    for (int i = 0; i < 10; i++) {
      pcrs.put(i, Bytes.of(new byte[] {(byte) i}).fit(32));
    }
    List<String> lines = new ArrayList<>(List.of("EFI stub: Measured initrd data into PCR 9"));
    lines.addAll(new RecordingBoot(pcrs, Bytes.utf8("log".repeat(100))).encode());
    lines.add("[    1.896291] reboot: Power down");
    return lines;
  }

  @Test
  void report_printed_isReadBack() throws Exception {
    RecordingBoot boot = RecordingBoot.parse(report());
    assertThat(boot.pcrs()).hasSize(10);
    assertThat(boot.pcrs().get(3).at(0)).isEqualTo(3);
    assertThat(boot.eventLog()).isEqualTo(Bytes.utf8("log".repeat(100)));
    assertThat(RecordingBoot.parse(boot.encode())).isEqualTo(boot);
  }

  private static void assertRefused(BiConsumer<List<String>, Integer> change) {
    List<String> lines = report();
    change.accept(lines, lines.indexOf("vouchsafe-recording begin"));
    assertThatThrownBy(() -> RecordingBoot.parse(lines)).isInstanceOf(FormatException.class);
  }

  @Test
  void report_withoutBegin_isRefused() {
    assertRefused((lines, begin) -> lines.remove((int) begin));
  }

  @Test
  void report_withoutEnd_isRefused() {
    assertRefused((lines, _) -> lines.remove("vouchsafe-recording end"));
  }

  @Test
  void report_registerMissing_isRefused() {
    assertRefused((lines, begin) -> lines.remove(begin + 4));
  }

  @Test
  void report_registerTwice_isRefused() {
    assertRefused((lines, begin) -> lines.add(begin + 2, lines.get(begin + 1)));
  }

  @Test
  void report_registerTooShort_isRefused() {
    assertRefused((lines, begin) -> lines.set(begin + 1, "pcr 0 00"));
  }

  @Test
  void report_kernelMessageInTheLog_isRefused() {
    assertRefused((lines, begin) -> lines.add(begin + 12, "[    1.0] random: crng init done"));
  }

  @Test
  void report_withoutLog_isRefused() {
    assertRefused((lines, begin) ->
        lines.subList(begin + 11, lines.indexOf("vouchsafe-recording end")).clear());
  }

  @Test
  void require_nothingPrinted_refusesWithTheMachinesCode() {
    assertThatThrownBy(() -> RecordingBoot.require(List.of()))
        .isInstanceOfSatisfying(
            RefusedException.class, e -> assertThat(e.code()).isEqualTo(Code.VM_DIED));
  }

  @Test
  void report_mutated_throwsOnlyWhatIsDocumented() {
    mutate(String.join("\n", report()), (_, data) -> RecordingBootFuzzer.fuzzerTestOneInput(data));
  }

  @Test
  void manifest_written_isReadBack() throws Exception {
    PodVm image = Manifests.parse(Bytes.utf8(MANIFEST));
    assertThat(image.kernel()).isEqualTo(Path.of("/image/vmlinuz"));
    assertThat(image.digest(image.kernel()).hex()).isEqualTo("bb");
    assertThat(image.aotCache()).contains(Bytes.fromHex("cc"));
    assertThat(image.packages()).containsEntry("crun", "1.8.1");
    assertThatThrownBy(() -> image.digest(image.root())).hasMessageContaining("root.img");
  }

  @ParameterizedTest
  @ValueSource(strings = {"\"format\":1,", "\"rootHash\":\"aa\",", "\"sha256\":\"bb\","})
  void manifest_memberMissing_isRefused(String member) {
    Bytes text = Bytes.utf8(MANIFEST.replace(member, ""));
    assertThatThrownBy(() -> Manifests.parse(text)).isInstanceOf(FormatException.class);
  }

  @Test
  void manifest_ofAnotherFormat_isRefused() {
    Bytes text = Bytes.utf8(MANIFEST.replace("\"format\":1", "\"format\":2"));
    assertThatThrownBy(() -> Manifests.parse(text)).hasMessageContaining("format 1");
  }

  @Test
  void manifest_mutated_throwsOnlyWhatIsDocumented() {
    mutate(MANIFEST, (_, data) -> PodVmFuzzer.fuzzerTestOneInput(data));
  }

  private static void mutate(String text, BiConsumer<Integer, byte[]> target) {
    Random random = new Random(11);
    byte[] seed = text.getBytes(StandardCharsets.UTF_8);
    for (int i = 0; i < 400; i++) {
      byte[] mutated = seed.clone();
      mutated[random.nextInt(mutated.length)] = (byte) random.nextInt(256);
      target.accept(i, mutated);
    }
  }
}
