package io.vouchsafe.evidence.tpm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vouchsafe.encoding.ByteReader;
import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.encoding.JsonLimits;
import io.vouchsafe.evidence.ExpectedBinding;
import io.vouchsafe.evidence.VerifiedEvidence;
import io.vouchsafe.testkit.Vectors;
import io.vouchsafe.tpm.HashAlg;
import io.vouchsafe.tpm.TpmtPublic;
import io.vouchsafe.verdict.Code;
import io.vouchsafe.verdict.RefusedException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Evidence of real TPMs, software and hardware.
class TpmVectorsTest {
  private static final Instant NOW = Instant.parse("2026-11-25T00:00:00Z");
  private static final TpmVerifier LISTING =
      new TpmVerifier((name, spki) -> Optional.of(new AkOrigin.Listed()));

  private static Json json(String path) throws Exception {
    return Json.parse(Vectors.text(path), JsonLimits.MESSAGE);
  }

  /// What the guest of the recording bound: a SHA-384 digest, padded to 64 bytes.
  private static Bytes recordedReportData() throws Exception {
    Bytes message =
        Bytes.fromBase64(
            json("tpm/coco-tpm_evidence.json")
                .asObject("evidence")
                .object("tpm_quote")
                .string("message"));
    ByteReader in = ByteReader.bigEndian(message);
    in.skip("magic and type", 6);
    in.sized16("signer", 66);
    return in.sized16("extraData", 64).slice(0, 48);
  }

  @Test
  void recordedGuest_withListedKey_isAccepted() throws Exception {
    VerifiedEvidence verified =
        LISTING.verify(
            json("tpm/coco-tpm_evidence.json"),
            new ExpectedBinding(recordedReportData(), Optional.empty()),
            NOW);
    assertThat(verified.claims().members()).containsKeys("pcr00", "pcr23", "ak_public");
  }

  @Test
  void recordedGuest_forAnotherSession_isRefused() throws Exception {
    Bytes other = HashAlg.SHA384.digest(Bytes.utf8("another session"));
    assertThatThrownBy(() ->
            LISTING.verify(
                json("tpm/coco-tpm_evidence.json"),
                new ExpectedBinding(other, Optional.empty()),
                NOW))
        .isInstanceOfSatisfying(
            RefusedException.class, e -> assertThat(e.code()).isEqualTo(Code.REPORT_DATA_MISMATCH));
  }

  /// The evidence of a recorded boot, in our form.
  private static Json.Obj bundle(String name, boolean mixed) throws Exception {
    String folder = "eventlog/" + name + "/";
    String quote = mixed ? "quote-rsa-mixed" : "quote-ecc-sha256";
    TpmtPublic ak =
        TpmtPublic.parseSized(
            Bytes.of(Vectors.bytes(folder + (mixed ? "ak-rsa.pub" : "ak-ecc.pub"))));
    List<Json> pcrs = new ArrayList<>();
    Json.Obj values = json(folder + "pcrs.json").asObject("pcrs").object("sha256");
    for (int pcr = 0; pcr < 24; pcr++) {
      pcrs.add(Json.of(values.string(Integer.toString(pcr))));
    }
    return Json.object()
        .put(
            "tpm_quote",
            Json.object()
                .put("message", Bytes.of(Vectors.bytes(folder + quote + ".msg")).base64())
                .put("signature", Bytes.of(Vectors.bytes(folder + quote + ".sig")).base64())
                .put("pcrs", Json.array(pcrs))
                .build())
        .put("ak_public", ak.spki().base64())
        .put("ak_tpmt", ak.raw().base64())
        .put("event_log", Bytes.of(Vectors.bytes(folder + "eventlog.bin")).base64())
        .build();
  }

  private static ExpectedBinding bundleBinding() throws Exception {
    Bytes half = Bytes.fromHex("00112233445566778899aabbccddeeff");
    return new ExpectedBinding(half.concat(half), Optional.empty());
  }

  @ParameterizedTest
  @CsvSource({"qemu-direct,false", "qemu-uki,false", "qemu-shim-grub-sb,true"})
  void recordedBoot_isAcceptedAndTellsSecureBoot(String name, boolean secureBoot) throws Exception {
    VerifiedEvidence verified = LISTING.verify(bundle(name, false), bundleBinding(), NOW);
    assertThat(verified.claims().object("boot").bool("secure_boot")).isEqualTo(secureBoot);
  }

  @Test
  void recordedDirectBoot_tellsKernelCommandLineAndInitrd() throws Exception {
    Json.Obj inputs = json("eventlog/qemu-inputs.json").asObject("inputs");
    Json.Obj boot =
        LISTING.verify(bundle("qemu-direct", false), bundleBinding(), NOW).claims().object("boot");
    assertThat(boot.string("kernel")).isEqualTo(inputs.string("patched_authenticode_sha256"));
    assertThat(boot.string("initrd")).isEqualTo(inputs.object("initrd").string("sha256"));
    assertThat(boot.members()).containsKey("command_line");
  }

  @ParameterizedTest
  @CsvSource({"qemu-direct", "qemu-uki", "qemu-shim-grub-sb"})
  void recordedBoot_mixedBanks_isRefused(String name) throws Exception {
    assertThatThrownBy(() -> LISTING.verify(bundle(name, true), bundleBinding(), NOW))
        .isInstanceOfSatisfying(
            RefusedException.class,
            e -> assertThat(e.code()).isEqualTo(Code.PCR_SELECTION_MISMATCH));
  }
}
