package io.vouchsafe.trust.collateral;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.encoding.JsonLimits;
import io.vouchsafe.encoding.Pem;
import io.vouchsafe.evidence.Anchor;
import io.vouchsafe.evidence.dcap.TeeKind;
import io.vouchsafe.evidence.snp.SnpProduct;
import io.vouchsafe.testkit.Vectors;
import io.vouchsafe.trust.collateral.CollateralKey.Enclave;
import io.vouchsafe.trust.collateral.CollateralKey.KeyKind;
import io.vouchsafe.trust.collateral.CollateralKey.Update;
import io.vouchsafe.verdict.RefusedException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Documents that AMD and Intel published, verified one by one with the vendors' roots.
class DocumentVectorsTest {
  private static final DocumentVerifier VERIFIER = new DocumentVerifier(CollateralRoots.vendors());
  private static final CollateralNeeds NEEDS =
      new CollateralNeeds(CollateralRoots.vendors(), Update.STANDARD);

  private static void verify(CollateralKey key, Bytes body, Bytes issuers, Instant at)
      throws RefusedException {
    CollateralDocument document = new CollateralDocument(key, body, issuers, at, "a vector");
    VerifiedDocument verified = VERIFIER.verify(document, at);
    assertThat(verified.facts().anchor()).isEqualTo(Anchor.PRODUCTION);
    assertThat(verified.counts(at)).isTrue();
    Instant end = verified.facts().until();
    assertThat(verified.counts(end)).isTrue();
    assertThatThrownBy(() -> VERIFIER.verify(document, end.plusSeconds(1)))
        .isInstanceOf(RefusedException.class);
    assertThatThrownBy(() -> VERIFIER.verify(document, Instant.EPOCH))
        .isInstanceOf(RefusedException.class);
  }

  private static Bytes utf8(Json.Obj json, String name) throws Exception {
    return Bytes.utf8(json.string(name));
  }

  @ParameterizedTest
  @CsvSource({
    "tdx/phala-tdx-v4, 2025-07-01T00:00:00Z",
    "tdx/alibaba-v5-2025-06, 2025-06-25T00:00:00Z",
    "tdx/gtg-cos113-v4, 2025-07-15T00:00:00Z",
    "tdx/trustee-v4-debug, 2023-06-25T00:00:00Z",
    "tdx/gtg-v5-sample, 2026-02-25T00:00:00Z",
    "sgx/phala-sgx, 2025-07-01T00:00:00Z",
    "sgx/automata-icelake-v3-2025-08, 2025-08-20T00:00:00Z",
    "sgx/automata-icelake-v3-tcbinfo-v2, 2025-06-25T00:00:00Z",
    "sgx/icelake-v3-evalnum-19, 2025-06-25T00:00:00Z"
  })
  void documents_ofIntel_areGenuine(String name, Instant at) throws Exception {
    Bytes file = Bytes.utf8(Vectors.text(name + ".collateral.json"));
    Json.Obj json = Json.parseObject(file, JsonLimits.MESSAGE);
    Json.Obj info = Json.parseObject(utf8(json, "tcbInfo"), JsonLimits.MESSAGE).object("tcbInfo");
    TeeKind tee = name.startsWith("tdx") ? TeeKind.TDX : TeeKind.SGX;
    Bytes chain = utf8(json, "tcbSigningChain");
    Bytes fmspc = Bytes.fromHex(info.string("fmspc"));

    CollateralKey tcb = new CollateralKey.TcbInfo(tee, fmspc, Update.STANDARD);
    verify(tcb, utf8(json, "tcbInfo"), chain, at);
    Enclave enclave = Enclave.of(tee);
    verify(
        new CollateralKey.Identity(enclave, Update.STANDARD), utf8(json, "qeIdentity"), chain, at);
    verify(new CollateralKey.RootList(), Bytes.fromHex(json.string("rootCaCrl")), Bytes.EMPTY, at);
    Bytes issuers = utf8(json, "pckCrlIssuerChain");
    Bytes list = Bytes.fromHex(json.string("pckCrl"));
    boolean platform =
        new String(
                Pem.parse(issuers, "CERTIFICATE").getFirst().toByteArray(),
                java.nio.charset.StandardCharsets.ISO_8859_1)
            .contains("Intel SGX PCK Platform CA");
    verify(new CollateralKey.PckList(platform), list, issuers, at);
    assertThatThrownBy(() -> verify(new CollateralKey.PckList(!platform), list, issuers, at))
        .isInstanceOf(RefusedException.class);
  }

  @ParameterizedTest
  @CsvSource({
    "dstack-milan-v3, milan, 2026-07-01T00:00:00Z",
    "ms-milan-v3, milan, 2026-03-01T00:00:00Z",
    "ms-genoa-v3, genoa, 2026-03-01T00:00:00Z",
    "ms-turin-v5, turin, 2026-03-01T00:00:00Z"
  })
  void documents_ofAmd_areGenuine(String name, String line, Instant at) throws Exception {
    List<Bytes> authorities =
        Pem.parse(Bytes.utf8(Vectors.text("snp/amd-" + line + "-ask-ark-asvk.pem")), "CERTIFICATE");
    Bytes chips = pem(authorities.get(0), authorities.get(1));
    Bytes providers = pem(authorities.get(2), authorities.get(1));
    Bytes report = Bytes.of(Vectors.bytes("snp/" + name + ".report.bin"));
    CollateralKey.ChipKey chip = (CollateralKey.ChipKey) NEEDS.of(report, at).getFirst();
    SnpProduct product = chip.product();
    assertThat(product.line()).isEqualToIgnoringCase(line);

    verify(chip, Bytes.of(Vectors.bytes("snp/" + name + ".vek.der")), chips, at);
    verify(new CollateralKey.AmdChain(KeyKind.VCEK, product.line()), chips, Bytes.EMPTY, at);
    verify(new CollateralKey.AmdChain(KeyKind.VLEK, product.line()), providers, Bytes.EMPTY, at);
    assertThatThrownBy(() ->
            verify(
                new CollateralKey.AmdChain(KeyKind.VLEK, product.line()), chips, Bytes.EMPTY, at))
        .isInstanceOf(RefusedException.class);
  }

  private static Bytes pem(Bytes... certificates) {
    StringBuilder text = new StringBuilder();
    for (Bytes certificate : certificates) {
      text.append(Pem.encode("CERTIFICATE", certificate));
    }
    return Bytes.utf8(text.toString());
  }

  @Test
  void document_isDue_atHalfOfItsLife() throws Exception {
    Instant at = Instant.parse("2025-07-01T00:00:00Z");
    Json.Obj json =
        Json.parseObject(
            Bytes.utf8(Vectors.text("tdx/phala-tdx-v4.collateral.json")), JsonLimits.MESSAGE);
    CollateralDocument list =
        new CollateralDocument(
            new CollateralKey.RootList(),
            Bytes.fromHex(json.string("rootCaCrl")),
            Bytes.EMPTY,
            at,
            "a vector");
    VerifiedDocument verified = VERIFIER.verify(list, at);
    Duration life = Duration.between(at, verified.facts().until());
    assertThat(verified.refreshAt()).isEqualTo(at.plus(life.dividedBy(2)));
  }
}
