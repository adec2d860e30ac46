package io.vouchsafe.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vouchsafe.appraisal.ReferenceValue;
import io.vouchsafe.appraisal.manifest.ConstellationVariant;
import io.vouchsafe.appraisal.statement.StatementSigner;
import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.verdict.Code;
import io.vouchsafe.verdict.RefusedException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/// Which form a file is taken for, and whom it is believed.
class ReferenceFileTest {
  private static final Instant NOW = Instant.parse("2026-11-25T12:00:00Z");
  private static final ReferenceFile.Trust UNSIGNED =
      new ReferenceFile.Trust(List.of(), List.of(), Optional.empty(), true);
  private static final ReferenceFile.Trust NOBODY =
      new ReferenceFile.Trust(List.of(), List.of(), Optional.empty(), false);
  private static final String MAP = "{\"4\":{\"expected\":\"" + "ab".repeat(32) + "\"}}";
  private static final String RELEASE =
      "{\"version\":\"v2\",\"ref\":\"-\",\"stream\":\"stable\",\"list\":[{\"csp\":\"QEMU\","
          + "\"attestationVariant\":\"qemu-vtpm\",\"measurements\":"
          + MAP
          + "}]}";
  private static final String MANIFEST =
      "{\"Policies\":{},\"ReferenceValues\":{\"snp\":[{\"ProductName\":\"Milan\","
          + "\"TrustedMeasurement\":\""
          + "ab".repeat(48)
          + "\",\"MinimumTCB\":{}}]}}";

  private static ReferenceFile read(
      String text, Optional<ConstellationVariant> variant, ReferenceFile.Trust trust)
      throws Exception {
    return ReferenceFile.read(
        Bytes.utf8(text), new ReferenceFile.Use("f", NOW.plusSeconds(60), variant), NOW, trust);
  }

  @Test
  void file_ofOthers_isToldByItsForm() throws Exception {
    assertThat(read(RELEASE, Optional.empty(), UNSIGNED).values())
        .extracting(ReferenceValue::name)
        .containsExactly("tpm_pcr04");
    assertThat(read(MAP, Optional.of(ConstellationVariant.AZURE_SEV_SNP), UNSIGNED).values())
        .extracting(ReferenceValue::name)
        .containsExactly("snp_pcr04");
    ReferenceFile contrast = read(MANIFEST, Optional.empty(), UNSIGNED);
    assertThat(contrast.form()).isEqualTo("manifest of Contrast, unsigned");
    assertThat(contrast.notUnderstood()).contains("Policies");
    assertThat(read("{\"a\":1}", Optional.empty(), NOBODY).form()).isEqualTo("names and values");
  }

  @Test
  void file_ofOthers_needsASignatureOrToBeAllowed() {
    assertThatThrownBy(() -> read(RELEASE, Optional.empty(), NOBODY))
        .isInstanceOf(Failure.class)
        .hasMessageContaining("--signature")
        .hasMessageContaining("--unsigned");
    assertThatThrownBy(() -> read(MANIFEST, Optional.empty(), NOBODY)).isInstanceOf(Failure.class);
    assertThatThrownBy(() -> read(MAP, Optional.empty(), UNSIGNED))
        .isInstanceOf(Failure.class)
        .hasMessageContaining("--variant");
  }

  @Test
  void file_signedBeside_isVerified() throws Exception {
    KeyPair pair = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
    Signature signer = Signature.getInstance("Ed25519");
    signer.initSign(pair.getPrivate());
    signer.update(Bytes.utf8(RELEASE).toByteArray());
    Bytes signature = Bytes.utf8(Bytes.of(signer.sign()).base64() + "\n");
    ReferenceFile.Trust vendor =
        new ReferenceFile.Trust(
            List.of(StatementSigner.of("vendor.pub", pair.getPublic())),
            List.of(),
            Optional.of(signature),
            false);
    assertThat(read(RELEASE, Optional.empty(), vendor).form()).endsWith("signed by vendor.pub");
    assertThatThrownBy(() -> read(RELEASE.replace("\"v2\"", "\"v1\""), Optional.empty(), vendor))
        .isInstanceOfSatisfying(
            RefusedException.class, e -> assertThat(e.code()).isEqualTo(Code.SIGNATURE_INVALID));
  }

  @Test
  void entries_sayingWhereTheyCameFrom_areNotBelieved() throws Exception {
    String digest = "0".repeat(64);
    String text =
        "{\"entries\":[{\"name\":\"a\",\"value\":1,\"expires\":\"2027-01-01T00:00:00Z\","
            + "\"provenance\":\"predicted\",\"source\":{\"set\":\"s\",\"version\":1,"
            + "\"statement\":\"%s\",\"signer\":\"%s\"}}]}".formatted(digest, digest);
    assertThat(read(text, Optional.empty(), NOBODY).values().getFirst().source()).isEmpty();
  }
}
