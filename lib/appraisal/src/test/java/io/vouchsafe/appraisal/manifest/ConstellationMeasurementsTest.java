package io.vouchsafe.appraisal.manifest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vouchsafe.appraisal.Provenance;
import io.vouchsafe.appraisal.ReferenceValue;
import io.vouchsafe.appraisal.manifest.fuzz.ReferenceManifestFuzzer;
import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.encoding.JsonLimits;
import java.time.Instant;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ConstellationMeasurementsTest {
  private static final Instant END = Instant.parse("2027-01-01T00:00:00Z");
  private static final String PCR = "ab".repeat(32);
  private static final String RTMR = "cd".repeat(48);

  private static String image(String csp, String variant, String measurements) {
    return "{\"csp\":\"%s\",\"attestationVariant\":\"%s\",\"measurements\":%s}"
        .formatted(csp, variant, measurements);
  }

  private static String release(String... images) {
    return "{\"version\":\"v2.24.0\",\"ref\":\"-\",\"stream\":\"stable\",\"list\":[%s]}"
        .formatted(String.join(",", images));
  }

  private static String register(String index, String expected, boolean warnOnly) {
    return "\"%s\":{\"expected\":\"%s\",\"warnOnly\":%s}".formatted(index, expected, warnOnly);
  }

  private static TakenOver taken(String file) throws FormatException {
    return ConstellationMeasurements.parse(Bytes.utf8(file))
        .values(Optional.empty(), END, "a file");
  }

  private static void refused(String file) {
    assertThatThrownBy(() -> ConstellationMeasurements.parse(Bytes.utf8(file)))
        .as(file)
        .isInstanceOf(FormatException.class);
  }

  @Test
  void release_enforcedRegisters_becomeValues_othersAreListed() throws Exception {
    TakenOver taken =
        taken(
            release(
                image(
                    "QEMU",
                    "qemu-vtpm",
                    "{%s,%s,%s}"
                        .formatted(
                            register("4", PCR, false),
                            register("14", PCR, true),
                            register("9", Bytes.zeros(32).base64(), false))),
                image("AWS", "aws-sev-snp", "{" + register("4", PCR, false) + "}")));

    assertThat(taken.values())
        .extracting(ReferenceValue::name)
        .containsExactly("tpm_pcr04", "tpm_pcr09");
    assertThat(taken.values().getFirst())
        .isEqualTo(
            new ReferenceValue(
                "tpm_pcr04",
                Json.of(PCR),
                END,
                Provenance.DECLARED,
                "a file, image v2.24.0 ref - stream stable"));
    assertThat(taken.values().getLast().value()).isEqualTo(Json.of("00".repeat(32)));
    assertThat(taken.notUnderstood())
        .containsExactly(
            "QEMU qemu-vtpm: register 14, which is only warned about",
            "AWS aws-sev-snp: register 4, of evidence that is not appraised here");
  }

  @Test
  void release_variants_haveTheNamesOfTheirEvidence() throws Exception {
    TakenOver taken =
        taken(
            release(
                image("Azure", "azure-sev-snp", "{" + register("11", PCR, false) + "}"),
                image("Azure", "azure-tdx", "{\"4\":\"" + PCR + "\"}"),
                image(
                    "QEMU",
                    "qemu-tdx",
                    "{" + register("0", RTMR, false) + "," + register("4", RTMR, false) + "}")));
    assertThat(taken.values())
        .extracting(ReferenceValue::name)
        .containsExactly("snp_pcr11", "tdx_pcr04", "tdx_mr_td", "tdx_rtmr_3");
  }

  @Test
  void release_oneVariantAskedFor_leavesTheOthersOut() throws Exception {
    TakenOver taken =
        ConstellationMeasurements.parse(
                Bytes.utf8(
                    release(
                        image("A", "azure-sev-snp", "{" + register("4", PCR, false) + "}"),
                        image("Q", "qemu-vtpm", "{" + register("4", PCR, false) + "}"))))
            .values(Optional.of(ConstellationVariant.QEMU_VTPM), END, "a file");
    assertThat(taken.values()).extracting(ReferenceValue::name).containsExactly("tpm_pcr04");
    assertThat(taken.notUnderstood()).containsExactly("A azure-sev-snp: not asked for");
  }

  @Test
  void release_cloudsThatDiffer_giveAlternatives() throws Exception {
    String other = "ef".repeat(32);
    TakenOver taken =
        taken(
            release(
                image("OpenStack", "qemu-vtpm", "{" + register("4", PCR, false) + "}"),
                image("QEMU", "qemu-vtpm", "{" + register("4", other, false) + "}"),
                image("STACKIT", "qemu-vtpm", "{" + register("4", PCR, false) + "}")));
    assertThat(taken.values())
        .extracting(ReferenceValue::value)
        .containsExactly(Json.of(PCR), Json.of(other));
  }

  @Test
  void release_unknownMembers_areListedNotDropped() throws Exception {
    String register = "{\"4\":{\"expected\":\"" + PCR + "\",\"since\":1}}";
    String image = image("Q", "qemu-vtpm", register).replace("\"csp\"", "\"x\":1,\"csp\"");
    String file = release(image).replace("\"list\"", "\"note\":\"hi\",\"list\"");
    assertThat(taken(file).notUnderstood())
        .containsExactly("Q qemu-vtpm: note", "Q qemu-vtpm: x", "Q qemu-vtpm: register 4 since");
  }

  @Test
  void map_ofOneVariant_isTaken() throws Exception {
    Bytes map = Bytes.utf8("{" + register("4", PCR, false) + ",\"9\":\"" + PCR + "\"}");
    assertThat(ConstellationMeasurements.isMap(Json.parseObject(map, JsonLimits.MESSAGE))).isTrue();
    TakenOver taken =
        ConstellationMeasurements.parseMap(map, ConstellationVariant.QEMU_VTPM)
            .values(Optional.empty(), END, "a map");
    assertThat(taken.values()).hasSize(2);
    assertThat(taken.values().getFirst().origin()).isEqualTo("a map");
    assertThatThrownBy(() -> ConstellationMeasurements.parseMap(map, ConstellationVariant.QEMU_TDX))
        .isInstanceOf(FormatException.class);
  }

  @Test
  void file_odd_isRefused() {
    String good = "{" + register("4", PCR, false) + "}";
    refused("[]");
    refused("{}");
    refused(release());
    refused(release(image("Q", "qemu-vtpm", "{}")));
    refused(release(image("Q", "dummy", good)));
    refused(release(image("Q", "QEMU-VTPM", good)));
    refused(release(image("", "qemu-vtpm", good)));
    refused(release(image("Q", "qemu-vtpm", good)).replace("\"ref\":\"-\",", ""));
    for (String index : new String[] {"24", "-1", "04", "+4", "4.0", "x", "", "99999999999"}) {
      refused(release(image("Q", "qemu-vtpm", "{" + register(index, PCR, false) + "}")));
    }
    refused(release(image("Q", "qemu-tdx", "{" + register("5", RTMR, false) + "}")));
    for (String value :
        new String[] {"", "ab", PCR + "ab", RTMR, "zz".repeat(32), PCR.substring(1)}) {
      refused(release(image("Q", "qemu-vtpm", "{" + register("4", value, false) + "}")));
    }
    refused(release(image("Q", "qemu-vtpm", "{\"4\":{\"warnOnly\":true}}")));
    refused(release(image("Q", "qemu-vtpm", "{\"4\":7}")));
    refused(
        release(
            image("Q", "qemu-vtpm", good.replace("\"warnOnly\":false", "\"warnOnly\":\"no\""))));
  }

  /// The same register twice cannot both be.
  @Test
  void file_contradictingItself_isRefused() {
    refused(
        release(
            image(
                "Q",
                "qemu-vtpm",
                "{" + register("4", PCR, false) + "," + register("4", PCR, true) + "}")));
  }

  @Test
  void file_mutated_neverThrowsAnythingElse() {
    byte[] good =
        Bytes.utf8(
                release(
                    image("Q", "qemu-vtpm", "{" + register("4", PCR, false) + "}"),
                    image("Q", "qemu-tdx", "{" + register("0", RTMR, true) + "}")))
            .toByteArray();
    Random random = new Random(4);
    for (int i = 0; i < 400; i++) {
      byte[] data = good.clone();
      for (int n = random.nextInt(4); n >= 0; n--) {
        data[random.nextInt(data.length)] = (byte) random.nextInt(128);
      }
      ReferenceManifestFuzzer.fuzzerTestOneInput(data);
    }
    ReferenceManifestFuzzer.fuzzerTestOneInput(new byte[0]);
  }
}
