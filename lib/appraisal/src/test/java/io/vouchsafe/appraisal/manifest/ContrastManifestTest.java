package io.vouchsafe.appraisal.manifest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vouchsafe.appraisal.ReferenceValue;
import io.vouchsafe.appraisal.manifest.fuzz.ReferenceManifestFuzzer;
import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.encoding.JsonLimits;
import java.time.Instant;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ContrastManifestTest {
  private static final Instant END = Instant.parse("2027-01-01T00:00:00Z");
  private static final String DIGEST = "ab".repeat(48);
  private static final String OTHER = "cd".repeat(48);
  private static final String TCB =
      "{\"BootloaderVersion\":3,\"TEEVersion\":0,\"SNPVersion\":22,\"MicrocodeVersion\":213}";

  private static String snp(String measurement, String product, String tcb) {
    return ("{\"Platform\":\"Metal-QEMU-SNP\",\"ProductName\":\"%s\",\"TrustedMeasurement\":\"%s\","
            + "\"MinimumTCB\":%s,\"GuestPolicy\":{\"SMT\":true},\"CPUs\":1}")
        .formatted(product, measurement, tcb);
  }

  private static String tdx(String mrTd, String... rtmrs) {
    return ("{\"MrTd\":\"%s\",\"MrSeam\":\"\",\"Rtmrs\":[\"%s\"],\"Xfam\":\"e702060000000000\","
            + "\"MemoryIntegrity\":true}")
        .formatted(mrTd, String.join("\",\"", rtmrs));
  }

  private static String manifest(String references) {
    return ("{\"Policies\":{\"%s\":{\"SANs\":[\"web\"],\"Role\":\"coordinator\"}},"
            + "\"ReferenceValues\":%s,\"WorkloadOwnerKeyDigests\":[],\"SeedshareOwnerPubKeys\":[]}")
        .formatted("00".repeat(32), references);
  }

  private static TakenOver taken(String references) throws FormatException {
    return ContrastManifest.parse(Bytes.utf8(manifest(references))).values(END, "manifest.json");
  }

  private static void refused(String file) {
    assertThatThrownBy(() -> ContrastManifest.parse(Bytes.utf8(file)))
        .as(file)
        .isInstanceOf(FormatException.class);
  }

  @Test
  void snp_entry_givesDigestAndMinimum() throws Exception {
    TakenOver taken =
        taken("{\"snp\":[" + snp(DIGEST.toUpperCase(java.util.Locale.ROOT), "Milan", TCB) + "]}");
    assertThat(taken.values())
        .extracting(ReferenceValue::name)
        .containsExactly("snp_launch_digest", "snp_minimum_tcb");
    assertThat(taken.values().getFirst().value()).isEqualTo(Json.of(DIGEST));
    assertThat(taken.values().getLast().value())
        .isEqualTo(
            Json.parse(
                "{\"product\":\"Milan\",\"bootloader\":3,\"tee\":0,\"snp\":22,\"microcode\":213}",
                JsonLimits.MESSAGE));
    assertThat(taken.notUnderstood())
        .containsExactly(
            "Policies", "WorkloadOwnerKeyDigests", "SeedshareOwnerPubKeys", "snp[0]: GuestPolicy");
  }

  @Test
  void snp_minimumNotFilledIn_isListed() throws Exception {
    for (String tcb : new String[] {"{}", "{\"SNPVersion\":null}"}) {
      TakenOver taken = taken("{\"snp\":[" + snp(DIGEST, "Genoa", tcb) + "]}");
      assertThat(taken.values())
          .extracting(ReferenceValue::name)
          .containsExactly("snp_launch_digest");
      assertThat(taken.notUnderstood()).contains("snp[0]: MinimumTCB, which is not filled in");
    }
  }

  @Test
  void tdx_entry_givesRegisters() throws Exception {
    TakenOver taken = taken("{\"tdx\":[" + tdx(DIGEST, OTHER, OTHER, OTHER, OTHER) + "]}");
    assertThat(taken.values())
        .extracting(ReferenceValue::name)
        .containsExactly("tdx_mr_td", "tdx_rtmr_0", "tdx_rtmr_1", "tdx_rtmr_2", "tdx_rtmr_3");
    assertThat(taken.notUnderstood())
        .contains("tdx[0]: MrSeam", "tdx[0]: Xfam", "tdx[0]: MemoryIntegrity");
  }

  @Test
  void entries_several_areAlternatives_whichIsSaid() throws Exception {
    TakenOver taken =
        taken("{\"snp\":[%s,%s]}".formatted(snp(DIGEST, "Milan", TCB), snp(OTHER, "Milan", TCB)));
    assertThat(taken.values())
        .extracting(ReferenceValue::name)
        .containsExactly("snp_launch_digest", "snp_launch_digest", "snp_minimum_tcb");
    assertThat(taken.notUnderstood()).last().asString().contains("belong together");
  }

  @Test
  void manifest_odd_isRefused() {
    String entry = snp(DIGEST, "Milan", TCB);
    refused("[]");
    refused("{}");
    refused(manifest("{}"));
    refused(manifest("{\"snp\":[]}"));
    refused(manifest("{\"snp\":{}}"));
    refused(manifest("{\"snp\":[1]}"));
    refused(manifest("{\"snp\":[" + snp(DIGEST, "Rome", TCB) + "]}"));
    for (String digest : new String[] {"", "ab", DIGEST + "ab", "zz".repeat(48)}) {
      refused(manifest("{\"snp\":[" + snp(digest, "Milan", TCB) + "]}"));
      refused(manifest("{\"tdx\":[" + tdx(digest, OTHER, OTHER, OTHER, OTHER) + "]}"));
      refused(manifest("{\"tdx\":[" + tdx(DIGEST, OTHER, digest, OTHER, OTHER) + "]}"));
    }
    refused(manifest("{\"tdx\":[" + tdx(DIGEST, OTHER, OTHER, OTHER) + "]}"));
    refused(manifest("{\"snp\":[" + entry.replace("\"MinimumTCB\":" + TCB + ",", "") + "]}"));
    for (String part : new String[] {"256", "-1", "1.5", "\"3\"", "null"}) {
      refused(
          manifest(
              "{\"snp\":[" + entry.replace("\"TEEVersion\":0", "\"TEEVersion\":" + part) + "]}"));
    }
    refused(manifest("{\"snp\":[" + "%s,".formatted(entry).repeat(256) + entry + "]}"));
    // Contradicting: a member twice.
    refused(
        manifest(
            "{\"snp\":["
                + entry.replace(
                    "\"TrustedMeasurement\"",
                    "\"TrustedMeasurement\":\"" + OTHER + "\",\"TrustedMeasurement\"")
                + "]}"));
  }

  @Test
  void manifest_mutated_neverThrowsAnythingElse() {
    byte[] good =
        Bytes.utf8(
                manifest(
                    "{\"snp\":[%s],\"tdx\":[%s]}"
                        .formatted(
                            snp(DIGEST, "Milan", TCB), tdx(DIGEST, OTHER, OTHER, OTHER, OTHER))))
            .toByteArray();
    Random random = new Random(5);
    for (int i = 0; i < 400; i++) {
      byte[] data = good.clone();
      for (int n = random.nextInt(4); n >= 0; n--) {
        data[random.nextInt(data.length)] = (byte) random.nextInt(128);
      }
      ReferenceManifestFuzzer.fuzzerTestOneInput(data);
    }
  }
}
